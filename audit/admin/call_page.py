"""The page of one call: what its events in the trail tell, in the order in which it happened."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent
from audit.presentation.inspections import ExemptRow, Inspection, read_exempted, read_inspection
from audit.presentation.outcomes import ended_of, outcome_word
from audit.presentation.words import Word, code_label, unreadable, verdict_word
from audit.selectors.outcomes import Ended
from audit.trail.call_record import is_readable
from audit.trail.events import INTENT, OUTCOME, REJECTED
from audit.trail.orphans import OUTCOME_UNKNOWN

FALLBACK = "call.fallback"


class LatencyPart(NamedTuple):
    """A part of the time that a call took."""

    label: str | Promise
    css: str
    microseconds: int
    percent: float


class AttemptRow(NamedTuple):
    """One try at one deployment; `reason` is why it was left for the next, or the error of the last."""

    deployment: str
    latency_us: int
    reserved_nano_usd: int
    cost_nano_usd: int
    reason: str


class CallPage(NamedTuple):
    """Everything that the page of a call shows."""

    id: uuid.UUID
    first: AuditEvent
    """The intent; for a call that was refused before it had one, what it left instead."""
    intent: AuditEvent | None
    outcome: AuditEvent | None
    rejected: AuditEvent | None
    body: dict[str, Any]
    broken: bool
    """A record that cannot be told in words: only what the trail's columns say is shown of it, and the record as it is stored."""
    ended: Ended
    word: Word
    """How it ended."""
    verdict: Word | None
    """What the guards made of it; None for a call that none could look at, since it never became one or is under way."""
    reason: str | Promise
    described: bool
    input: Inspection | None
    unread: list[tuple[int, str | Promise, int]]
    """Contents of the request that guards could not read: how many, what they are, and their bytes."""
    output: Inspection | None
    exempted: list[ExemptRow]
    """Guards that were not asked about this call."""
    attempts: list[AttemptRow]
    accounts: int
    """Budgets in which money was held."""
    reserved_nano_usd: int
    latency: list[LatencyPart]
    """Where the time went; the parts add up to all of it."""
    provider_us: int
    own_us: int
    overlap_us: int
    """Time of the provider's in which work was done here, too: it is counted once, as ours."""
    total_us: int | None
    cases: list[AuditEvent]
    """Violations that the call opened or reopened."""
    fallbacks: list[AuditEvent]

    @property
    def model(self) -> str:
        """Who served the call, or whom it asked for."""
        return (self.outcome.model if self.outcome else None) or self.body.get("requested_model") or "–"

    @property
    def from_cache(self) -> bool:
        """Whether it was answered by what an earlier call was answered."""
        return (self.body.get("cache") or {}).get("result") == "hit"

    @property
    def sent(self) -> bool:
        """Whether it came so far that a provider was to be asked: money was held, and may have been spent."""
        if self.outcome is None or self.outcome.code == OUTCOME_UNKNOWN:
            return self.intent is not None
        return bool(self.attempts)

    @property
    def status(self) -> int | None:
        """The HTTP status of the answer."""
        last = self.outcome or self.rejected
        return last.status if last else None

    @property
    def at(self) -> datetime:
        """When the call arrived."""
        return self.first.at


def read_call(call_id: uuid.UUID, events: Sequence[AuditEvent]) -> CallPage:
    """Puts the page of a call together from its events, of which there is at least one."""
    intent, outcome, rejected = (_first(events, type_) for type_ in (INTENT, OUTCOME, REJECTED))
    body = {
        **(intent.fields if intent else {}),
        **(outcome.fields if outcome else {}),
        **(rejected.fields if rejected else {}),
    }
    broken = not is_readable(body) or not all(isinstance(event.body, dict) for event in events)
    if broken:
        body = {}
    latency = body.get("latency_us") or {}
    parts, overlap_us = _latency(latency)
    provider_us = max(0, (latency.get("provider") or 0) - overlap_us)
    end = ended_of(outcome or rejected or intent or events[0])
    attempts = [_attempt(attempt) for attempt in body.get("attempts") or []]
    return CallPage(
        id=call_id,
        first=intent or outcome or rejected or events[0],
        intent=intent,
        outcome=outcome,
        rejected=rejected,
        body=body,
        broken=broken,
        ended=end,
        word=outcome_word(end),
        verdict=verdict_word(outcome.verdict) if outcome else None,
        reason=code_label((outcome or rejected or events[0]).code),
        described=body.get("task") is not None,
        input=read_inspection(body.get("input_verdict")),
        unread=[
            (each["count"], unreadable(each["kind"]), each["bytes"])
            for each in (*(body.get("not_scanned") or ()), *(body.get("answer_not_scanned") or ()))
        ],
        output=read_inspection(body.get("output_verdict")),
        exempted=read_exempted(body.get("exempted")),
        attempts=attempts,
        accounts=len(body.get("reservation") or []),
        reserved_nano_usd=body.get("reserved_nano_usd") or sum(a.reserved_nano_usd for a in attempts[:1]),
        latency=parts,
        provider_us=provider_us,
        own_us=max(0, (latency.get("total") or 0) - provider_us),
        overlap_us=overlap_us,
        total_us=latency.get("total"),
        cases=[
            event for event in events if event.type in ("violation.opened", "violation.reopened") and _names_case(event)
        ],
        fallbacks=[event for event in events if event.type == FALLBACK],
    )


def _names_case(event: AuditEvent) -> bool:
    try:
        uuid.UUID(str(event.fields.get("violation")))
    except ValueError:
        return False
    return True


def _first(events: Sequence[AuditEvent], type_: str) -> AuditEvent | None:
    return next((event for event in events if event.type == type_), None)


def _attempt(attempt: dict[str, Any]) -> AttemptRow:
    return AttemptRow(
        deployment=attempt["deployment"],
        latency_us=attempt["latency_us"],
        reserved_nano_usd=attempt["reserved_nano_usd"],
        cost_nano_usd=attempt["cost_nano_usd"],
        reason=attempt["error"] or "",
    )


def _latency(latency: dict[str, int]) -> tuple[list[LatencyPart], int]:
    """The parts of a call's time, which add up to all of it, and how much of the provider's time was ours as well."""
    total = latency.get("total") or 0
    if total <= 0:
        return [], 0
    own = (
        (_("Guards"), "part-guards", latency.get("guards") or 0),
        (_("Routing"), "part-routing", latency.get("routing") or 0),
        (_("Trail"), "part-audit", latency.get("audit") or 0),
    )
    provider = latency.get("provider") or 0
    known = sum(microseconds for _label, _css, microseconds in own)
    overlap = min(provider, max(0, known + provider - total))
    parts = (
        (_("Provider"), "part-provider", provider - overlap),
        *own,
        (_("Everything else"), "part-rest", max(0, total - known - provider)),
    )
    whole = max(total, known)
    return [LatencyPart(label, css, us, round(100 * us / whole, 2)) for label, css, us in parts], overlap
