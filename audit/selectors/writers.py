"""Whether the trail is being written: the processes that can, and when the newest event came."""

from datetime import datetime
from typing import NamedTuple

from audit.models import AuditEvent, TrailInstance


class Writing(NamedTuple):
    """processes: gateways that hold the trail open. newest_at: of the newest outcome of a call, None without any."""

    processes: int
    newest_at: datetime | None


def writing() -> Writing:
    """How the trail is written now. Two queries that do not grow with it."""
    newest = AuditEvent.objects.outcomes().order_by("-at", "-seq").values_list("at", flat=True)[:1]
    processes = TrailInstance.objects.filter(closed_at__isnull=True, settled_at__isnull=True).count()
    return Writing(processes, next(iter(newest), None))
