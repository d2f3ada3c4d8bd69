"""Every path below `/v1/responses`, and what else is asked there than for an answer."""

from typing import TYPE_CHECKING

from audit.trail.identifiers import identifier_text, uuid7
from govern.gateway import kept_responses
from govern.gateway.background.asking import queue
from govern.gateway.callers_headers import sessions_of
from govern.gateway.doors import RESPONSES as FORMAT
from govern.gateway.doors import KnownEndpoint, complete, counted, governed, new_call, refused
from govern.gateway.formats.responses import is_stored
from govern.gateway.http import Answer, Request
from govern.gateway.kept_responses import followed, json_answer, response_now
from govern.gateway.prepared_responses import prepare_response, runs_in_background
from govern.gateway.refusals import Refusal
from govern.gateway.route import check_model
from routing.calls.requests import decode_object

if TYPE_CHECKING:
    from govern.gateway.runtime import Gateway
    from govern.gateway.snapshot import Key, Snapshot

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
        answer = refused(gateway, FORMAT, refusal, identifier_text(uuid7()), None)
        return answer._replace(headers=[*answer.headers, (b"upgrade", b"HTTP/1.1")])
    refusal = Refusal("invalid_request", "Use POST here, or GET /v1/responses/{id} for a stored response.", status=405)
    return refused(gateway, FORMAT, refusal, identifier_text(uuid7()), None)


async def serve_below_responses(gateway: "Gateway", request: Request) -> Answer:
    """Everything below `/v1/responses/`."""
    first, _, rest = request.path.removeprefix("/v1/responses/").partition("/")
    endpoint: KnownEndpoint | None = _BELOW.get((request.method, rest))
    if request.method == "POST" and not rest:
        endpoint = {"input_tokens": _input_tokens}.get(first, endpoint)
    return await governed(gateway, request, FORMAT, endpoint or _no_such_endpoint)


async def _no_such_endpoint(
    gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes
) -> Answer:
    raise Refusal(
        "invalid_request",
        "Use GET or DELETE /v1/responses/{id}, GET …/input_items, POST …/cancel, or POST /v1/responses/input_tokens.",
        status=404,
    )


async def _respond(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    if not runs_in_background(body):
        return await complete(FORMAT, gateway, request, snapshot, key, body)
    if not is_stored(body):
        raise Refusal("invalid_request", "A response with `background: true` must be stored.", param="store")
    streamed = decode_object(body).get("stream") is True
    prepared = await prepare_response(gateway.conversations, body, key.application_name)
    call = new_call(snapshot, key, request)
    call.model = prepared.chat.model
    try:
        check_model(call)
    except Refusal as refusal:
        raise refusal from None
    call_id = await queue(gateway, key, body, {"sessions": sessions_of(request.headers)})
    if streamed:
        return followed(gateway, call_id, key.application_name)
    response = await response_now(gateway, call_id, key.application_name)
    if response is None:
        raise Refusal("internal_error", "The response was queued and cannot be found.")
    answer = json_answer(response)
    return answer._replace(headers=[*answer.headers, (b"x-govern-revision", str(snapshot.revision.number).encode())])


async def _input_tokens(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    """`POST /v1/responses/input_tokens`, estimated here like every count."""
    prepared = await prepare_response(gateway.conversations, body, key.application_name)
    said = {"object": "response.input_tokens"}
    return counted(snapshot, key, request, FORMAT, prepared.chat, "input_tokens", len(body), **said)
