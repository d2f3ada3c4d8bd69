"""HTTP at the door, byte by byte: what is no request is refused in JSON, what takes too long is left, and nothing stands between two requests."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from govern.gateway.doors import http_protocol
from govern.gateway.doors.http import ON_HANGUP
from govern.gateway.doors.http_protocol import BoundedProtocol

Event = MutableMapping[str, Any]
HOST = b"Host: localhost\r\n"
GET = b"GET /a HTTP/1.1\r\n" + HOST
POST = b"POST /a HTTP/1.1\r\n" + HOST


class Application:
    """Says what it was asked, once it may go on."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.asked: list[tuple[str, bytes]] = []
        self.headers: list[list[tuple[bytes, bytes]]] = []
        self.reads_body = True
        self.answer = b""
        self.gone = asyncio.Event()
        self.has_asked = asyncio.Event()

    async def __call__(
        self, scope: Event, receive: Callable[[], Awaitable[Event]], send: Callable[[Event], Awaitable[None]]
    ) -> None:
        body, more = b"", self.reads_body
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                self.gone.set()
                return
            body += event["body"]
            more = event["more_body"]
        self.asked.append((scope["path"], body))
        self.headers.append(list(scope["headers"]))
        self.has_asked.set()
        scope["extensions"][ON_HANGUP](self.gone.set)
        await self.go_on.wait()
        said = self.answer or json.dumps([scope["path"], body.decode()]).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]})
        await send({"type": "http.response.body", "body": said})


