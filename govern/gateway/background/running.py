"""Running background responses, on the worker: each a governed call like any other, in the loop of the worker's own gateway.

The call is made by whoever takes the response from `queued`, once. A worker that dies leaves it in progress with its number; when the
trail closes that number's calls (`audit.trail.orphans`), the response is closed, too, and never run again.
"""

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection as database

from audit.payloads.storing import BACKGROUND, CONVERSATION
from audit.trail.entries import AuditUnavailable
from audit.trail.identifiers import identifier_text
from govern.gateway.arrival import new_call
from govern.gateway.background import states
from govern.gateway.background.asking import NotTold, tell_worker
from govern.gateway.callers.end_users import EndUser
from govern.gateway.closing import as_refusal
from govern.gateway.doors.http import Request
from govern.gateway.pipeline import answer
from govern.gateway.process.runtime import gateway_in_background
from govern.gateway.refusals import Refusal
from govern.gateway.responses.conversations import KeptConversation
from govern.gateway.responses.prepared_responses import PATH, prepare_response, response_that
from routing.calls import InvalidRequest
from routing.calls.requests import decode_object
from routing.wire.responses import input_items

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway
    from govern.gateway.process.snapshot import Key, Snapshot

MOST_AT_ONCE = 64
"""In one worker. The others stay queued."""
CANCEL_EVERY_S = 0.5

_running: "set[asyncio.Task[None]]" = set()
_room: asyncio.Semaphore | None = None


def run_in_background(call_id: str) -> None:
    """Has the worker's gateway run a response, and returns at once."""
    gateway = gateway_in_background()
    asyncio.run_coroutine_threadsafe(_begin(gateway, call_id), gateway.loop).result()


def stop_running() -> None:
    """Ends what runs, so that each is settled and told as failed before the worker stops."""
    if _running:
        gateway = gateway_in_background()
        asyncio.run_coroutine_threadsafe(_stop(), gateway.loop).result(timeout=20)


async def _stop() -> None:
    tasks = list(_running)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def _begin(gateway: "Gateway", call_id: str) -> None:
    task = asyncio.create_task(_run_when_there_is_room(gateway, call_id))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _run_when_there_is_room(gateway: "Gateway", call_id: str) -> None:
    global _room
    _room = _room or asyncio.Semaphore(MOST_AT_ONCE)
    async with _room:
        with contextlib.suppress(AuditUnavailable):  # it stays as it is, and is asked for or closed later
            await run(gateway, call_id)


async def run(gateway: "Gateway", call_id: str) -> None:
    """Runs a queued response to its end. Raises `AuditUnavailable`."""
    async with gateway.conversations.connection() as connection:
        begun = await states.begin(connection, call_id, gateway.writer.instance)
    if begun is None:
        return
    application, key_id = begun
    state = "failed"
    try:
        state = await _run(gateway, call_id, application, key_id)
    finally:
        async with gateway.conversations.connection() as connection:
            await states.end(connection, call_id, state)
    if state == "completed":
        await gateway.conversations.erase(call_id, application, [BACKGROUND])


