"""How quickly violations are looked at and closed, from the events of their cases."""

import uuid
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.utils import timezone

from audit.models import AuditEvent, Severity, State, Violation
from audit.models.violation import OPEN_STATES
from audit.selectors.reach import Applications

MOST = 5_000
"""Steps of cases that are read, the newest first."""


class Pace(msgspec.Struct):
    """Cases of one severity that were looked at or closed in a time. `to_*` are means, None without any; `in_time`: of the closed ones,
    those that were closed before they were due."""

    severity: Severity
    triaged: int = 0
    to_triage: timedelta | None = None
    closed: int = 0
    to_close: timedelta | None = None
    in_time: int = 0


class Paces(msgspec.Struct):
    """rows: the gravest first. sampled: there were more steps than are read."""

    rows: list[Pace]
    sampled: bool


def paces(*, over: timedelta, within: Applications = None) -> Paces:
    """Of the steps that people took in the time up to now. Two queries, which read no more than `MOST` steps and their cases.

    A case that came back counts from when it did.
    """
    steps = list(
        AuditEvent.objects.filter(
            call_id__isnull=True, type="violation.transitioned", at__gte=timezone.now() - over
        ).order_by("-at", "-seq")[: MOST + 1]
    )
    told = [(step, number) for step in steps[:MOST] if (number := _uuid(step.fields.get("violation"))) is not None]
    cases = Violation.objects.within(within).in_bulk({number for _step, number in told})
    waits: dict[tuple[str, bool], list[timedelta]] = defaultdict(list)
    in_time: dict[str, int] = defaultdict(int)
    for step, number in told:
        case = cases.get(number)
        if case is None:
            continue
        wait = max(timedelta(), step.at - _began(case, step.at))
        if step.fields.get("before") == State.NEW:
            waits[case.severity, False].append(wait)
        if step.fields.get("after") not in OPEN_STATES:
            waits[case.severity, True].append(wait)
            in_time[case.severity] += step.at <= case.due_at
    rows = []
    for severity in reversed(Severity):
        triaged, closed = waits[severity, False], waits[severity, True]
        rows.append(Pace(severity, len(triaged), _mean(triaged), len(closed), _mean(closed), in_time[severity]))
    return Paces(rows, len(steps) > MOST)


def _began(case: Violation, before: datetime) -> datetime:
    """When the case last began to wait, before a moment."""
    again = case.reopened_at
    return again if again is not None and again <= before else case.first_at


def _mean(waits: list[timedelta]) -> timedelta | None:
    return sum(waits, timedelta()) / len(waits) if waits else None


def _uuid(said: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None
