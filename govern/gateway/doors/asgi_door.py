"""The fast door: exact data-plane paths go to the pipeline before Django; everything else goes to Django.

Django's own handler starts a thread context and sends signals for every request, which costs more than all of a call's governance.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from functools import partial
from typing import Any

from audit.trail.identifiers import identifier_text, uuid7
from govern.gateway.arrival import refused
from govern.gateway.authentication import SENT_ONCE
from govern.gateway.callers.end_users import identity_headers
from govern.gateway.doors.http import ON_HANGUP, PING_S, Answer, Request
from govern.gateway.doors.models import format_of
from govern.gateway.process.runtime import Gateway, current_gateway, start_gateway, stop_gateway
from govern.gateway.refusals import Refusal

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Endpoint = Callable[[Gateway, Request], Coroutine[Any, Any, Answer]]

OnHangup = Callable[[Callable[[], object]], None]

_NOTHING: Mapping[str, Any] = {}
_JOINED = frozenset((*SENT_ONCE, b"x-forwarded-for", b"content-encoding"))
BODY_CHUNK_TIMEOUT_S = 30.0
LARGE_BODY_BYTES = 1 << 20
LARGE_BODIES_AT_ONCE = 8
"""How many bodies may be on their way at once beyond their first `LARGE_BODY_BYTES`; the others wait unread. Without it, a crowd of
bodies whose length is not declared takes their number times the limit before the first of them is refused."""

LARGE_BODY_WAIT_S = 30.0
SEND_TIMEOUT_S = 60.0
"""A client that takes nothing for so long has gone."""


class Router:
    """An ASGI application in front of another one."""

    def __init__(
        self,
        endpoints: Mapping[tuple[str, str], Endpoint],
        families: Mapping[tuple[str, str], Endpoint],
        django: Application,
    ) -> None:
        self._endpoints = endpoints
        self._families = tuple(families.items())
        self._django = django
        self._large_bodies = asyncio.Semaphore(LARGE_BODIES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection event."""
        if scope["type"] == "http":
            endpoint = self._endpoints.get((scope["method"], scope["path"])) or self._family(scope)
            gateway = current_gateway()
            if endpoint is not None and gateway is not None:
                on_hangup = scope.get("extensions", _NOTHING).get(ON_HANGUP)
                incoming = _Incoming(receive, on_hangup, _headers(scope), gateway.max_body_bytes, self._large_bodies)
                await _serve(endpoint, gateway, scope, incoming, send)
            elif gateway is not None:
                await _by_django(self._django, gateway, scope, receive, send)
            else:
                await self._django(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            raise ValueError(f"{scope['type']} is not served here.")

    def _family(self, scope: Scope) -> Endpoint | None:
        """The endpoint of paths that begin alike and name a model."""
        for (method, prefix), endpoint in self._families:
            if scope["method"] == method and scope["path"].startswith(prefix):
                return endpoint
        return None


async def _by_django(django: Application, gateway: Gateway, scope: Scope, receive: Receive, send: Send) -> None:
    """Has Django answer. It says nothing where a body ends before its time; the caller is told all the same."""
    begun = False

    async def noted(event: MutableMapping[str, Any]) -> None:
        nonlocal begun
        begun = True
        await send(event)

    await django(scope, receive, noted)
    if not begun:
        format_ = format_of(scope["path"], _headers(scope))
        await _send_whole(refused(gateway, format_, broken_off(), identifier_text(uuid7()), None), send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        if event["type"] == "lifespan.startup":
            await start_gateway()
            await send({"type": "lifespan.startup.complete"})
        elif event["type"] == "lifespan.shutdown":
            await stop_gateway()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """By name; of a repeated one the last, but lists joined, as HTTP reads them (RFC 9110, 5.3), and what says who calls and who the end
    user is, so that two of them are never taken for one."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if len(headers) != len(scope["headers"]):
        for name in headers:
            if name.startswith(b"anthropic-") or name in _JOINED or name in identity_headers():
                headers[name] = b",".join(value for known, value in scope["headers"] if known == name)
    return headers


async def _serve(endpoint: Endpoint, gateway: Gateway, scope: Scope, incoming: "_Incoming", send: Send) -> None:
    query = scope["query_string"].decode("latin-1")
    peer = (scope.get("client") or ("",))[0]
    request = Request(scope["method"], scope["path"], query, incoming.headers, incoming.read, peer)
    try:
        answer = await endpoint(gateway, request)
        if answer.stream is None:
            await _send_whole(answer, send)
        else:
            await _send_stream(answer, send)
    except (asyncio.CancelledError, TimeoutError, OSError):
        if not incoming.gone:
            raise  # the server itself is stopping
    finally:
        incoming.stop_watching()


class _Incoming:
    """Reads the body, then watches for the client to hang up, which cancels the call."""

    def __init__(
        self,
        receive: Receive,
        on_hangup: OnHangup | None,
        headers: dict[bytes, bytes],
        max_bytes: int,
        large_bodies: asyncio.Semaphore,
    ) -> None:
        self.headers = headers
        self._receive = receive
        self._on_hangup = on_hangup
        self._max_bytes = max_bytes
        self._large_bodies = large_bodies
        self._large = False
        self._watch: asyncio.Task[None] | None = None
        self.gone = False

    async def read(self) -> bytes:
        try:
            return await self._read()
        finally:
            if self._large:
                self._large_bodies.release()

    async def _read(self) -> bytes:
        declared = self.headers.get(b"content-length", b"")
        if declared.isdigit() and (len(declared) > 18 or int(declared) > self._max_bytes):
            raise too_large(self._max_bytes)
        chunks: list[bytes] = []
        size = 0
        while True:
            try:
                async with asyncio.timeout(BODY_CHUNK_TIMEOUT_S):
                    event = await self._receive()
            except TimeoutError:
                raise stalled() from None
            if event["type"] == "http.disconnect":
                self.gone = True  # or not: the server says the same of chunks that it cannot read
                raise broken_off()
            chunk = event.get("body", b"")
            size += len(chunk)
            if size > self._max_bytes:
                # The refusal's traceback keeps this frame until the collector runs, which is seldom: not what it has read, too.
                chunks.clear()
                raise too_large(self._max_bytes)
            chunks.append(chunk)
            if not event.get("more_body"):
                break
            if size > LARGE_BODY_BYTES and not self._large:
                await self._wait_for_room()
        self._watch_for_hangup()
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def _wait_for_room(self) -> None:
        try:
            async with asyncio.timeout(LARGE_BODY_WAIT_S):
                await self._large_bodies.acquire()
        except TimeoutError:
            raise Refusal(
                "rate_limit_exceeded", "Too many large bodies arrive at once. Try again shortly.", retry_after_ms=1_000
            ) from None
        self._large = True

    def _watch_for_hangup(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        if self._on_hangup is not None:
            self._on_hangup(partial(self._hung_up, task))
        else:  # another server than ours
            self._watch = asyncio.create_task(self._wait_for_hangup(task))

    async def _wait_for_hangup(self, task: "asyncio.Task[Any]") -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._hung_up(task)

    def _hung_up(self, task: "asyncio.Task[Any]") -> None:
        self.gone = True
        task.cancel()

    def stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()


def too_large(max_bytes: int) -> Refusal:
    """The refusal of a body over the limit."""
    return Refusal(
        "request_too_large", f"The body is larger than {max_bytes} bytes. Send less, or send files by reference."
    )


def broken_off() -> Refusal:
    """The refusal of a body that ends before its time. A client that is still there wrote a chunk that nobody can read."""
    return Refusal(
        "invalid_request",
        "The body broke off, or a size of its chunks is malformed. Send it again, whole or with `content-length`.",
    )


def stalled() -> Refusal:
    """The refusal of a body that does not arrive."""
    return Refusal(
        "invalid_request", f"Nothing of the body arrived for {BODY_CHUNK_TIMEOUT_S:.0f} seconds. Send it again."
    )


async def _send_whole(answer: Answer, send: Send) -> None:
    headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _send_stream(answer: Answer, send: Send) -> None:
    stream = answer.stream
    assert stream is not None
    watch = _Sending(send, answer.ping)
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        async for event in stream:
            await watch.send(event, more=True)
        await watch.send(b"", more=False)
    except asyncio.CancelledError:
        if watch.gave_up():
            raise TimeoutError from None
        raise
    finally:
        watch.stop()
        await stream.aclose()


class _Sending:
    """Sends the events of one stream, with a sign of life where it is silent, and gives up on a client that takes nothing.

    One timer for all of it, which is moved on only when it fires: an event costs none.
    """

    __slots__ = ("_gave_up", "_loop", "_ping", "_pinging", "_send", "_sending", "_since_s", "_task", "_timer")

    def __init__(self, send: Send, ping: bytes) -> None:
        self._send = send
        self._ping = ping
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._pinging: asyncio.Task[None] | None = None
        self._sending = False
        self._gave_up = False
        self._since_s = self._loop.time()
        """When it last began to send, or to wait for something to send."""
        self._timer = self._loop.call_later(PING_S, self._look)

    async def send(self, event: bytes, *, more: bool) -> None:
        """Sends an event."""
        if self._pinging is not None and not self._pinging.done():
            await self._pinging
        self._since_s = self._loop.time()
        self._sending = True
        await self._send({"type": "http.response.body", "body": event, "more_body": more})
        self._sending = False
        self._since_s = self._loop.time()

    def gave_up(self) -> bool:
        """Whether the cancellation that just arrived is this one's alone."""
        return self._gave_up and self._task is not None and self._task.uncancel() == 0

    def stop(self) -> None:
        """Sends nothing more."""
        self._timer.cancel()
        if self._pinging is not None:
            self._pinging.cancel()

    def _look(self) -> None:
        stuck = self._sending or (self._pinging is not None and not self._pinging.done())
        due_s = self._since_s + (SEND_TIMEOUT_S if stuck else PING_S)
        if self._loop.time() >= due_s:
            if stuck:
                self._gave_up = True
                if self._task is not None:
                    self._task.cancel()
                return
            self._since_s = self._loop.time()
            due_s = self._since_s + PING_S
            self._pinging = self._loop.create_task(self._send_ping())
        self._timer = self._loop.call_at(due_s, self._look)

    async def _send_ping(self) -> None:
        await self._send({"type": "http.response.body", "body": self._ping, "more_body": True})
