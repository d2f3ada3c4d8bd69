"""Counts of a request's tokens, estimated here: a provider's own count would be a way out for prompts that no guard has seen."""

from typing import TYPE_CHECKING

import msgspec

from govern.gateway.arrival import governed, new_call
from govern.gateway.description import describe_request
from govern.gateway.doors.answer_headers import JSON, request_id_headers
from govern.gateway.doors.door_formats import GOOGLE, MESSAGES
from govern.gateway.doors.http import Answer, Request
from govern.gateway.process.snapshot import Key, Snapshot
from govern.gateway.route import check_model
from routing.calls import ChatRequest
from routing.wire.google import token_count_request
from routing.wire.interface import DoorFormat

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway


async def serve_token_count(gateway: "Gateway", request: Request) -> Answer:
    """`POST /v1/messages/count_tokens`."""
    return await governed(gateway, request, MESSAGES, _token_count)


async def _token_count(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    return counted(snapshot, key, request, MESSAGES, MESSAGES.decode(body, request.path), "input_tokens", len(body))


async def google_token_count(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    """`:countTokens` for a known caller."""
    asked = token_count_request(body, request.path)
    return counted(snapshot, key, request, GOOGLE, asked, "totalTokens", len(body))


def counted(
    snapshot: Snapshot,
    key: Key,
    request: Request,
    format_: DoorFormat,
    chat: ChatRequest,
    name: str,
    body_bytes: int,
    **said: str,
) -> Answer:
    """The estimate of a request's tokens under the name that its format has for it, beside what else the format says."""
    call = new_call(snapshot, key, request, format_)
    describe_request(call, chat, body_bytes)
    check_model(call)
    assert call.asked.description is not None
    revision = (b"x-govern-revision", str(snapshot.revision.number).encode())
    headers = [*JSON, *request_id_headers(format_, call.id_text), revision]
    return Answer(200, headers, msgspec.json.encode({**said, name: call.asked.description.input_tokens}))
