"""How much passed lately: what stopping it would refuse."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count
from django.utils import timezone

from audit.models import AuditEvent


class Passed(NamedTuple):
    """calls and applications: how many in `hours`."""

    calls: int
    applications: int
    hours: int = 1


def passed_lately() -> Passed:
    """Calls of the last hour, of everybody. One query, by the index on the time of outcomes."""
    since = timezone.now() - timedelta(hours=1)
    found = AuditEvent.objects.outcomes().filter(at__gte=since).order_by()
    counts = found.aggregate(calls=Count("pk"), applications=Count("application", distinct=True))
    return Passed(counts["calls"], counts["applications"])
