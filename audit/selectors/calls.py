"""Calls, as their outcomes tell them."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from audit.models import AuditEvent
from audit.selectors.pages import Page, newest_first
from audit.selectors.reach import Applications


def rejected_calls(
    *,
    within: Applications = None,
    application: str | None = None,
    code: str | None = None,
    day: date | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[AuditEvent]:
    """Requests of known callers that were turned away before they became calls, newest first. Reads one index.

    Raises `audit.selectors.pages.BadCursor`.
    """
    found = AuditEvent.objects.rejected().within(within)
    wanted = {"application": application, "code": code}
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    if day is not None:
        start, end = day_bounds(day)
        found = found.filter(at__gte=start, at__lt=end)
    return newest_first(found, time="at", tie="seq", after=after, limit=limit)


def call_trace(*, call_id: uuid.UUID) -> Sequence[AuditEvent]:
    """Everything that one call left in the trail, in order; empty for an unknown call."""
    return list(AuditEvent.objects.of_call(call_id))


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day in the active time zone, and of the next."""
    zone = timezone.get_current_timezone()
    start, end = (datetime.combine(d, time.min, zone) for d in (day, day + timedelta(days=1)))
    return start, end
