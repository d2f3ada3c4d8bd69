"""HTTP/1.1 at the door: uvicorn's protocol (llhttp parses), bounded in size and time, and saying no in the words of the door.

A connection is bounded before anybody is known behind it: its head may take `HEAD_S` and `MAX_HEAD_BYTES`, an answer that nobody reads is
given up after `UNREAD_S`, and a body that was answered before its end is thrown away for `LINGER_S` at most.
"""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import httptools
import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from govern.gateway.doors.http import ON_HANGUP
from govern.gateway.refusals import Refusal

HEAD_S = 10.0
MAX_HEAD_BYTES = 256 << 10
"""Of a head that has not ended: what its last read brings is taken, too."""

MAX_HEADERS = 100
KEEP_ALIVE_S = 75
"""Longer than most clients keep a connection that they do not use, so that it is they who close it."""

UNREAD_S = 60.0
"""A client that takes nothing for so long has gone."""

LINGER_S = 2.0
MAX_CONNECTIONS = 16_384
"""Of one process."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeout_keep_alive = KEEP_ALIVE_S
        self._in_head = True
        self._head_bytes = 0
        self._deaf = False
        self._hung_up: Callable[[], object] | None = None
        self._head_due: asyncio.TimerHandle | None = None
        self._body_due: asyncio.TimerHandle | None = None
        self._read_due: asyncio.TimerHandle | None = None

    # The connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))  # uvloop's transports are none by class
        if len(self.connections) > MAX_CONNECTIONS:
            self._refuse(503, "Too many connections are open. Try again shortly.")
        else:
            self._head_due = self.loop.call_later(HEAD_S, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        for due in (self._head_due, self._body_due, self._read_due):
            if due is not None:
                due.cancel()
        super().connection_lost(exc)
        if self._hung_up is not None:
            self._hung_up()

    def on_hangup(self, tell: Callable[[], object]) -> None:
        """Calls `tell` if the connection ends before the answer does. One listener an answer."""
        if self not in self.connections:
            self.loop.call_soon(tell)
        else:
            self._hung_up = tell

    def pause_writing(self) -> None:
        super().pause_writing()
        self._read_due = self.loop.call_later(UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._read_due is not None:
            self._read_due.cancel()

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        if self._in_head:
            self._head_bytes += len(data)
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._read_without_upgrade(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError:
            self._malformed()
            return
        if self._in_head:
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(431, f"The head of the request is larger than {MAX_HEAD_BYTES} bytes. Send less.")
            elif self._head_due is None and self._head_bytes:
                self._head_due = self.loop.call_later(HEAD_S, self._head_is_late)

    def _read_without_upgrade(self, rest: bytes) -> None:
        """Reads a request that would like another protocol as one that does not: to the parser it has no body (RFC 9110, 7.8: the wish may
        be ignored, and Java's client has it beside every body)."""
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        if method == b"CONNECT":
            self._malformed()
            return
        lines = [b"%b %b HTTP/%b" % (method, self.url, version)]
        for name, value in self.headers:
            if name != b"connection":
                lines.append(b"%b: %b" % (name, value))
            elif b"close" in value.lower():
                lines.append(b"connection: close")
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"\r\n".join((*lines, b"", rest)))

    # What the parser calls, in the order of a request

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # what comes after the body is a trailer, and must not be taken for a header
            super().on_header(name, value)
            if len(self.headers) > MAX_HEADERS:
                raise ValueError("too many headers")

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self.scope["extensions"] = {ON_HANGUP: self.on_hangup}  # type: ignore[dict-item]
        super().on_headers_complete()
        self._in_head = False
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        super().on_message_complete()
        self._in_head, self._head_bytes = True, 0
        # A large body may have paused reading, and only a connection that is read is known to have ended.
        if not self.pipeline:
            self.flow.resume_reading()
        if self._body_due is not None:
            self._body_due.cancel()
            self._body_due = None

    def on_response_complete(self) -> None:
        self._hung_up = None
        super().on_response_complete()
        if not self._in_head and not self.pipeline:  # the rest of its body may still come, and is thrown away
            self._body_due = self.loop.call_later(LINGER_S, self.transport.abort)

    # Saying no

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _head_is_late(self) -> None:
        self._head_due = None
        if self._answering():  # the next request may wait for the answer to the one before
            self._head_due = self.loop.call_later(HEAD_S, self._head_is_late)
        elif self._head_bytes:
            self._refuse(408, f"The head of the request did not arrive within {HEAD_S:.0f} seconds. Send it again.")
        else:
            self.transport.close()

    def _malformed(self) -> None:
        if self._in_head and self._answering():  # the answer goes out first
            self._deaf = True
            self.cycle.keep_alive = False
        elif not self._in_head and (self.pipeline or self.cycle.response_started):
            self.transport.close()
        elif self._in_head and self.headers is not None and len(self.headers) > MAX_HEADERS:
            self._refuse(431, f"The request has more than {MAX_HEADERS} headers. Send fewer.")
        else:
            self._refuse(400, "This is no request of HTTP/1.1, or its body breaks off. Use an HTTP client or SDK.")

    def _refuse(self, status: int, message: str) -> None:
        """Answers instead of the application, and closes."""
        self._deaf = True
        if self._answering():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        error = Refusal("invalid_request", message, status=status).envelope(revision=None, link=None)
        body = msgspec.json.encode({"error": error})
        head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.write_eof()
        self._body_due = self.loop.call_later(LINGER_S, self.transport.abort)
