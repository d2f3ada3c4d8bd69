"""Every path below `/v1/responses`, and what else is asked there than for an answer."""

from typing import TYPE_CHECKING

from audit.trail.identifiers import identifier_text, uuid7
from govern.gateway.arrival import CallRefused, KnownEndpoint, governed, new_call, refused
from govern.gateway.background.asking import queue
from govern.gateway.call import Asked
from govern.gateway.doors.answer_headers import whole_headers
from govern.gateway.doors.chat_doors import answered
from govern.gateway.doors.door_formats import RESPONSES as FORMAT
from govern.gateway.doors.http import Answer, Request
from govern.gateway.doors.token_count_doors import counted
from govern.gateway.pipeline import answer
from govern.gateway.refusals import Refusal
from govern.gateway.responses import kept_responses
from govern.gateway.responses.compaction import CompactExchange
from govern.gateway.responses.kept_responses import followed, json_answer, response_now
from govern.gateway.responses.prepared_responses import prepare_response, runs_in_background
from govern.gateway.route import check_model
from routing.calls.requests import decode_object
from routing.wire.responses import is_stored

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway
    from govern.gateway.process.snapshot import Key, Snapshot

_BELOW = {
    ("GET", ""): kept_responses.retrieve,
    ("DELETE", ""): kept_responses.delete,
    ("POST", "cancel"): kept_responses.cancel,
    ("GET", "input_items"): kept_responses.input_items,
}
"""(method, what follows the id) → endpoint."""


async def serve_responses(gateway: "Gateway", request: Request) -> Answer:
    """`POST /v1/responses`."""
    return await governed(gateway, request, FORMAT, _respond)


async def serve_upgrade(gateway: "Gateway", request: Request) -> Answer:
    """`GET /v1/responses`, with which some clients ask for a WebSocket before anything else: they are told at once to do without."""
    if request.headers.get(b"upgrade", b"").lower() == b"websocket":
        refusal = Refusal("invalid_request", "WebSockets are not served here. POST to /v1/responses.", status=426)
        no = refused(gateway, FORMAT, refusal, identifier_text(uuid7()), None)
        return no._replace(headers=[*no.headers, (b"upgrade", b"HTTP/1.1")])
    refusal = Refusal("invalid_request", "Use POST here, or GET /v1/responses/{id} for a stored response.", status=405)
    return refused(gateway, FORMAT, refusal, identifier_text(uuid7()), None)


async def serve_below_responses(gateway: "Gateway", request: Request) -> Answer:
    """Everything below `/v1/responses/`."""
    first, _, rest = request.path.removeprefix("/v1/responses/").partition("/")
    endpoint: KnownEndpoint | None = _BELOW.get((request.method, rest))
    if request.method == "POST" and not rest:
        endpoint = {"input_tokens": _input_tokens, "compact": _compact}.get(first, endpoint)
    return await governed(gateway, request, FORMAT, endpoint or _no_such_endpoint)


async def _no_such_endpoint(
    gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes
) -> Answer:
    raise Refusal(
        "invalid_request",
        "Use GET or DELETE /v1/responses/{id}, GET …/input_items, POST …/cancel, or POST /v1/responses/input_tokens or /compact.",
        status=404,
    )


async def _respond(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    asked = decode_object(body)
    prepared = await prepare_response(gateway.conversations, body, asked, key.application_name)
    call = new_call(snapshot, key, request, FORMAT)
    if not runs_in_background(asked):
        return await answered(gateway, call, await prepared.exchange(gateway.conversations, call))
    if not is_stored(asked):
        raise Refusal("invalid_request", "A response with `background: true` must be stored.", param="store")
    streamed = asked.get("stream") is True
    call.asked = Asked(prepared.chat.model)
    check_model(call)
    call_id = await queue(gateway, key, body, request)
    if streamed:
        return followed(gateway, call_id, key.application_name)
    response = await response_now(gateway, call_id, key.application_name)
    if response is None:
        raise Refusal("internal_error", "The response was queued and cannot be found.")
    given = json_answer(response)
    return given._replace(headers=[*given.headers, (b"x-govern-revision", str(snapshot.revision.number).encode())])


async def _input_tokens(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    """`POST /v1/responses/input_tokens`, estimated here like every count."""
    prepared = await prepare_response(gateway.conversations, body, decode_object(body), key.application_name)
    said = {"object": "response.input_tokens"}
    return counted(snapshot, key, request, FORMAT, prepared.chat, "input_tokens", len(body), **said)


async def _compact(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    """`POST /v1/responses/compact`, by a model in a governed call."""
    prepared = await prepare_response(gateway.conversations, body, decode_object(body), key.application_name)
    exchange = CompactExchange(prepared.tree, request.path, gateway.sealer)
    call = new_call(snapshot, key, request, FORMAT)
    call.native_kind = FORMAT.kind
    try:
        given = await answer(gateway, call, exchange)
    except Refusal as refusal:
        raise CallRefused(refusal, call) from None
    return Answer(200, whole_headers(call, FORMAT), given)
