"""Calls, as their outcomes tell them."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import BooleanField, Q, TextField
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Exact, In
from django.utils import timezone

from audit.models import AuditEvent
from audit.selectors.outcomes import ANSWERED, BY_SQL, KIND_SQL, codes_of
from audit.selectors.pages import Page, newest_first
from audit.selectors.reach import Applications
from audit.trail.end_users import IN_THE_TRAIL, IS_KNOWN, end_user_marks


def calls(
    *,
    within: Applications = None,
    application: str | None = None,
    key: str | None = None,
    end_user: str | None = None,
    model: str | None = None,
    status: int | None = None,
    code: str | None = None,
    verdict: str | None = None,
    ended: str | None = None,
    day: date | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[AuditEvent]:
    """Outcomes, newest first. `day` is of the active time zone; `within` names the applications that count (None: all); `ended` is a kind
    of end, and by whom, as `audit.selectors.outcomes` has it (`refused:budget`); `end_user` is an end user's id, verified or claimed, or
    the mark that the trail has for it.

    A page reads one index, whatever the filter; the commonest values (an answer of 200, nothing found) need none.

    Raises `audit.selectors.pages.BadCursor`.
    """
    outcomes = AuditEvent.objects.outcomes().within(within)
    wanted = {
        "application": application,
        "key": key,
        "model": model,
        "status": status,
        "code": code,
        "verdict": verdict,
    }
    outcomes = outcomes.filter(**{name: value for name, value in wanted.items() if value is not None})
    if end_user is not None:
        outcomes = outcomes.filter(_behind(end_user))
    if ended is not None:
        outcomes = outcomes.filter(_ended(ended))
    if day is not None:
        start, end = day_bounds(day)
        outcomes = outcomes.filter(at__gte=start, at__lt=end)
    return newest_first(outcomes, time="at", tie="seq", after=after, limit=limit)


def _behind(end_user: str) -> Q:
    is_known = Q(RawSQL(IS_KNOWN, (), output_field=BooleanField()))  # noqa: S611 (a constant)
    who = RawSQL(IN_THE_TRAIL, (), output_field=TextField())  # noqa: S611
    return is_known & Q(In(who, list(end_user_marks(end_user))))


def _ended(wanted: str) -> Q:
    kind, _colon, by = wanted.partition(":")
    if kind == ANSWERED:
        return Q(code__isnull=True)
    codes = codes_of(kind, by)
    condition = Q(code__isnull=False) if codes is None else Q(code__in=codes)
    condition &= Q(Exact(RawSQL(KIND_SQL, ()), kind))  # noqa: S611 (a constant)
    return condition & Q(Exact(RawSQL(BY_SQL, ()), by)) if by else condition  # noqa: S611


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
