"""Compressed answers: asked for by nobody, read all the same, within the same limits."""

import gzip
import ssl
import zlib
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest

from routing.bodies import ProviderLimits
from routing.client import HttpClient
from routing.errors import ProviderError
from tests.routing.certificates import certificate
from tests.routing.loopback import Handler, Loopback, answer, head
from tests.routing.times import soon

TEXT = b'{"answer": "' + b"word " * 40_000 + b'"}'
LIMITS = ProviderLimits(total_ms=5_000, max_response_bytes=1 << 20)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


class Way(NamedTuple):
    client: HttpClient
    tls: ssl.SSLContext | None


@pytest.fixture(params=["plain", "tls"])
async def way(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Way]:
    trusted = certificate(tmp_path_factory.mktemp("tls"))
    client = HttpClient(root_certificates=trusted.pem)
    yield Way(client, trusted.context if request.param == "tls" else None)
    await client.close()


async def read(way: Way, handler: Handler) -> tuple[bytes, Loopback]:
    async with Loopback(handler).serve(way.tls) as loopback:
        reply = await way.client.send("GET", loopback.url, "/", limits=LIMITS, allow_private=True, deadline=soon())
        return reply.body, loopback


async def test_providers_are_asked_not_to_compress(way: Way) -> None:
    body, loopback = await read(way, answer(b"plain"))
    assert body == b"plain"
    assert loopback.received[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP", gzip.compress(TEXT[:9], mtime=0) + gzip.compress(TEXT[9:], mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("identity", TEXT),
    ],
)
@pytest.mark.parametrize("status", [200, 429])
async def test_what_is_compressed_all_the_same_is_read(way: Way, coding: str, packed: bytes, status: int) -> None:
    body, _ = await read(way, answer(packed, status, content_encoding=coding))
    assert body == TEXT


async def test_a_compressed_stream_flows(way: Way) -> None:
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    pieces = [packer.compress(b"data: %d\n\n" % n) + packer.flush(zlib.Z_SYNC_FLUSH) for n in range(3)]

    async def handler(received, connection) -> None:
        await connection.write(head(200, "text/event-stream", content_encoding="gzip", transfer_encoding="chunked"))
        for piece in (*pieces, packer.flush()):
            await connection.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        await connection.write(b"0\r\n\r\n")

    body, _ = await read(way, handler)
    assert body == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"


@pytest.mark.parametrize(
    ("coding", "packed", "said"),
    [
        ("gzip", gzip.compress(b"x" * (2 << 20), mtime=0), "larger than"),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-20], "cut off"),
        ("gzip", b"no gzip at all", "compressed in a way"),
        ("gzip", gzip.compress(b"", mtime=0) * 5_000, "compressed in a way"),
        ("br", b"whatever", "compressed in a way"),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0), "compressed in a way"),
    ],
)
async def test_what_cannot_be_read_is_said(way: Way, coding: str, packed: bytes, said: str) -> None:
    with pytest.raises(ProviderError, match=said):
        await read(way, answer(packed, content_encoding=coding))
