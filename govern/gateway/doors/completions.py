"""`POST /v1/completions`: every prompt is a governed call of its own, with its own record."""

import asyncio
from typing import TYPE_CHECKING

from govern.gateway.arrival import CallRefused, governed, new_call
from govern.gateway.call import Call
from govern.gateway.doors.answer_headers import JSON, call_headers
from govern.gateway.doors.chat_doors import complete
from govern.gateway.doors.door_formats import COMPLETIONS
from govern.gateway.doors.http import Answer, Request
from govern.gateway.exchange import ChatExchange, identity_of
from govern.gateway.pipeline import answer
from govern.gateway.process.snapshot import Key, Snapshot
from govern.gateway.refusals import Refusal
from routing.calls import ChatRequest, Completion
from routing.money import usd

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway


async def serve_completions(gateway: "Gateway", request: Request) -> Answer:
    """A text for each prompt."""
    return await governed(gateway, request, COMPLETIONS, _completions)


async def _completions(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    asked = COMPLETIONS.requests(body)
    if len(asked) == 1 or asked[0].stream:
        return await complete(COMPLETIONS, gateway, request, snapshot, key, body)
    calls = [new_call(snapshot, key, request, COMPLETIONS) for _ in asked]
    together = _Together(calls[0], len(calls))
    exchanges = [_OfSeveral(together, number, each) for number, each in enumerate(asked)]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_answer(gateway, *each)) for each in zip(calls, exchanges, strict=True)]
    except BaseExceptionGroup as errors:
        first = errors.exceptions[0]
        raise first from None
    headers = [*JSON, *call_headers(calls[0], COMPLETIONS)]
    headers.append((b"x-govern-cost-usd", usd(sum(call.cost_nano_usd for call in calls)).encode()))
    return Answer(200, headers, tasks[0].result())


class _Together:
    """The answer to several prompts, which is whole once each of their calls has its own."""

    def __init__(self, first: Call, count: int) -> None:
        self._first = first
        self._completions: list[Completion | None] = [None] * count
        self._written: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def write(self, number: int, completion: Completion) -> bytes:
        """All of it, which is the answer on the record of each call."""
        self._completions[number] = completion
        completions = [each for each in self._completions if each is not None]
        if len(completions) == len(self._completions):
            self._written.set_result(COMPLETIONS.encode_all(completions, identity_of(self._first)))
        return await asyncio.shield(self._written)


class _OfSeveral(ChatExchange):
    """One of them."""

    def __init__(self, together: _Together, number: int, request: ChatRequest) -> None:
        super().__init__(COMPLETIONS, request.body, request)
        self._together = together
        self._number = number

    async def write(self, call: Call, completion: Completion) -> bytes:
        """As `ChatExchange`."""
        return await self._together.write(self._number, completion)


async def _answer(gateway: "Gateway", call: Call, exchange: ChatExchange) -> bytes:
    try:
        return await answer(gateway, call, exchange)
    except Refusal as refusal:
        raise CallRefused(refusal, call) from None
