"""HTTP/1.1 without TLS, for models in the same house: on this machine, in this cluster.

Answers are parsed by `httptools`, which is llhttp, the parser of Node. All runs on the event loop itself, where a call costs a third of
what it costs through a thread of a library, and it ends at once when a call is cancelled. One exchange at a time on a connection;
connections are kept and used again.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import cast

import httptools

from routing.client.origins import Origin

MAX_HEAD_BYTES = 64 << 10
"""What may come without any of the body: a head, a trailer, the size of a chunk."""
MAX_QUEUED_BYTES = 256 << 10
"""Received but not yet read: beyond it the provider has to wait."""
MAX_IDLE = 256
IDLE_S = 50.0
"""Below the minute after which many servers and balancers drop a quiet connection."""
_NO_BODY = frozenset((204, 304))


class BrokenAnswer(Exception):
    """The connection ended, or what came is no HTTP."""


class NeverSent(BrokenAnswer):
    """A kept connection was closed before the provider looked at the request."""


class Connection(asyncio.Protocol):
    """One connection. What arrives is parsed as soon as it arrives; what one read brings of a body is one piece."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._waiter: asyncio.Future[None] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self.idle_since_s = 0.0
        self.used = False
        self.open = False
        self._reset()

    def _reset(self) -> None:
        self._state = "head"
        self._arriving: dict[str, str] = {}
        self._brought: list[bytes] = []
        self._pieces: deque[bytes] = deque()
        self._queued = 0
        self._silent = 0
        self._paused = False
        self._error: BrokenAnswer | None = None
        self._keep = True
        self._any = False
        self.status = 0
        self.headers: dict[str, str] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none by class
        self._transport, self.open = cast(asyncio.Transport, transport), True

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        if self._state == "until close" and error is None:
            self._state = "done"
        elif self._state != "done" and self._error is None:
            fresh = self.used and not self._any
            self._error = NeverSent() if fresh else BrokenAnswer("the connection ended")
        self._wake()

    def data_received(self, data: bytes) -> None:
        if self._state == "done":  # nothing was asked: such a connection is not to be trusted
            self.abort()
            return
        self._any = True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._break()
        brought = self._brought
        if brought:
            piece = brought[0] if len(brought) == 1 else b"".join(brought)
            brought.clear()
            self._silent = 0
            self._pieces.append(piece)
            self._queued += len(piece)
            if self._queued > MAX_QUEUED_BYTES and not self._paused and self._transport is not None:
                self._paused = True
                self._transport.pause_reading()
        else:
            self._silent += len(data)
            if self._silent > MAX_HEAD_BYTES and self._state != "done":
                self._break()
        self._wake()

    def _break(self) -> None:
        self._error = BrokenAnswer("no HTTP")
        self.abort()

    # What the parser calls, in the order of an answer

    def on_message_begin(self) -> None:
        if self._state == "done":  # more than was asked for
            self._keep = False
        self._arriving = {}

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.status:  # later ones are trailers
            self._arriving[name.decode("latin-1").lower()] = value.decode("latin-1").strip()

    def on_headers_complete(self) -> None:
        status: int = self._parser.get_status_code()
        if status < 200 or self._state != "head":
            return  # an interim answer: the real one follows
        self.headers, self.status = self._arriving, status
        self._keep = self._keep and self._parser.should_keep_alive()
        # Without a length only the end of the connection ends the body, and nobody announces that one was cut.
        framed = "content-length" in self.headers or "chunked" in self.headers.get("transfer-encoding", "").lower()
        self._state = "framed" if framed or status in _NO_BODY else "until close"

    def on_body(self, body: bytes) -> None:
        if self._state != "done":
            self._brought.append(body)

    def on_message_complete(self) -> None:
        if self.status:
            self._state = "done"

    # What callers use

    def send(self, head: bytes, body: bytes) -> None:
        """Begins an exchange."""
        self._reset()
        assert self._transport is not None
        if len(body) < MAX_HEAD_BYTES:
            self._transport.write(head + body)
        else:
            self._transport.writelines((head, body))

    async def answered(self) -> None:
        """Waits for the head of the answer. Raises BrokenAnswer."""
        while not self.status:
            if self._error is not None:
                raise self._error
            await self._wait()

    async def read(self) -> bytes | None:
        """The next piece of the body; None at its end. Raises BrokenAnswer."""
        while not self._pieces:
            if self._state == "done":
                return None
            if self._error is not None:
                raise self._error
            await self._wait()
        piece = self._pieces.popleft()
        self._queued -= len(piece)
        if self._paused and self._queued <= MAX_QUEUED_BYTES // 2 and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return piece

    @property
    def reusable(self) -> bool:
        """Whether the exchange is over and another may follow."""
        return self._state == "done" and self._keep and self.open and not self._paused

    def abort(self) -> None:
        """Ends the connection now."""
        self.open = False
        if self._transport is not None:
            self._transport.abort()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _wait(self) -> None:
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None


class PlainTransport:
    """The connections to one origin."""

    def __init__(self, origin: Origin, addresses: Sequence[str], *, connect_s: float):
        self._origin = origin
        self._addresses = list(addresses)
        self._connect_s = connect_s
        self._idle: list[Connection] = []
        self._busy: set[Connection] = set()

    async def request(
        self, method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes | None
    ) -> Connection:
        """The connection, once the head of the answer is there; give it back with `release`.

        Raises OSError and TimeoutError while connecting, BrokenAnswer afterwards.
        """
        head = self._head(method, path, headers, body)
        connection = self._kept() or await self._connect()
        self._busy.add(connection)
        try:
            connection.send(head, body or b"")
            await connection.answered()
        except BaseException:
            self._busy.discard(connection)
            connection.abort()
            raise
        return connection

    def release(self, connection: Connection) -> None:
        """Keeps a connection whose answer was read to its end; ends any other."""
        self._busy.discard(connection)
        if connection.reusable and len(self._idle) < MAX_IDLE:
            connection.used = True
            connection.idle_since_s = time.monotonic()
            self._idle.append(connection)
        else:
            connection.abort()

    def close(self) -> None:
        """Ends every connection."""
        for connection in (*self._idle, *self._busy):
            connection.abort()
        self._idle.clear()
        self._busy.clear()

    def _kept(self) -> Connection | None:
        oldest_s = time.monotonic() - IDLE_S
        while self._idle:
            connection = self._idle.pop()
            if connection.open and connection.idle_since_s > oldest_s:
                return connection
            connection.abort()
        return None

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        error: OSError = ConnectionError("no address")
        async with asyncio.timeout(self._connect_s):
            for address in self._addresses:
                try:
                    _, connection = await loop.create_connection(Connection, address, self._origin.port)
                except OSError as failed:
                    error = failed
                else:
                    return connection
        raise error

    def _head(self, method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes | None) -> bytes:
        lines = [f"{method} {path or '/'} HTTP/1.1", f"host: {self._origin.authority}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if body is not None:
            lines.append(f"content-length: {len(body)}")
        head = "\r\n".join(lines)
        if head.count("\r\n") != len(lines) - 1 or head.count("\n") != len(lines) - 1:
            raise ValueError("a header holds a line break")
        return (head + "\r\naccept: */*\r\nuser-agent: govern\r\n\r\n").encode("latin-1")