async def _run(gateway: "Gateway", call_id: str, application: str, key_id: str) -> str:
    found = await gateway.conversations.open([call_id], BACKGROUND, application)
    if call_id not in found:
        return "failed"
    body = found[call_id]["body"].encode()
    answering = asyncio.create_task(_answer(gateway, call_id, key_id, application, body, found[call_id]))
    watching = asyncio.create_task(_cancelled(gateway, call_id))
    try:
        await asyncio.wait({answering, watching}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        watching.cancel()
        stopped = not answering.done()
        if stopped:
            answering.cancel()
            await asyncio.wait([answering])
    if answering.cancelled():
        return "cancelled" if watching.done() and not watching.cancelled() else "failed"
    error = answering.exception()
    if error is None:
        return "completed"
    if isinstance(error, InvalidRequest):
        refusal = Refusal("invalid_request", error.message, param=error.param)
    else:
        refusal = as_refusal(error) or Refusal("internal_error", "Govern failed on this call.")
    await _keep_failure(gateway, call_id, application, body, refusal)
    return "failed"


async def _answer(
    gateway: "Gateway", call_id: str, key_id: str, application: str, body: bytes, asked: dict[str, Any]
) -> None:
    snapshot = gateway.snapshot
    if snapshot is None:
        raise Refusal("audit_unavailable", "Nothing was in force when this response was to run. Ask again.")
    key = _key(snapshot, key_id, application)
    prepared = await prepare_response(gateway.conversations, body, decode_object(body), application)
    said = {name.encode("latin-1"): value.encode("latin-1") for name, value in asked["headers"].items()}
    behind = msgspec.convert(asked["end_user"], EndUser) if asked.get("end_user") else None
    call = new_call(snapshot, key, Request("POST", PATH, "", said, _nothing, end_user=behind))
    call.id = bytes.fromhex(call_id)
    call.id_text = identifier_text(call.id)
    call.native_kind = prepared.format.kind
    await answer(gateway, call, await prepared.exchange(gateway.conversations, call))


async def _nothing() -> bytes:
    return b""


def _key(snapshot: "Snapshot", key_id: str, application: str) -> "Key":
    for key in snapshot.keys.values():
        if key.id == key_id and key.application_name == application:
            reason = key.unusable(time.time())
            if reason is None:
                return key
            raise Refusal("invalid_api_key", f"The key that asked for this response {reason} before it ran.")
    raise Refusal("invalid_api_key", "The key that asked for this response is not known any more.")


async def _cancelled(gateway: "Gateway", call_id: str) -> None:
    """Returns once the response is to stop."""
    while True:
        await asyncio.sleep(CANCEL_EVERY_S)
        with contextlib.suppress(AuditUnavailable):
            async with gateway.conversations.connection() as connection:
                if await states.is_cancelled(connection, call_id):
                    return


async def _keep_failure(gateway: "Gateway", call_id: str, application: str, body: bytes, refusal: Refusal) -> None:
    tree = decode_object(body)
    kept = KeptConversation(gateway.conversations, None, input_items(tree), {}, given=0)
    error = {"code": refusal.code, "message": refusal.message}
    response = response_that(call_id, tree, status="failed", error=error)
    with contextlib.suppress(AuditUnavailable):
        await gateway.conversations.store([kept.payload(bytes.fromhex(call_id), application, response)])


_ABANDONED = f"""
UPDATE govern_backgroundresponse b SET finished_at = clock_timestamp(), state = CASE
    WHEN EXISTS (SELECT FROM audit_payload p WHERE p.call_id = b.call_id AND p.purpose = '{CONVERSATION}') THEN 'completed'
    WHEN b.cancelled_at IS NOT NULL THEN 'cancelled' ELSE 'failed' END
WHERE b.finished_at IS NULL AND b.state = 'in_progress' AND (
    EXISTS (SELECT FROM audit_instance i WHERE i.number = b.instance AND i.closed_at IS NOT NULL)
    OR b.started_at < clock_timestamp() - interval '{states.MOST_SECONDS} seconds')
"""
_WAITING = """
SELECT replace(call_id::text, '-', '') FROM govern_backgroundresponse
WHERE finished_at IS NULL AND state = 'queued' AND created_at < clock_timestamp() - interval '30 seconds' ORDER BY created_at LIMIT 500
"""


def resume_background() -> int:
    """Closes what dead workers left in progress, and tells a worker of what got lost in the queue. Returns how many were told."""
    with database.cursor() as cursor:
        cursor.execute(_ABANDONED)
        cursor.execute(_WAITING)
        waiting = [call_id for (call_id,) in cursor.fetchall()]
    told = 0
    with contextlib.suppress(NotTold):  # the others would not be told either
        for call_id in waiting:
            tell_worker(call_id)
            told += 1
    return told