class Client:
    """A connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer. Raises `IncompleteReadError` where the connection ends instead."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return int(head.split()[1]), await self.reader.readexactly(length)

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        self.writer.write(request)
        return await self.answer()

    async def ended(self) -> bool:
        """Whether the server says nothing more."""
        return await self.reader.read() == b""


@pytest.fixture
async def application() -> Application:
    return Application()


@pytest.fixture
async def connect(application: Application) -> AsyncIterator[Callable[[], Any]]:
    """Connections to a server that runs the application."""
    config = uvicorn.Config(
        application, http=BoundedProtocol, ws="none", lifespan="off", log_config=None, date_header=False
    )  # type: ignore[arg-type]
    config.load()
    server = uvicorn.Server(config)
    protocols: list[BoundedProtocol] = []

    def protocol() -> BoundedProtocol:
        protocols.append(BoundedProtocol(config=config, server_state=server.server_state, app_state={}))
        return protocols[-1]

    listening = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)

    @asynccontextmanager
    async def connected() -> AsyncIterator[Client]:
        reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
        try:
            yield Client(reader, writer)
        finally:
            writer.close()

    yield connected
    listening.close()
    for one in protocols:
        if not one.transport.is_closing():
            one.transport.abort()


NO_REQUESTS = {
    "no HTTP": b"hello\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 200,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a length and chunks": POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "a signed length": POST + b"Content-Length: +3\r\n\r\nabc",
    "a size that is none": POST + b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
    "an unknown coding": POST + b"Transfer-Encoding: gzip\r\n\r\nabc",
    "a folded header": GET + b"X-A: a\r\n b\r\n\r\n",
    "a space before the colon": GET + b"X-A : a\r\n\r\n",
    "a zero byte": GET + b"X-A: a\x00b\r\n\r\n",
    "a bare return": GET + b"X-A: a\rX-B: b\r\n\r\n",
    "a proxy's request": b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n",
}


@pytest.mark.parametrize("request_", NO_REQUESTS.values(), ids=NO_REQUESTS)
async def test_what_is_no_request_is_refused_in_json(
    connect: Callable[[], Any], application: Application, request_: bytes
) -> None:
    async with connect() as client:
        status, body = await client.ask(request_)
        assert (status, json.loads(body)["error"]["code"]) == (400, "invalid_request")
        assert await client.ended()
    assert application.asked == []


async def test_a_head_is_bounded(connect: Callable[[], Any], application: Application) -> None:
    for head in (b"".join(b"X-%d: a\r\n" % n for n in range(200)), b"X-Large: " + b"x" * (1 << 20)):
        async with connect() as client:
            status, body = await client.ask(GET + head + b"\r\n")
            assert (status, json.loads(body)["error"]["code"]) == (431, "invalid_request")
    async with connect() as client:
        assert (await client.ask(GET + b"X-Large: " + b"x" * 65_536 + b"\r\n\r\n"))[0] == 200
    assert len(application.asked) == 1


async def test_a_head_that_does_not_come_is_left(connect: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_S", 0.05)
    async with connect() as client:
        assert await client.ended()
    async with connect() as client:
        assert (await client.ask(GET))[0] == 408
    async with connect() as client:
        await client.ask(GET + b"\r\n")
        assert (await client.ask(GET))[0] == 408


async def test_what_follows_an_answer_under_way_waits_for_it(
    connect: Callable[[], Any], application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_S", 0.02)
    application.go_on.clear()
    for following in (GET, b"hello\r\n\r\n"):
        application.go_on.clear()
        async with connect() as client:
            client.writer.write(GET + b"\r\n" + following)
            await asyncio.sleep(0.1)
            application.go_on.set()
            assert await client.answer() == (200, b'["/a", ""]')


async def test_requests_in_one_read_are_answered_in_order(connect: Callable[[], Any]) -> None:
    async with connect() as client:
        client.writer.write(
            b"".join(POST.replace(b"/a", b"/%d" % n) + b"Content-Length: 1\r\n\r\n%d" % n for n in range(5))
        )
        assert [await client.answer() for _ in range(5)] == [(200, b'["/%d", "%d"]' % (n, n)) for n in range(5)]


async def test_a_trailer_is_no_header(connect: Callable[[], Any], application: Application) -> None:
    async with connect() as client:
        chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Forwarded-User: eve\r\n\r\n"
        assert await client.ask(POST + chunks) == (200, b'["/a", "abc"]')
    assert application.headers == [[(b"host", b"localhost"), (b"transfer-encoding", b"chunked")]]


async def test_a_body_beside_a_wish_for_another_protocol_is_read(
    connect: Callable[[], Any], application: Application
) -> None:
    wish = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\nContent-Length: 3\r\n\r\nabc"
    async with connect() as client:
        for _ in range(2):
            assert await client.ask(POST + wish) == (200, b'["/a", "abc"]')
        assert await client.ask(GET + b"\r\n") == (200, b'["/a", ""]')
    assert (b"upgrade", b"h2c") in application.headers[0]


async def test_a_body_that_nobody_reads_ends_the_connection(
    connect: Callable[[], Any], application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "LINGER_S", 0.05)
    application.reads_body = False
    async with connect() as client:
        assert (await client.ask(POST + b"Content-Length: 1000000\r\n\r\nabc"))[0] == 200
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await client.reader.readexactly(1)


async def test_an_answer_that_nobody_reads_ends_the_connection(
    connect: Callable[[], Any], application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "UNREAD_S", 0.05)
    application.answer = b"x" * (64 << 20)
    async with connect() as client:
        client.writer.transport.pause_reading()
        client.writer.write(GET + b"\r\n")
        await asyncio.sleep(0.3)
        client.writer.transport.resume_reading()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await client.answer()


@pytest.mark.parametrize("size", [0, 100, 3 << 20])
async def test_a_client_that_hangs_up_is_noticed(
    connect: Callable[[], Any], application: Application, size: int
) -> None:
    application.go_on.clear()
    async with connect() as client:
        client.writer.write(POST + b"Content-Length: %d\r\n\r\n" % size + b"x" * size)
        await application.has_asked.wait()
    await asyncio.wait_for(application.gone.wait(), 5)


async def test_an_answered_call_hears_nothing_of_its_client(
    connect: Callable[[], Any], application: Application
) -> None:
    async with connect() as client:
        await client.ask(GET + b"\r\n")
    await asyncio.sleep(0.05)
    assert not application.gone.is_set()


async def test_more_connections_than_a_process_serves(
    connect: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "MAX_CONNECTIONS", 1)
    async with connect() as first, connect() as second:
        assert (await second.answer())[0] == 503
        assert (await first.ask(GET + b"\r\n"))[0] == 200


async def test_nothing_of_a_request_is_logged(connect: Callable[[], Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for request in NO_REQUESTS.values():
            async with connect() as client:
                await client.ask(request)
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []
