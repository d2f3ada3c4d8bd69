"""From a request to an answer: the part of a call's way that every endpoint shares.

read what is in force → authenticate → read the body → decode → the pipeline → encode
"""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from audit.trail.entries import AuditUnavailable
from audit.trail.identifiers import identifier_text, uuid7
from govern.gateway.authentication import UnknownApiKey, UnusableKey, authenticate
from govern.gateway.call import Call
from govern.gateway.caller_address import caller_address
from govern.gateway.callers_headers import headers_for_anthropic, sessions_of
from govern.gateway.callers_words import header_list, header_value
from govern.gateway.closing import as_refusal
from govern.gateway.compressed import decompressed
from govern.gateway.description import describe_request
from govern.gateway.embeddings import embed
from govern.gateway.formats.chat import ChatFormat
from govern.gateway.formats.completions import CompletionsFormat
from govern.gateway.formats.embeddings import encode_embeddings
from govern.gateway.formats.google import GoogleFormat, google_format, token_count_request
from govern.gateway.formats.google.embeddings import decode_google_embeddings, encode_google_embeddings
from govern.gateway.formats.interface import DoorFormat
from govern.gateway.formats.messages import MessagesFormat
from govern.gateway.formats.responses import ResponsesFormat
from govern.gateway.http import Answer, Headers, Request
from govern.gateway.pipeline import answer, identity_of
from govern.gateway.prepared_responses import prepare_response
from govern.gateway.records import rejected_entry, replaced_tool_results
from govern.gateway.refusals import Refusal
from govern.gateway.route import check_model
from govern.gateway.snapshot import Key, Snapshot
from govern.gateway.streaming import open_stream
from govern.gateway.whole_as_stream import open_whole
from routing.calls import ChatRequest, EmbeddingsAnswer, EmbeddingsRequest, InvalidRequest, decode_embeddings
from routing.calls.characters import with_whole_characters
from routing.money import usd

if TYPE_CHECKING:
    from govern.gateway.runtime import Gateway

JSON: Headers = [(b"content-type", b"application/json")]
EVENT_STREAM = "text/event-stream; charset=utf-8"
LONGEST_CALL_S = 600.0
CLAUDE_CODE = b"claude-cli/"
CHAT = ChatFormat()
COMPLETIONS = CompletionsFormat()
RESPONSES = ResponsesFormat()
MESSAGES = MessagesFormat()
GOOGLE = GoogleFormat(streamed=False)
KnownEndpoint = Callable[["Gateway", Request, Snapshot, Key, bytes], Awaitable[Answer]]
"""An endpoint once the caller is known and the body is read."""


def in_force(gateway: "Gateway") -> Snapshot:
    """The snapshot. Raises a refusal while nothing is in force, or while that cannot be known."""
    snapshot = gateway.snapshot
    if snapshot is None:
        raise Refusal(
            "audit_unavailable",
            "The gateway cannot reach its database, or nothing is in force yet (see `manage.py bootstrap`). Nothing was sent.",
            retry_after_ms=1_000,
        )
    return snapshot


async def serve(gateway: "Gateway", request: Request, format_: DoorFormat) -> Answer:
    """A completion in any front-door format."""
    return await governed(gateway, request, format_, partial(complete, format_))


async def serve_google(gateway: "Gateway", request: Request) -> Answer:
    """`POST /v1beta/models/{model}:generateContent` and Google's other methods."""
    method = _GOOGLE_METHODS.get(request.path.rpartition(":")[2])
    if method is not None:
        return await governed(gateway, request, GOOGLE, method)
    format_ = google_format(request.path, request.query)
    if format_ is None:
        unknown = Refusal(
            "invalid_request",
            "Use :generateContent, :streamGenerateContent, :countTokens, :embedContent or :batchEmbedContents.",
            status=404,
        )
        return refused(gateway, GOOGLE, unknown, identifier_text(uuid7()), None)
    return await governed(gateway, request, format_, partial(complete, format_))


