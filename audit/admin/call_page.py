"""The page of one call: what its events in the trail tell, in the order in which it happened."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent
from audit.presentation.inspections import Inspection, read_inspection
from audit.presentation.words import Word, code_label, unreadable, verdict_word
from audit.trail.call_record import is_readable
from audit.trail.events import INTENT, OUTCOME, REJECTED

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
    word: Word
    reason: str | Promise
    described: bool
    input: Inspection | None
    unread: list[tuple[int, str | Promise, int]]
    """Contents of the request that guards could not read: how many, what they are, and their bytes."""
    output: Inspection | None
    attempts: list[AttemptRow]
    accounts: int
    """Budgets in which money was held."""
    reserved_nano_usd: int
    latency: list[LatencyPart]
    """The parts that are not the provider's."""
    provider_us: int
    own_us: int
    total_us: int | None
    cases: list[AuditEvent]
    """Violations that the call opened or reopened."""
    fallbacks: list[AuditEvent]

    @property
    def model(self) -> str:
        """Who served the call, or whom it asked for."""
        return (self.outcome.model if self.outcome else None) or self.body.get("requested_model") or "–"

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
    attempts = [_attempt(attempt) for attempt in body.get("attempts") or []]
    return CallPage(
        id=call_id,
        first=intent or outcome or rejected or events[0],
        intent=intent,
        outcome=outcome,
        rejected=rejected,
        body=body,
        broken=broken,
        word=_word(outcome, rejected),
        reason=code_label((outcome or rejected or events[0]).code),
        described=body.get("task") is not None,
        input=read_inspection(body.get("input_verdict")),
        unread=[
            (each["count"], unreadable(each["kind"]), each["bytes"])
            for each in (*(body.get("not_scanned") or ()), *(body.get("answer_not_scanned") or ()))
        ],
        output=read_inspection(body.get("output_verdict")),
        attempts=attempts,
        accounts=len(body.get("reservation") or []),
        reserved_nano_usd=body.get("reserved_nano_usd") or sum(a.reserved_nano_usd for a in attempts[:1]),
        latency=_latency(latency),
        provider_us=latency.get("provider") or 0,
        own_us=max(0, (latency.get("total") or 0) - (latency.get("provider") or 0)),
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


def _word(outcome: AuditEvent | None, rejected: AuditEvent | None) -> Word:
    if rejected is not None:
        return Word(_("Turned away"), "do_not_disturb_on", "bad")
    if outcome is None:
        return Word(_("Under way"), "hourglass_top", "info")
    if outcome.code and outcome.verdict != "block":
        return Word(_("Not answered"), "error", "bad")
    return verdict_word(outcome.verdict)


def _attempt(attempt: dict[str, Any]) -> AttemptRow:
    return AttemptRow(
        deployment=attempt["deployment"],
        latency_us=attempt["latency_us"],
        reserved_nano_usd=attempt["reserved_nano_usd"],
        cost_nano_usd=attempt["cost_nano_usd"],
        reason=attempt["error"] or "",
    )


def _latency(latency: dict[str, int]) -> list[LatencyPart]:
    own = (latency.get("total") or 0) - (latency.get("provider") or 0)
    if own <= 0:
        return []
    named = (
        (_("Guards"), "part-guards", latency.get("guards") or 0),
        (_("Routing"), "part-routing", latency.get("routing") or 0),
        (_("Trail"), "part-audit", latency.get("audit") or 0),
    )
    rest = max(0, own - sum(microseconds for _label, _css, microseconds in named))
    parts = (*named, (_("Everything else"), "part-rest", rest))
    whole = max(own, sum(microseconds for _label, _css, microseconds in parts))
    return [LatencyPart(label, css, us, round(100 * us / whole, 2)) for label, css, us in parts]
