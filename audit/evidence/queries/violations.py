"""Violations: what was opened, how grave, and how long people took."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.evidence.answers import MOST_ROWS, Answer, Cell, Chart, Figure, Series, of, table
from audit.evidence.event_words import median_span, moment
from audit.evidence.queries.register import query
from audit.evidence.records import MOST_EVENTS, Records
from audit.models import AuditEvent, Severity, Violation
from audit.models.violation import OPEN_STATES, State
from audit.presentation.amounts import count
from audit.presentation.values import rule_label
from audit.presentation.words import SEVERITIES, guard_label

_CLOSED = frozenset(State.values) - {state.value for state in OPEN_STATES}


class _Work(NamedTuple):
    """What people did about a case up to the checkpoint. Times are from its first sighting."""

    severity: str
    triaged_after: timedelta | None
    closed_after: timedelta | None


def _opened(records: Records) -> "QuerySet[Violation]":
    """Cases whose first sighting lies in the span, and before the checkpoint."""
    return Violation.objects.filter(
        last_at__gte=records.span.start, first_at__gte=records.span.start, first_at__lt=records.until
    )


def _work(records: Records) -> list[_Work]:
    """Cases of the span that people moved, from the newest moves there are."""
    moves: dict[uuid.UUID, list[AuditEvent]] = defaultdict(list)
    for event in records.events("violation.transitioned", later=True):
        if (case := _uuid(event.fields.get("violation"))) is not None:
            moves[case].insert(0, event)
    cases = _opened(records).filter(pk__in=list(moves)).only("id", "severity", "first_at")
    return [_worked(case, moves[case.pk]) for case in cases]


def _worked(case: Violation, moves: Sequence[AuditEvent]) -> _Work:
    closed = moves[-1].at if moves[-1].fields.get("after") in _CLOSED else None
    return _Work(case.severity, moves[0].at - case.first_at, closed - case.first_at if closed else None)


@query
def violations_worked(records: Records) -> Answer | None:
    """Cases by severity, and the time until somebody looked and until they were closed."""
    opened = dict(_opened(records).order_by().values_list("severity").annotate(Count("pk")))
    total = sum(opened.values())
    if not total:
        return None
    work = _work(records)
    closed = Counter(one.severity for one in work if one.closed_after is not None)
    rows: list[list[Cell | str]] = [
        [
            Cell(str(SEVERITIES[severity].label), _queue(severity)),
            count(opened[severity]),
            count(sum(one.severity == severity for one in work)),
            count(closed[severity]),
            median_span([one.triaged_after for one in work if one.severity == severity]),
            median_span([one.closed_after for one in work if one.severity == severity]),
        ]
        for severity in reversed(Severity)
        if opened.get(severity)
    ]
    return Answer(
        figures=[
            Figure(_("Violations opened"), count(total)),
            Figure(_("High or critical"), of(opened.get("high", 0) + opened.get("critical", 0), total)),
            Figure(_("Looked at by somebody"), of(len(work), total)),
            Figure(_("Closed"), of(sum(closed.values()), total)),
            Figure(_("Median time until somebody looked"), median_span([one.triaged_after for one in work])),
            Figure(_("Median time until closed"), median_span([one.closed_after for one in work])),
        ],
        table=table(
            [
                _("Severity"),
                _("Opened"),
                _("Looked at"),
                _("Closed"),
                _("Median until looked at"),
                _("Median until closed"),
            ],
            rows,
        ),
        address=reverse("admin:audit_violation_changelist"),
        note=_("Severities are those that the cases have now: they only rise.")
        if len(records.events("violation.transitioned", later=True)) < MOST_EVENTS
        else _("Times are those of the last %(n)s moves.") % {"n": count(MOST_EVENTS)},
    )


@query
def violations_by_guard(records: Records) -> Answer | None:
    """Which guards opened cases, and how often people found that they were wrong."""
    rows = list(
        _opened(records)
        .order_by()
        .values_list("guard")
        .annotate(cases=Count("pk"), calls=Sum("count"), wrong=Count("pk", filter=Q(state=State.FALSE_POSITIVE)))
        .order_by("-cases", "guard")
    )
    if not rows:
        return None
    total, wrong = sum(row[1] for row in rows), sum(row[3] for row in rows)
    return Answer(
        figures=[
            Figure(_("Violations opened"), count(total)),
            Figure(_("Calls in them"), count(sum(row[2] for row in rows))),
            Figure(_("Closed as false positives, as of now"), of(wrong, total)),
        ],
        table=table(
            [_("Guard"), _("Violations"), _("Calls"), _("False positives")],
            [
                [Cell(str(guard_label(guard)), _queue(guard=guard)), count(cases), count(calls), count(false)]
                for guard, cases, calls, false in rows
            ],
        ),
        address=reverse("admin:audit_violation_changelist"),
    )


@query
def injections_detected(records: Records) -> Answer | None:
    """Cases of prompt injection, the latest first."""
    return _cases(records, _opened(records).filter(guard="prompt_injection"))


@query
def grave_violations(records: Records) -> Answer | None:
    """Cases of high and critical severity, the latest first."""
    return _cases(records, _opened(records).filter(severity__in=("high", "critical")))


def _cases(records: Records, cases: "QuerySet[Violation]") -> Answer | None:
    total = cases.order_by().aggregate(cases=Count("pk"), calls=Sum("count"))
    if not total["cases"]:
        return None
    latest = list(cases.order_by("-last_at", "-id")[:MOST_ROWS])
    return Answer(
        figures=[
            Figure(_("Violations opened"), count(total["cases"])),
            Figure(_("Calls in them"), count(total["calls"])),
        ],
        table=table(
            [_("Violation"), _("Application"), _("Severity"), _("State now"), _("Calls"), _("First seen")],
            [
                [
                    Cell(
                        f"{guard_label(case.guard)}: {rule_label(case.rule)}",
                        reverse("admin:audit_violation_change", args=[case.pk]),
                    ),
                    case.application,
                    str(SEVERITIES[case.severity].label),
                    str(State(case.state).label),
                    count(case.count),
                    moment(case.first_at),
                ]
                for case in latest
            ],
            total=total["cases"],
        ),
        chart=Chart(records.steps, [Series(_("opened"), "warn", records.by_step(case.first_at for case in latest))])
        if total["cases"] <= MOST_ROWS
        else None,
        address=reverse("admin:audit_violation_changelist"),
    )


def _queue(severity: str = "", guard: str = "") -> str:
    chosen = {"severity": severity, "guard": guard}
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{reverse('admin:audit_violation_changelist')}?{query}"


def _uuid(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