async def governed(gateway: "Gateway", request: Request, format_: DoorFormat, endpoint: KnownEndpoint) -> Answer:
    """Runs an endpoint for a known caller; every refusal becomes an answer, and is on the record once the caller is known."""
    request_id = uuid7()
    key: Key | None = None
    body = b""
    snapshot: Snapshot | None = None
    try:
        snapshot = in_force(gateway)
        try:
            key = authenticate(snapshot, request.headers)
        except UnusableKey as error:
            key = error.key
            raise error.refusal from None
        gateway.key_use.note(key.id)
        end_user = await gateway.end_users.behind(request.headers, request.peer, key)
        if end_user is not None:
            request = request._replace(end_user=end_user)
        body = await decompressed(await request.read_body(), request.headers, gateway.max_body_bytes)
        return await _with_whole_characters(endpoint, gateway, request, snapshot, key, body)
    except CallRefused as error:
        return refused(gateway, format_, told_to(request, format_, error.refusal), error.call_id, error.revision)
    except (Refusal, InvalidRequest, AuditUnavailable) as error:
        refusal = refusal_of(error)
        if isinstance(error, UnknownApiKey):
            gateway.metrics.unknown_keys.labels(format_.kind).inc()
            gateway.unknown_keys.note(caller_address(request.headers, request.peer), format_.kind)
        if snapshot is not None and key is None:
            gateway.metrics.unauthenticated.inc()
        elif snapshot is not None and key is not None:
            refusal = await _record_rejection(gateway, request_id, snapshot, key, refusal, len(body))
        revision = snapshot.revision.number if snapshot else None
        return refused(gateway, format_, told_to(request, format_, refusal), identifier_text(request_id), revision)


async def _with_whole_characters(
    endpoint: KnownEndpoint, gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes
) -> Answer:
    """What an endpoint answers. Half a character is looked for once a body could not be read: it would stay in its client's history."""
    try:
        return await endpoint(gateway, request, snapshot, key, body)
    except InvalidRequest:
        whole = with_whole_characters(body)
        if whole == body:
            raise
    return await endpoint(gateway, request, snapshot, key, whole)


def told_to(request: Request, format_: DoorFormat, refusal: Refusal) -> Refusal:
    """The refusal for this client: Claude Code shows every 403 as "Failed to authenticate", so it is told 400 with the same words.

    The record keeps the contract's status.
    """
    if (
        refusal.status == 403
        and format_ is MESSAGES
        and request.headers.get(b"user-agent", b"").startswith(CLAUDE_CODE)
    ):
        refusal.status = 400
    return refusal


def refusal_of(error: Refusal | InvalidRequest | AuditUnavailable) -> Refusal:
    """What an error before the call was opened means to the caller."""
    if isinstance(error, InvalidRequest):
        return Refusal("invalid_request", error.message, param=error.param)
    refusal = as_refusal(error)
    assert refusal is not None
    return refusal


class CallRefused(Exception):
    """A call that left its own outcome in the trail."""

    def __init__(self, refusal: Refusal, call: Call) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.call_id = call.id_text
        self.revision = call.snapshot.revision.number


async def _record_rejection(
    gateway: "Gateway", request_id: bytes, snapshot: Snapshot, key: Key, refusal: Refusal, body_bytes: int
) -> Refusal:
    entry = rejected_entry(
        request_id=request_id,
        application=key.application_name,
        team=key.application.team if key.application else None,
        key=key.name,
        revision=snapshot.revision.number,
        refusal=refusal,
        body_bytes=body_bytes,
    )
    try:
        await gateway.submit(entry)
    except AuditUnavailable as error:
        return as_refusal(error) or refusal
    return refusal


def refused(gateway: "Gateway", format_: DoorFormat, refusal: Refusal, request_id: str, revision: int | None) -> Answer:
    """The answer that says no."""
    headers = [*JSON, *request_id_headers(format_, request_id), *refusal.headers()]
    if revision is not None:
        headers.append((b"x-govern-revision", str(revision).encode()))
    error = refusal.envelope(revision=revision, link=gateway.officer_link(refusal))
    return Answer(refusal.status, headers, format_.error(error, refusal.status))


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
    return Answer(200, _whole_headers(call, format_), format_.encode(completion, identity_of(call)))


def stream_headers(format_: DoorFormat, call: Call, overhead_us: int) -> Headers:
    """The headers of a streamed answer. No cache keeps it, and no proxy (nginx) collects it."""
    media_type = getattr(format_, "stream_media_type", EVENT_STREAM)
    return [
        (b"content-type", media_type.encode()),
        (b"cache-control", b"no-cache"),
        (b"x-accel-buffering", b"no"),
        *call_headers(call, format_, overhead_us),
    ]


def new_call(snapshot: Snapshot, key: Key, request: Request) -> Call:
    """A call of a known caller, with the time it may take."""
    assert key.application is not None
    call = Call(snapshot, key, key.application, deadline=time.monotonic() + _time_limit_s(request))
    call.sessions = sessions_of(request.headers)
    call.end_user = request.end_user
    return call


