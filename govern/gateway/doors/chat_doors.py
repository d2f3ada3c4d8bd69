"""Completions of a model in every front-door format."""

from functools import partial
from typing import TYPE_CHECKING

from govern.gateway.arrival import CallRefused, governed, new_call
from govern.gateway.call import Call
from govern.gateway.callers.callers_headers import headers_for_anthropic
from govern.gateway.doors.answer_headers import stream_headers, whole_headers
from govern.gateway.doors.door_formats import CHAT, MESSAGES
from govern.gateway.doors.http import Answer, Request
from govern.gateway.exchange import ChatExchange
from govern.gateway.pipeline import answer
from govern.gateway.process.snapshot import Key, Snapshot
from govern.gateway.refusals import Refusal
from govern.gateway.streaming import open_stream
from govern.gateway.streams.whole_as_stream import open_whole
from routing.wire.interface import DoorFormat

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway


async def serve(gateway: "Gateway", request: Request, format_: DoorFormat) -> Answer:
    """A completion in any front-door format."""
    return await governed(gateway, request, format_, partial(complete, format_))


async def complete(
    format_: DoorFormat, gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes
) -> Answer:
    """A completion for a known caller."""
    chat = format_.decode(body, request.path)
    call = new_call(snapshot, key, request, format_)
    if format_ is MESSAGES:
        call.own_headers = headers_for_anthropic(request.headers)
    return await answered(gateway, call, ChatExchange(format_, body, chat))


async def answered(gateway: "Gateway", call: Call, exchange: ChatExchange) -> Answer:
    """What a call is given: a whole answer, or the events of one."""
    format_ = exchange.format
    call.native_kind = "" if format_.kind == CHAT.kind else format_.kind
    try:
        if exchange.request.stream and call.application.enforcement.answers_whole:
            whole = await open_whole(gateway, call, exchange)
            return Answer(200, stream_headers(format_, call, whole.overhead_us), stream=whole, ping=format_.ping)
        if exchange.request.stream:
            stream = await open_stream(gateway, call, exchange)
            return Answer(200, stream_headers(format_, call, stream.overhead_us), stream=stream, ping=format_.ping)
        body = await answer(gateway, call, exchange)
    except Refusal as refusal:
        raise CallRefused(refusal, call) from None
    return Answer(200, whole_headers(call, format_), body)
