"""The queue of open violations: the gravest first, then by when they are due."""

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Q

from audit.models import Severity, Violation
from audit.models.violation import GRAVEST_FIRST, ViolationQuerySet
from audit.selectors.pages import BadCursor, Page
from audit.selectors.reach import Applications
from audit.selectors.search import Number

_COUNTED = 1_000
"""Cases that are counted one by one; of more, the number is estimated."""


def queue(
    *,
    within: Applications = None,
    severity: Severity | None = None,
    application: str | None = None,
    guard: str | None = None,
    assignee: str | None = None,
    overdue: bool = False,
    waits_for: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Violation]:
    """Open cases by severity, then by due time, then by id. Reads the open cases only, by their partial index.

    `assignee=""` gives those that nobody has, `waits_for` those of a person and of nobody. Raises `audit.selectors.pages.BadCursor`.
    """
    cases = _open(within, severity=severity, application=application, guard=guard, assignee=assignee)
    if waits_for is not None:
        cases = cases.waiting_for(waits_for)
    if overdue:
        cases = cases.overdue()
    ranked: Any = cases.annotate(rank=GRAVEST_FIRST)
    if after is not None:
        rank, due_at, last = _decode(after)
        ranked = ranked.filter(
            # The first condition says nothing new, but lets PostgreSQL begin there in the index.
            Q(rank__gte=rank),
            Q(rank__gt=rank) | Q(rank=rank, due_at__gt=due_at) | Q(rank=rank, due_at=due_at, id__gt=last),
        )
    rows = list(ranked.order_by("rank", "due_at", "id")[: limit + 1])
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], _encode(rows[limit - 1]))


def _open(within: Applications, **wanted: Any) -> ViolationQuerySet:
    return (
        Violation.objects.within(within)
        .open()
        .filter(**{name: value for name, value in wanted.items() if value is not None})
    )


def count_open(*, within: Applications = None, waits_for: str | None = None, at_most: int = 999) -> int:
    """How many cases are open, counted up to `at_most`; `waits_for`: only those of a person and those that nobody has."""
    cases = Violation.objects.within(within).open()
    if waits_for is not None:
        cases = cases.waiting_for(waits_for)
    return cases.order_by()[:at_most].count()


def count_cases(tab: str, name: str, wanted: Mapping[str, Any], *, within: Applications) -> Number:
    """How many cases a list of somebody's holds: counted up to a thousand, estimated beyond."""
    said = {field: value for field, value in wanted.items() if value is not None}
    cases = Violation.objects.within(within).filter(**said).order_by()
    match tab:
        case "closed":
            cases = cases.closed()
        case "mine":
            cases = cases.open().filter(assignee=name)
        case "unassigned":
            cases = cases.open().unassigned()
        case "overdue":
            cases = cases.overdue()
        case _:
            cases = cases.open()
    counted = cases[: _COUNTED + 1].count()
    if counted <= _COUNTED:
        return Number(counted, True)
    plan: Any = msgspec.json.decode(cases.explain(format="json"))
    return Number(max(counted, plan[0]["Plan"]["Plan Rows"]), False)


def _encode(case: Violation) -> str:
    rank = list(reversed(Severity)).index(Severity(case.severity))
    return urlsafe_b64encode(f"{rank} {case.due_at.isoformat()} {case.pk}".encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[int, datetime, uuid.UUID]:
    try:
        rank, due_at, last = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        at = datetime.fromisoformat(due_at)
        if at.tzinfo is None:
            raise ValueError
        return int(rank), at, uuid.UUID(last)
    except ValueError as error:
        raise BadCursor("not a cursor of the queue") from error
