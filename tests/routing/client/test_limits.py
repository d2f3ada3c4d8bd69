"""Limits of time and size, redirects, and what happens to a connection."""

import asyncio
import gzip
import itertools
import ssl
import time
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest

from routing.bodies import ProviderLimits
from routing.client import HttpClient
from routing.errors import ProviderError
from tests.routing.certificates import Certificate, certificate
from tests.routing.loopback import Connection, Loopback, Received, answer, head, stream
from tests.routing.times import soon


def limits(**changed: int) -> ProviderLimits:
    return ProviderLimits(**{"first_byte_ms": 5_000, "idle_ms": 5_000, "total_ms": 8_000, **changed})


class Way(NamedTuple):
    """How the provider is reached, and a client that trusts it."""

    client: HttpClient
    tls: ssl.SSLContext | None


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=["plain", "tls"])
async def way(request: pytest.FixtureRequest, trusted: Certificate) -> AsyncIterator[Way]:
    client = HttpClient(root_certificates=trusted.pem)
    yield Way(client, trusted.context if request.param == "tls" else None)
    await client.close()


async def silence(received: Received, connection: Connection) -> None:
    await asyncio.sleep(30)


async def send(client: HttpClient, loopback: Loopback, changed: ProviderLimits, **more):
    return await client.send(
        "POST",
        loopback.url,
        "/v1",
        body=b"{}",
        limits=changed,
        allow_private=True,
        deadline=more.pop("deadline", soon()),
    )


async def read(client: HttpClient, loopback: Loopback, changed: ProviderLimits) -> list[bytes]:
    reply = await client.open(
        "POST", loopback.url, "/v1", body=b"{}", limits=changed, allow_private=True, deadline=soon()
    )
    async with reply:
        return [chunk async for chunk in reply.chunks()]


async def test_an_answer(way):
    async with Loopback(answer(b"hello")).serve(way.tls) as loopback:
        reply = await send(way.client, loopback, limits())
        assert (reply.status, reply.body) == (200, b"hello")
        assert loopback.received[0].body == b"{}"


async def test_connections_are_used_again(way):
    async with Loopback(answer(b"hello")).serve(way.tls) as loopback:
        for _ in range(5):
            await send(way.client, loopback, limits())
        assert loopback.connections == 1


async def test_a_provider_that_is_not_there(way):
    async with Loopback(answer(b"")).serve(way.tls) as loopback:
        pass
    with pytest.raises(ProviderError) as caught:
        await send(way.client, loopback, limits())
    assert (caught.value.code, caught.value.sent, caught.value.retryable) == ("provider_error", False, True)
    assert loopback.url not in str(caught.value)


@pytest.mark.parametrize("call", [send, read])
async def test_no_first_byte_in_time(way, call):
    async with Loopback(silence).serve(way.tls) as loopback:
        with pytest.raises(ProviderError) as caught:
            await call(way.client, loopback, limits(first_byte_ms=80, idle_ms=80))
        assert (caught.value.code, caught.value.sent) == ("provider_timeout", True)
        await asyncio.wait_for(loopback.cut.wait(), 5)


async def test_the_deadline_ends_a_call(way):
    async with Loopback(silence).serve(way.tls) as loopback:
        with pytest.raises(ProviderError) as caught:
            await send(way.client, loopback, limits(), deadline=time.monotonic() + 0.1)
        assert caught.value.code == "provider_timeout"


async def test_after_the_deadline_nothing_is_sent(way):
    async with Loopback(answer(b"")).serve(way.tls) as loopback:
        with pytest.raises(ProviderError) as caught:
            await send(way.client, loopback, limits(), deadline=time.monotonic() - 1)
        assert caught.value.sent is False
        assert loopback.received == []


async def test_a_stream_that_stalls(way):
    async def stalling(received: Received, connection: Connection) -> None:
        await connection.write(head(200, "text/event-stream") + b"data: 1\n\n")
        await asyncio.sleep(30)

    async with Loopback(stalling).serve(way.tls) as loopback:
        with pytest.raises(ProviderError) as caught:
            await read(way.client, loopback, limits(idle_ms=80))
        assert caught.value.code == "provider_timeout"
        await asyncio.wait_for(loopback.cut.wait(), 5)


async def drip(received: Received, connection: Connection) -> None:
    await connection.write(head(200, "text/event-stream"))
    while True:
        await connection.write(b"d")
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("call", [send, read])
async def test_a_stream_slower_than_any_limit_between_bytes_ends_at_the_total_limit(way, call):
    async with Loopback(drip).serve(way.tls) as loopback:
        with pytest.raises(ProviderError) as caught:
            await call(way.client, loopback, limits(total_ms=300))
        assert caught.value.code == "provider_timeout"


