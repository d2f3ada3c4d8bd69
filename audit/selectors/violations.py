"""The violations queue."""

from django.db import models

from audit.models import Severity, State, Violation
from audit.selectors.pages import Page, newest_first
from audit.selectors.reach import Applications


def violations(
    *,
    within: Applications = None,
    state: State | None = None,
    is_open: bool | None = None,
    severity: Severity | None = None,
    application: str | None = None,
    guard: str | None = None,
    assignee: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Violation]:
    """Cases, last seen first. `assignee=""` gives those that nobody has. Raises `audit.selectors.pages.BadCursor`."""
    wanted = {"state": state, "severity": severity, "application": application, "guard": guard, "assignee": assignee}
    cases = Violation.objects.within(within).filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    if is_open is not None:
        cases = cases.open() if is_open else cases.closed()
    return newest_first(cases, time="last_at", tie="id", after=after, limit=limit)


def open_violations_by_severity(within: Applications = None) -> dict[Severity, int]:
    """How many cases are open, the gravest first; severities without any are 0."""
    counts = dict.fromkeys(reversed(Severity), 0)
    for severity, count in (
        Violation.objects.within(within).open().order_by().values_list("severity").annotate(models.Count("pk"))
    ):
        counts[Severity(severity)] = count
    return counts
