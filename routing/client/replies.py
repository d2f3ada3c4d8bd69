"""Answers being received, over either way out, in the words of this package."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from types import TracebackType
from typing import NamedTuple, Protocol, cast

from pyqwest import ReadError, RemoteProtocolError, Response, StreamError, StreamErrorCode, WriteError

from routing.bodies import ProviderLimits
from routing.client.decoding import Decoding, decoding_of
from routing.client.plain import BrokenAnswer, Connection, NeverSent, PlainTransport
from routing.client.watch import TimeWatch
from routing.errors import ProviderError

TRANSPORT_ERRORS = (OSError, BrokenAnswer, RemoteProtocolError, ReadError, WriteError)


class Reply(NamedTuple):
    """A whole answer. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def failure(error: Exception, *, answered: bool) -> ProviderError:
    """Our words for a failure of the transport. The libraries' own texts may hold the URL, so they stay out."""
    if isinstance(error, NeverSent) or (
        isinstance(error, StreamError) and error.code is StreamErrorCode.REFUSED_STREAM
    ):
        return ProviderError("The provider took no more calls on this connection.", retryable=True, sent=False)
    if isinstance(error, TimeoutError):
        return too_slow(answered=answered)
    if answered:
        return ProviderError("The provider's answer was cut off.", retryable=True)
    return ProviderError("The connection to the provider broke before it answered.", retryable=True)


def unreachable(error: Exception) -> ProviderError:
    """No connection could be made."""
    if isinstance(error, TimeoutError):
        message, code = "The provider could not be reached in time.", "provider_timeout"
        return ProviderError(message, code=code, retryable=True, sent=False)
    return ProviderError("The provider could not be reached.", retryable=True, sent=False)


def too_slow(*, answered: bool) -> ProviderError:
    """A limit of time was passed."""
    what = "stopped answering" if answered else "did not answer in time"
    return ProviderError(f"The provider {what}.", code="provider_timeout", retryable=True)


class Incoming(Protocol):
    """An answer whose head is there."""

    status: int
    headers: Mapping[str, str]

    async def read(self) -> bytes | None:
        """The next piece of the body; None at its end."""
        ...

    async def close(self) -> None:
        """Ends the exchange."""
        ...


class PlainIncoming:
    """An answer over a plain connection."""

    __slots__ = ("_connection", "_transport", "headers", "read", "status")

    def __init__(self, transport: PlainTransport, connection: Connection):
        self._transport = transport
        self._connection: Connection | None = connection
        self.status = connection.status
        self.headers: Mapping[str, str] = connection.headers
        self.read = connection.read

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._transport.release(connection)


class SecureIncoming:
    """An answer over TLS."""

    __slots__ = ("_content", "_response", "headers", "status")

    def __init__(self, response: Response):
        self._response = response
        self._content = response.content
        self.status = response.status
        self.headers = cast(Mapping[str, str], response.headers)

    async def read(self) -> bytes | None:
        try:
            return bytes(await anext(self._content))
        except StopAsyncIteration:
            return None

    async def close(self) -> None:
        await self._response.aclose()


class StreamedReply:
    """An answer being received. Close it: that ends the call unless all was read."""

    __slots__ = ("_decoding", "_incoming", "_left", "_limits", "_watch", "headers", "status")

    def __init__(self, incoming: Incoming, watch: TimeWatch, limits: ProviderLimits):
        self._incoming = incoming
        self._watch = watch
        self._limits = limits
        self._left = limits.max_response_bytes
        self.status = incoming.status
        self.headers = incoming.headers
        self._decoding: Decoding | None = None
        if coding := incoming.headers.get("content-encoding"):
            self._decoding = decoding_of(coding)

    async def next(self) -> bytes | None:
        """The next piece as it arrives; None at the end. Raises ProviderError when it is cut, slow or too large."""
        decoding = self._decoding
        if decoding is None:
            return self._count(await self._receive())
        while not (piece := decoding.take()):
            received = await self._receive()
            if received is None:
                if not decoding.whole:
                    raise failure(BrokenAnswer(), answered=True)
                return None
            decoding.give(received)
        return self._count(piece)

    def _count(self, piece: bytes | None) -> bytes | None:
        if piece is not None:
            self._left -= len(piece)
            if self._left < 0:
                raise ProviderError(f"The provider's answer is larger than {self._limits.max_response_bytes} bytes.")
        return piece

    async def _receive(self) -> bytes | None:
        watch = self._watch
        watch.wait()
        try:
            piece = await self._incoming.read()
        except TRANSPORT_ERRORS as error:
            raise failure(error, answered=True) from None
        except asyncio.CancelledError:
            if not watch.ended_it():
                raise
            raise too_slow(answered=True) from None
        finally:
            watch.done()
        return piece

    def expect_end(self, idle_s: float) -> None:
        """From now on, waits for the next piece may only last this long."""
        self._watch.next_phase(idle_s)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body as it arrives. Raises ProviderError."""
        while (piece := await self.next()) is not None:
            yield piece

    async def read(self) -> bytes:
        """The whole body. Raises ProviderError."""
        pieces = []
        while (piece := await self.next()) is not None:
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def close(self) -> None:
        """Ends the call; the provider sees the connection go."""
        self._watch.close()
        await self._incoming.close()

    async def __aenter__(self) -> "StreamedReply":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