async def flood(received: Received, connection: Connection) -> None:
    await connection.write(head(200, "application/json"))
    while True:
        await connection.write(b"x" * 65_536)


@pytest.mark.parametrize("call", [send, read])
async def test_gigabytes_are_cut_off_at_the_limit(way, call):
    async with Loopback(flood).serve(way.tls) as loopback:
        with pytest.raises(ProviderError, match="larger than"):
            await call(way.client, loopback, limits(max_response_bytes=1 << 20))
        await asyncio.wait_for(loopback.cut.wait(), 5)


async def test_a_bomb_does_not_go_off(way):
    """Compression is not asked for; what a bomb becomes is counted."""
    bomb = gzip.compress(b"x" * (8 << 20))
    async with Loopback(answer(bomb, content_encoding="gzip")).serve(way.tls) as loopback:
        with pytest.raises(ProviderError, match="larger than"):
            await send(way.client, loopback, limits(max_response_bytes=1 << 20))


@pytest.mark.parametrize("call", [send, read])
async def test_an_answer_that_is_cut_off(way, call):
    async with Loopback(stream(b"data: 1\n\n", ends=False)).serve(way.tls) as loopback:
        with pytest.raises(ProviderError) as caught:
            await call(way.client, loopback, limits())
        assert (caught.value.code, caught.value.sent) == ("provider_error", True)


async def test_a_connection_that_breaks_before_the_answer(way):
    async def breaks(received: Received, connection: Connection) -> None:
        connection.close()

    async with Loopback(breaks).serve(way.tls) as loopback:
        with pytest.raises(ProviderError) as caught:
            await send(way.client, loopback, limits())
        assert caught.value.sent is True
        assert len(loopback.received) == 1


async def test_bytes_that_are_no_http(way):
    async def nonsense(received: Received, connection: Connection) -> None:
        await connection.write(b"\x00\x01\x02 nonsense\r\n\r\n")
        connection.close()

    async with Loopback(nonsense).serve(way.tls) as loopback:
        with pytest.raises(ProviderError):
            await send(way.client, loopback, limits())


async def test_a_redirect_is_not_followed(way):
    async with Loopback(answer(b"", status=307, location="/elsewhere")).serve(way.tls) as loopback:
        assert (await send(way.client, loopback, limits())).status == 307
        assert len(loopback.received) == 1


async def test_a_stream_arrives_as_it_is_sent(way):
    sent = asyncio.Event()

    async def two_pieces(received: Received, connection: Connection) -> None:
        await connection.write(head(200, "text/event-stream") + b"first")
        await asyncio.wait_for(sent.wait(), 5)
        await connection.write(b"second")
        connection.close()

    async with Loopback(two_pieces).serve(way.tls) as loopback:
        reply = await way.client.open(
            "POST", loopback.url, body=b"{}", limits=limits(), allow_private=True, deadline=soon()
        )
        async with reply:
            chunks = reply.chunks()
            assert await anext(chunks) == b"first"
            sent.set()
            assert await anext(chunks) == b"second"
            assert [chunk async for chunk in chunks] == []


async def test_leaving_a_stream_closes_the_connection(way):
    async with Loopback(drip).serve(way.tls) as loopback:
        reply = await way.client.open(
            "POST", loopback.url, body=b"{}", limits=limits(), allow_private=True, deadline=soon()
        )
        async with reply:
            await anext(reply.chunks())
        await asyncio.wait_for(loopback.cut.wait(), 5)


@pytest.mark.parametrize("call", [send, read])
async def test_cancelling_a_call_closes_the_connection(way, call):
    async with Loopback(silence).serve(way.tls) as loopback:
        task = asyncio.ensure_future(call(way.client, loopback, limits()))
        while not loopback.received:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(loopback.cut.wait(), 5)


async def test_a_slow_reader_holds_the_provider_back(way):
    """Constant memory: while nobody reads, the provider cannot send more than the buffers in between."""
    written = itertools.count()
    count = 0

    async def endless(received: Received, connection: Connection) -> None:
        nonlocal count
        await connection.write(head(200, "text/event-stream"))
        while True:
            await connection.write(b"x" * 65_536)
            count = next(written)

    async with Loopback(endless).serve(way.tls) as loopback:
        reply = await way.client.open(
            "POST",
            loopback.url,
            body=b"{}",
            limits=limits(max_response_bytes=1 << 30),
            allow_private=True,
            deadline=soon(),
        )
        async with reply:
            await anext(reply.chunks())
            before = -1
            while before != count:
                before = count
                await asyncio.sleep(0.2)
            assert count * 65_536 < 32 << 20
