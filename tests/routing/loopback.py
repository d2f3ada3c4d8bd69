"""A provider on the loopback interface that does exactly what a test tells it to, byte by byte."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

import msgspec


class Received(NamedTuple):
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Connection(asyncio.Protocol):
    """One connection. A client that goes away cancels the answer that is being written."""

    def __init__(self, loopback: "Loopback"):
        self._loopback = loopback
        self._buffer = b""
        self._work: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._loopback.connections += 1

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self._loopback.listener(data)
        self._buffer += data
        if self._buffer.startswith(b"PRI * HTTP/2.0"):
            self.transport.close()
            return
        start, separator, rest = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        lines = start.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        method, path, _ = lines[0].split(" ")
        received = Received(method, path, headers, rest[:length])
        self._work = asyncio.ensure_future(self._answer(received))

    def connection_lost(self, error: Exception | None) -> None:
        self._writable.set()
        if self._work is not None and not self._work.done():
            self._work.cancel()
            self._loopback.cut.set()

    async def _answer(self, received: Received) -> None:
        server = self._loopback
        server.received.append(received)
        await server.handlers[min(len(server.received), len(server.handlers)) - 1](received, self)

    async def write(self, data: bytes) -> None:
        """Sends bytes, and waits while the client reads too slowly."""
        self.transport.write(data)
        await self._writable.wait()
        if self.transport.is_closing():
            self._loopback.cut.set()
            raise asyncio.CancelledError

    def close(self) -> None:
        """Ends the connection after what was written."""
        self.transport.close()


Handler = Callable[[Received, Connection], Awaitable[None]]


class Loopback:
    """The server. `handlers` are used one after the other, the last one for all that follows."""

    def __init__(self, *handlers: Handler):
        self.handlers = list(handlers)
        self.received: list[Received] = []
        self.cut = asyncio.Event()
        """Set when a client goes away before its answer was complete."""
        self.connections = 0
        self.url = ""
        self.listener: Callable[[bytes], object] = lambda data: None
        """Hears every byte that arrives."""

    @contextlib.asynccontextmanager
    async def serve(self, tls: ssl.SSLContext | None = None) -> AsyncIterator["Loopback"]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self), "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        try:
            yield self
        finally:
            server.close()


def head(status: int = 200, content_type: str = "application/json", **headers: str) -> bytes:
    """The head of an answer; without `content_length` its body ends with the connection."""
    lines = [f"HTTP/1.1 {status} Whatever", f"content-type: {content_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def encoded(body: Any) -> bytes:
    """Bytes and texts as they are, anything else as JSON."""
    return body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else msgspec.json.encode(body)


def answer(body: Any, status: int = 200, content_type: str = "application/json", **headers: str) -> Handler:
    """Answers with this body."""
    raw = encoded(body)

    async def handler(received: Received, connection: Connection) -> None:
        await connection.write(head(status, content_type, content_length=str(len(raw)), **headers) + raw)

    return handler


def stream(raw: bytes, *, pieces: list[int] | None = None, ends: bool = True) -> Handler:
    """Answers with this stream as chunked transfer, cut into pieces of these sizes in turn; cut off at the end unless it `ends`."""
    sizes = pieces or [max(len(raw), 1)]

    async def handler(received: Received, connection: Connection) -> None:
        await connection.write(head(200, "text/event-stream; charset=utf-8", transfer_encoding="chunked"))
        start = turn = 0
        while start < len(raw):
            piece = raw[start : start + sizes[turn % len(sizes)]]
            start, turn = start + len(piece), turn + 1
            await connection.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        if ends:
            await connection.write(b"0\r\n\r\n")
        else:
            connection.close()

    return handler


def events(*datas: Any) -> bytes:
    """Server-sent events with these data."""
    return b"".join(b"data: " + encoded(data) + b"\n\n" for data in datas)


def named_events(*datas: dict[str, Any]) -> bytes:
    """Server-sent events named for the `type` of their data."""
    return b"".join(b"event: " + str(data["type"]).encode() + b"\ndata: " + encoded(data) + b"\n\n" for data in datas)
