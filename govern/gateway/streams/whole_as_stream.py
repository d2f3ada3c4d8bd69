"""Answers that policy wants inspected as a whole, for callers who stream: told when they are there, with signs of life until then."""

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from govern.gateway.call import Call
from govern.gateway.exchange import ChatExchange, identity_of
from govern.gateway.pipeline import answer
from govern.gateway.receipts import digest_of
from govern.gateway.refusals import Refusal
from govern.gateway.streams.patience import Patience, end_task
from routing.calls import Completion, as_chunks
from routing.wire.interface import StreamEncoder

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway


def told_again(completion: Completion, encoder: StreamEncoder) -> bytes:
    """A whole answer in the form of a stream."""
    return b"".join(map(encoder.chunk, as_chunks(completion))) + encoder.end(completion.usage)


async def open_whole(gateway: "Gateway", call: Call, exchange: ChatExchange) -> "WholeAnswer":
    """A whole answer, or one that takes its time. Raises `Refusal`, with the outcome on the record."""
    whole = _Whole(exchange)
    answering = asyncio.ensure_future(answer(gateway, call, whole))
    while not await Patience().wait(answering) and (not call.attempts or whole.refused):
        pass  # nobody was asked yet, so there is nobody to name in the headers; or it is refused in words that are no stream's
    if answering.done():
        answering.result()
    else:
        whole.begun = True
    return WholeAnswer(gateway, call, answering, exchange)


class _Whole(ChatExchange):
    """The request for a whole answer that will be told as a stream."""

    def __init__(self, streamed: ChatExchange) -> None:
        super().__init__(streamed.format, streamed.body, streamed.request.unstreamed(), streamed.kept)
        self._streamed = streamed
        self.begun = False
        """The headers of the stream have left, so that what goes wrong is an event of it."""
        self.refused = False
        """It was refused before that."""

    async def write(self, call: Call, completion: Completion) -> bytes:
        """As `ChatExchange`: the events."""
        return told_again(completion, _encoder(self._streamed, call))

    def digest(self, body: bytes) -> bytes:
        """As `ChatExchange`: without what looks like signs of life, which may have gone before."""
        return digest_of(body.replace(self.format.ping, b""))

    def told_refusal(self, gateway: "Gateway", call: Call, refusal: Refusal) -> bytes | None:
        """As `ChatExchange`."""
        if self.begun:
            return self.digest(_error(gateway, call, self._streamed, refusal))
        self.refused = True
        return super().told_refusal(gateway, call, refusal)


def _encoder(exchange: ChatExchange, call: Call) -> StreamEncoder:
    return exchange.format.stream(exchange.request, identity_of(call))


def _error(gateway: "Gateway", call: Call, exchange: ChatExchange, refusal: Refusal) -> bytes:
    link = gateway.officer_link(refusal, call.host)
    error = refusal.envelope(revision=call.snapshot.revision.number, link=link)
    return _encoder(exchange, call).error(error, refusal.status)


class WholeAnswer:
    """The events of the answer. `aclose` ends the call that is under way."""

    def __init__(
        self,
        gateway: "Gateway",
        call: Call,
        answering: "asyncio.Task[bytes]",
        exchange: ChatExchange,
    ) -> None:
        self._gateway = gateway
        self._call = call
        self._answering = answering
        self._exchange = exchange
        self.overhead_us = call.overhead_us() if answering.done() else 0
        """Of the call, to be told in its headers; 0 where it is not known yet."""
        self._events = self._run()

    def __aiter__(self) -> "WholeAnswer":
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._events)

    async def aclose(self) -> None:
        """Ends it early."""
        await self._events.aclose()
        await end_task(self._answering)

    async def _run(self) -> AsyncGenerator[bytes, None]:
        if not self._answering.done():
            yield self._exchange.format.ping
        try:
            events = await self._answering
        except Refusal as refusal:
            events = _error(self._gateway, self._call, self._exchange, refusal)
        yield events
