"""Answers that policy wants inspected as a whole, for callers who stream: told when they are there, with signs of life until then."""

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from govern.gateway.call import Call
from govern.gateway.exchange import ChatExchange
from govern.gateway.pipeline import answer, identity_of
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
    whole = ChatExchange(exchange.format, exchange.body, exchange.request.unstreamed(), exchange.kept)
    answering = asyncio.ensure_future(answer(gateway, call, whole))
    while not await Patience().wait(answering) and not call.attempts:
        pass  # nobody was asked yet, so there is nobody to name in the headers
    if answering.done():
        answering.result()
    return WholeAnswer(gateway, call, answering, exchange)


class WholeAnswer:
    """The events of the answer. `aclose` ends the call that is under way."""

    def __init__(
        self,
        gateway: "Gateway",
        call: Call,
        answering: "asyncio.Task[Completion]",
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
        call = self._call
        if not self._answering.done():
            yield self._exchange.format.ping
        try:
            completion = await self._answering
        except Refusal as refusal:
            link = self._gateway.officer_link(refusal, call.host)
            error = refusal.envelope(revision=call.snapshot.revision.number, link=link)
            yield self._encoder().error(error, refusal.status)
        else:
            yield told_again(completion, self._encoder())

    def _encoder(self) -> StreamEncoder:
        return self._exchange.format.stream(self._exchange.request, identity_of(self._call))
