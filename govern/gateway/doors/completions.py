"""`POST /v1/completions`: every prompt is a governed call of its own, with its own record."""

import asyncio
from typing import TYPE_CHECKING

from govern.gateway.arrival import CallRefused, governed, new_call
from govern.gateway.call import Call
from govern.gateway.doors.answer_headers import JSON, call_headers
from govern.gateway.doors.chat_doors import complete
from govern.gateway.doors.door_formats import COMPLETIONS
from govern.gateway.doors.http import Answer, Request
from govern.gateway.exchange import ChatExchange
from govern.gateway.pipeline import answer, identity_of
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
    calls = [new_call(snapshot, key, request) for _ in asked]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_answer(gateway, call, each)) for call, each in zip(calls, asked, strict=True)]
    except BaseExceptionGroup as errors:
        first = errors.exceptions[0]
        raise first from None
    headers = [*JSON, *call_headers(calls[0], COMPLETIONS)]
    headers.append((b"x-govern-cost-usd", usd(sum(call.cost_nano_usd for call in calls)).encode()))
    return Answer(200, headers, COMPLETIONS.encode_all([task.result() for task in tasks], identity_of(calls[0])))


async def _answer(gateway: "Gateway", call: Call, request: ChatRequest) -> Completion:
    try:
        return await answer(gateway, call, ChatExchange(COMPLETIONS, request.body, request))
    except Refusal as refusal:
        raise CallRefused(refusal, call) from None
