"""From a request to an answer: the part of a call's way that every endpoint shares.

read what is in force → authenticate → who is behind it → read the body → the endpoint (decode → the pipeline → encode)
"""

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from audit.trail.entries import AuditUnavailable
from audit.trail.identifiers import identifier_text, uuid7
from govern.gateway.authentication import UnknownApiKey, UnusableKey, authenticate
from govern.gateway.call import Call
from govern.gateway.callers.caller_address import caller_address
from govern.gateway.callers.callers_headers import sessions_of
from govern.gateway.closing import as_refusal
from govern.gateway.doors.answer_headers import JSON, request_id_headers
from govern.gateway.doors.compressed import decompressed
from govern.gateway.doors.door_formats import MESSAGES
from govern.gateway.doors.http import Answer, Request
from govern.gateway.process.snapshot import Key, Snapshot
from govern.gateway.rate_limits import rate_limit_headers
from govern.gateway.receipts import digest_of, header_of, nonce_of, receipt_header, recorded_digest
from govern.gateway.records import rejected_entry
from govern.gateway.refusals import Refusal
from routing.calls import InvalidRequest
from routing.calls.characters import with_whole_characters
from routing.wire.interface import DoorFormat

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

LONGEST_CALL_S = 600.0
CLAUDE_CODE = b"claude-cli/"
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
        call = error.call
        answer = refused(
            gateway, format_, told_to(request, format_, error.refusal), call.id_text, error.revision, request.host
        )
        headers = [*answer.headers, *rate_limit_headers(call, format_)]
        if call.closed:
            headers.append(header_of(call))
        return answer._replace(headers=headers)
    except (Refusal, InvalidRequest, AuditUnavailable) as error:
        refusal = refusal_of(error)
        if isinstance(error, UnknownApiKey):
            gateway.metrics.unknown_keys.labels(format_.kind).inc()
            gateway.unknown_keys.note(caller_address(request.headers, request.peer), format_.kind)
        if snapshot is not None and key is None:
            gateway.metrics.unauthenticated.inc()
        elif snapshot is not None and key is not None:
            return await _recorded(gateway, request, format_, request_id, snapshot, key, refusal, len(body))
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
    if refusal.status == 403 and _is_claude_code(request, format_):
        refusal.status = 400
    return refusal


def _is_claude_code(request: Request, format_: DoorFormat | None) -> bool:
    return format_ is MESSAGES and request.headers.get(b"user-agent", b"").startswith(CLAUDE_CODE)


def refusal_of(error: Refusal | InvalidRequest | AuditUnavailable) -> Refusal:
    """What an error before the call was opened means to the caller."""
    refusal = as_refusal(error)
    assert refusal is not None
    return refusal


class CallRefused(Exception):
    """A call that left its own outcome in the trail."""

    def __init__(self, refusal: Refusal, call: Call) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.call = call
        self.revision = call.snapshot.revision.number


async def _recorded(
    gateway: "Gateway",
    request: Request,
    format_: DoorFormat,
    request_id: bytes,
    snapshot: Snapshot,
    key: Key,
    refusal: Refusal,
    body_bytes: int,
) -> Answer:
    """The answer that says no to what is no call, with an event about it."""
    revision, status, event_id = snapshot.revision.number, refusal.status, uuid7()
    answer = refused(gateway, format_, told_to(request, format_, refusal), identifier_text(request_id), revision)
    nonce, digest = nonce_of(request_id), digest_of(answer.body)
    entry = rejected_entry(
        event_id=event_id,
        request_id=request_id,
        application=key.application_name,
        team=key.application.team if key.application else None,
        key=key.name,
        revision=revision,
        refusal=refusal,
        status=status,
        body_bytes=body_bytes,
        answer_digest=recorded_digest(nonce, digest),
    )
    try:
        await gateway.submit(entry)
    except AuditUnavailable as error:
        return refused(gateway, format_, refusal_of(error), identifier_text(request_id), revision)
    return answer._replace(headers=[*answer.headers, receipt_header(event_id, nonce, digest)])


def refused(
    gateway: "Gateway", format_: DoorFormat, refusal: Refusal, request_id: str, revision: int | None, host: bytes = b""
) -> Answer:
    """The answer that says no. host: by which the caller came; only the refusal of a call has a link that needs it."""
    headers = [*JSON, *request_id_headers(format_, request_id), *refusal.headers()]
    if revision is not None:
        headers.append((b"x-govern-revision", str(revision).encode()))
    error = refusal.envelope(revision=revision, link=gateway.officer_link(refusal, host))
    return Answer(refusal.status, headers, format_.error(error, refusal.status, request_id))


def new_call(snapshot: Snapshot, key: Key, request: Request, format_: DoorFormat | None) -> Call:
    """A call of a known caller, with the time it may take. format_: of the door at which its answer is waited for."""
    assert key.application is not None
    call = Call(snapshot, key, key.application, deadline=time.monotonic() + _time_limit_s(request))
    call.sessions, call.host = sessions_of(request.headers), request.host
    call.end_user = request.end_user
    call.cache_control = request.headers.get(b"cache-control", b"")
    call.door, call.forbidden_as_invalid = format_, _is_claude_code(request, format_)
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
