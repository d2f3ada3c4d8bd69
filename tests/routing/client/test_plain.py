"""HTTP/1.1 as servers write it, well and badly, cut into pieces at any place."""

import asyncio
from itertools import pairwise

import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st

from routing.client import HttpClient
from routing.client.plain import BrokenAnswer, Connection
from routing.errors import ProviderError
from tests.routing.loopback import Loopback, answer, head, stream
from tests.routing.times import soon

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Name:  value \r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nT: 1\r\n\r\n"
MEASURED = b"HTTP/1.1 200\r\ncontent-length: 11\r\n\r\nhello world"
UNTIL_CLOSE = b"HTTP/1.0 200 OK\r\n\r\nhello world"
AFTER_INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n" + MEASURED
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"


async def read(pieces: list[bytes]) -> tuple[Connection, bytes]:
    connection = Connection()
    for piece in pieces:
        connection.data_received(piece)
    connection.connection_lost(None)
    await connection.answered()
    body = b""
    while (piece := await connection.read()) is not None:
        body += piece
    return connection, body


def cut(raw: bytes, places: list[int]) -> list[bytes]:
    marks = sorted({0, len(raw), *(place % (len(raw) + 1) for place in places)})
    return [raw[start:end] for start, end in pairwise(marks)]


@given(st.sampled_from([CHUNKED, MEASURED, UNTIL_CLOSE, AFTER_INTERIM]), st.lists(st.integers(0, 500), max_size=12))
def test_an_answer_cut_at_any_place(raw, places):
    connection, body = asyncio.run(read(cut(raw, places)))
    assert (connection.status, body) == (200, b"hello world")


async def test_the_chunks_of_one_read_are_one_piece():
    connection = Connection()
    connection.data_received(b"HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 1_000)
    assert await connection.read() == b"a" * 1_000


async def test_names_of_headers_are_in_lower_case():
    connection, _ = await read([CHUNKED])
    assert connection.headers["x-name"] == "value"


async def test_an_answer_without_a_body():
    assert (await read([EMPTY]))[1] == b""


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/2 200\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200\r\nname : value\r\n\r\n",
        b"HTTP/1.1 200\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200\r\ncontent-length: 5\r\n\r\nhi",
        b"HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n-5\r\n",
        b"HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhello\r\n",
        b"HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n",
        *(
            b"HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n%b\r\nhello\r\n0\r\n\r\n" % size
            for size in (b"+5", b"0x5", b"0_5", b" 5", b"5 ", b"", b"fffffffffffffffff5")
        ),
        b"HTTP/1.1 200\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"HTTP/1.1 200\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\nhello",
        b"HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n5;" + b"x" * 100_000,
        b"HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 20_000,
        b"HTTP/1.1 200\r\n" + b"a: b\r\n" * 20_000,
    ],
)
async def test_what_is_no_answer(raw):
    with pytest.raises(BrokenAnswer):
        await read([raw[start : start + 4_096] for start in range(0, len(raw), 4_096)])


async def test_a_connection_that_says_more_than_it_was_asked_is_not_used_again(client):
    async with Loopback(answer(b"one"), answer(b"two")).serve() as loopback:
        first = await client.send("GET", loopback.url, allow_private=True, deadline=soon())
        assert first.body == b"one"
        assert (await client.send("GET", loopback.url, allow_private=True, deadline=soon())).body == b"two"
        assert loopback.connections == 1

    async def two_answers(received, connection):
        await connection.write(head(content_length="3") + b"one" + head(content_length="6") + b"forged")

    async with Loopback(two_answers, answer(b"two")).serve() as loopback:
        await client.send("GET", loopback.url, allow_private=True, deadline=soon())
        assert (await client.send("GET", loopback.url, allow_private=True, deadline=soon())).body == b"two"
        assert loopback.connections == 2


async def test_a_kept_connection_that_the_provider_closed_is_not_used(client):
    async def once(received, connection):
        await connection.write(head(content_length="3") + b"one")
        connection.close()

    async with Loopback(once).serve() as loopback:
        for _ in range(3):
            await client.send("GET", loopback.url, allow_private=True, deadline=soon())
            await asyncio.sleep(0.02)
        assert loopback.connections == 3


async def test_a_kept_connection_that_closes_under_the_next_request_sent_nothing(client):
    async def refuses(received, connection):
        connection.close()

    async with Loopback(answer(b"one"), refuses).serve() as loopback:
        await client.send("GET", loopback.url, allow_private=True, deadline=soon())
        with pytest.raises(ProviderError) as caught:
            await client.send("GET", loopback.url, allow_private=True, deadline=soon())
        assert (caught.value.sent, caught.value.retryable) == (False, True)


@pytest.mark.parametrize("headers", [[("x", "a\r\nb: c")], [("x\ny", "z")], [("x", "☃")]])
async def test_a_header_cannot_bring_another_one(client, headers):
    async with Loopback(answer(b"")).serve() as loopback:
        with pytest.raises(ProviderError) as caught:
            await client.send("GET", loopback.url, headers=headers, allow_private=True, deadline=soon())
        assert caught.value.sent is False
        assert loopback.received == []


def test_the_faster_event_loop():
    async def call() -> bytes:
        client = HttpClient()
        async with Loopback(stream(b"x" * 300_000, pieces=[7_000])).serve() as loopback:
            reply = await client.send("POST", loopback.url, body=b"{}" * 50_000, allow_private=True, deadline=soon())
        await client.close()
        return reply.body

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(call()) == b"x" * 300_000