def _time_limit_s(request: Request) -> float:
    given = request.headers.get(b"x-govern-timeout-ms")
    if given is None:
        return LONGEST_CALL_S
    if not given.isdigit() or len(given) > 9 or not 1 <= int(given) <= LONGEST_CALL_S * 1_000:
        raise Refusal(
            "invalid_request",
            f"`x-govern-timeout-ms` must be a whole number from 1 to {LONGEST_CALL_S * 1_000:.0f}.",
            param="x-govern-timeout-ms",
        )
    return int(given) / 1_000


def request_id_headers(format_: DoorFormat, request_id: str) -> Headers:
    """Which call it was, under the contract's name and, at the Messages door, under the one that Anthropic's SDKs read."""
    headers = [(b"x-request-id", request_id.encode())]
    return [*headers, (b"request-id", request_id.encode())] if format_ is MESSAGES else headers


def call_headers(call: Call, format_: DoorFormat = CHAT, overhead_us: int | None = None) -> Headers:
    """How the call was governed. `overhead_us`: until the provider was asked, where it has not answered yet."""
    deployment = call.attempts[-1].deployment
    assert call.route is not None
    headers = [
        *request_id_headers(format_, call.id_text),
        (b"x-govern-revision", str(call.snapshot.revision.number).encode()),
        (b"x-govern-route", header_value(call.route.name)),
        (b"x-govern-model", header_value(deployment.model)),
        (b"x-govern-provider", header_value(deployment.provider)),
        (b"x-govern-cache", b"off"),
        (
            b"x-govern-overhead-ms",
            f"{(call.overhead_us() if overhead_us is None else overhead_us) / 1_000:.2f}".encode(),
        ),
    ]
    if replaced := replaced_tool_results(call):
        headers.append((b"x-govern-replaced-tool-results", str(replaced).encode()))
    if call.dropped:
        headers.append((b"x-govern-dropped-parameters", header_list(call.dropped)))
    return headers


async def serve_embeddings(gateway: "Gateway", request: Request) -> Answer:
    """`POST /v1/embeddings`."""
    return await governed(gateway, request, CHAT, _embeddings)


async def _embeddings(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    asked = decode_embeddings(body)
    call = new_call(snapshot, key, request)
    embedded = await _embedded(gateway, call, asked, body)
    written = encode_embeddings(embedded, asked, model=call.attempts[-1].deployment.model)
    return Answer(200, _whole_headers(call, CHAT), written)


async def _google_embeddings(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    asked = decode_google_embeddings(body, request.path)
    call = new_call(snapshot, key, request)
    embedded = await _embedded(gateway, call, asked, body)
    written = encode_google_embeddings(embedded, batch=request.path.endswith(":batchEmbedContents"))
    return Answer(200, _whole_headers(call, GOOGLE), written)


async def _embedded(gateway: "Gateway", call: Call, asked: EmbeddingsRequest, body: bytes) -> EmbeddingsAnswer:
    try:
        return await embed(gateway, call, asked, body)
    except Refusal as refusal:
        raise CallRefused(refusal, call) from None


def _whole_headers(call: Call, format_: DoorFormat) -> Headers:
    return [*JSON, *call_headers(call, format_), (b"x-govern-cost-usd", usd(call.cost_nano_usd).encode())]


async def serve_token_count(gateway: "Gateway", request: Request) -> Answer:
    """`POST /v1/messages/count_tokens`, estimated here: a provider's own count would be a way out for prompts that no guard has seen."""
    return await governed(gateway, request, MESSAGES, _token_count)


async def _token_count(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    return counted(snapshot, key, request, MESSAGES, MESSAGES.decode(body, request.path), "input_tokens", len(body))


async def _google_token_count(
    gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes
) -> Answer:
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
    call = new_call(snapshot, key, request)
    describe_request(call, chat, body_bytes)
    check_model(call)
    assert call.description is not None
    revision = (b"x-govern-revision", str(snapshot.revision.number).encode())
    headers = [*JSON, *request_id_headers(format_, call.id_text), revision]
    return Answer(200, headers, msgspec.json.encode({**said, name: call.description.input_tokens}))


_GOOGLE_METHODS: dict[str, KnownEndpoint] = {
    "countTokens": _google_token_count,
    "embedContent": _google_embeddings,
    "batchEmbedContents": _google_embeddings,
}
"""What Google's door does beside answering."""
