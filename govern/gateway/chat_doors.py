"""Completions of a model in every front-door format."""

from functools import partial
from typing import TYPE_CHECKING

from govern.gateway.answer_headers import stream_headers, whole_headers
from govern.gateway.callers_headers import headers_for_anthropic
from govern.gateway.door_formats import CHAT, MESSAGES
from govern.gateway.doors import CallRefused, governed, new_call
from govern.gateway.http import Answer, Request
from govern.gateway.pipeline import answer, identity_of
from govern.gateway.prepared_responses import prepare_response
from govern.gateway.refusals import Refusal
from govern.gateway.snapshot import Key, Snapshot
from govern.gateway.streaming import open_stream
from govern.gateway.whole_as_stream import open_whole
from routing.wire.interface import DoorFormat
from routing.wire.responses import ResponsesFormat

if TYPE_CHECKING:
    from govern.gateway.runtime import Gateway


async def serve(gateway: "Gateway", request: Request, format_: DoorFormat) -> Answer:
    """A completion in any front-door format."""
    return await governed(gateway, request, format_, partial(complete, format_))


async def complete(
    format_: DoorFormat, gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes
) -> Answer:
    """A completion for a known caller."""
    prepared = None
    if isinstance(format_, ResponsesFormat):
        prepared = await prepare_response(gateway.conversations, body, key.application_name)
        format_, body, chat = prepared.format, prepared.body, prepared.chat
    else:
        chat = format_.decode(body, request.path)
    call = new_call(snapshot, key, request)
    call.native_kind = "" if format_.kind == CHAT.kind else format_.kind
    if format_ is MESSAGES:
        call.asked = headers_for_anthropic(request.headers)
    kept = await prepared.kept(gateway.conversations, call) if prepared is not None else None
    try:
        if chat.stream and call.application.enforcement.answers_whole:
            whole = await open_whole(gateway, call, chat, body, format_, kept=kept)
            return Answer(200, stream_headers(format_, call, whole.overhead_us), stream=whole, ping=format_.ping)
        if chat.stream:
            stream = await open_stream(gateway, call, chat, body, format_, kept=kept)
            return Answer(200, stream_headers(format_, call, stream.overhead_us), stream=stream, ping=format_.ping)
        completion = await answer(gateway, call, chat, body, kept=kept)
    except Refusal as refusal:
        raise CallRefused(refusal, call) from None
    return Answer(200, whole_headers(call, format_), format_.encode(completion, identity_of(call)))
