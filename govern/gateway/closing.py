"""Closing: what the call cost is settled and its outcome is durable before anything is given back, whatever happened."""

import asyncio
import logging
import time
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING

from audit.payloads.storing import Payload
from audit.trail.entries import AuditUnavailable, Entry
from audit.trail.sightings import Sighting
from govern.budgets.claims import Claim
from govern.gateway.call import Call
from govern.gateway.receipts import ToldRefusal, told_refusal
from govern.gateway.records import intent_row, outcome_row
from govern.gateway.refusals import Refusal
from govern.gateway.settling import settlement_of
from routing.calls import InvalidRequest

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

_log = logging.getLogger("govern.gateway")
CLIENT_CLOSED_REQUEST = 499
"""The status on the record of a call whose caller hung up."""


async def close(gateway: "Gateway", call: Call, *, status: int, refusal: Refusal | None = None) -> None:
    """Settles and writes the outcome of a call. Raises `AuditUnavailable`: then nothing may be given back."""
    if call.intent is not None:
        await asyncio.wait([call.intent])
        call.intent.result()
    kept = await call.evidence.kept.sealed() if call.evidence.kept is not None else []
    interrupted = await write(gateway, call, closing_entry(call, status=status, refusal=refusal, kept=kept))
    call.closed = True
    gateway.metrics.observe(call, status)
    if interrupted:
        raise asyncio.CancelledError


async def refuse(
    gateway: "Gateway", call: Call, error: BaseException, told: ToldRefusal = told_refusal
) -> BaseException:
    """Settles and writes the outcome of a call that was not answered. Returns what to raise."""
    if call.closed:
        return error
    if call.cached is not None:
        gateway.keeping_answers.begin(call, None)
    if call.ended_by is not None and isinstance(error, asyncio.CancelledError):
        error = call.ended_by
    refusal = as_refusal(error)
    if isinstance(error, AuditUnavailable):
        return refusal or error
    call.evidence.code = refusal.code if refusal else call.left_as
    status = refusal.status if refusal else CLIENT_CLOSED_REQUEST
    call.evidence.answer_digest = told(gateway, call, refusal) if refusal else None
    attempt = call.attempt
    if attempt is not None and attempt.sent and attempt.error is None and attempt.usage is None:
        # Sent, and never answered as far as we know: what was held counts as spent.
        attempt.error = "the call ended before the provider's answer did"
        attempt.cost_nano_usd = attempt.reserved_nano_usd
    if call.instance is None:
        call.instance = gateway.writer.instance
    try:
        await close(gateway, call, status=status, refusal=refusal)
    except AuditUnavailable as unavailable:
        return as_refusal(unavailable) or unavailable
    return refusal or error


def closing_entry(call: Call, *, status: int, refusal: Refusal | None, kept: Sequence[Payload]) -> Entry:
    """The last entry of a call: its outcome, its settlement, what is `kept` of it, and its intent if that was never written."""
    rows = [outcome_row(call, status=status, refusal=refusal)]
    attempt = call.attempt if call.intent_written else None
    if not call.intent_written:
        if not call.is_hit:
            call.attempts.clear()
        rows.insert(0, intent_row(call))
    settlement = settlement_of(call, attempt)
    return Entry(
        rows,
        claim=Claim(settlement=settlement, application=call.application.name, call_id=call.id) if settlement else None,
        sightings=take_sightings(call),
        payloads=[*kept, *call.evidence.payloads] if refusal is None and call.evidence.code is None else kept,
        instance=call.instance,
    )


async def write(gateway: "Gateway", call: Call, entry: Entry) -> bool:
    """Writes an entry and waits until it is durable, or refused by a budget. Raises `AuditUnavailable`.

    A caller that hangs up does not take back what is being written: then this returns True once it is known what became of the
    entry, and the step raises `CancelledError` itself after it has taken note.
    """
    started = time.perf_counter_ns()
    future = gateway.submit(entry)
    interrupted = False
    try:
        await asyncio.shield(future)
    except asyncio.CancelledError:
        interrupted = True
        await asyncio.wait([future])
        future.result()
    finally:
        call.timings.audit_us += (time.perf_counter_ns() - started) // 1_000
    return interrupted


def take_sightings(call: Call) -> list[Sighting]:
    """The sightings that no entry has carried yet."""
    taken, call.evidence.sightings = call.evidence.sightings, []
    return taken


def as_refusal(error: BaseException) -> Refusal | None:
    """The refusal that an error means to the caller; None for a caller that has hung up."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, InvalidRequest):
        return Refusal("invalid_request", error.message, param=error.param)
    if isinstance(error, AuditUnavailable):
        return Refusal(
            "audit_unavailable",
            "The audit trail cannot be written, so nothing was sent or given back. Try again shortly.",
            retry_after_ms=1_000,
        )
    if isinstance(error, Exception):
        return unexpected(error)
    return None


def unexpected(error: Exception) -> Refusal:
    """A fault of ours: said without its details; logged by type and place alone, since its words may quote the request."""
    place = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    _log.error("A call failed unexpectedly: %s at %s:%s", type(error).__name__, *(place[:2] if place else ("?", 0)))
    return Refusal(
        "internal_error", "Govern failed on this call; nothing was given back. The request id finds it in the trail."
    )
