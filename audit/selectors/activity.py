"""What people and the system did: the events of the trail that belong to no call."""

from audit.models import AuditEvent
from audit.selectors.pages import Page, newest_first


def activity(*, after: str | None = None, limit: int = 50) -> Page[AuditEvent]:
    """Events without a call, newest first. Reads an index and nothing else. Raises `audit.selectors.pages.BadCursor`."""
    return newest_first(AuditEvent.objects.filter(call_id__isnull=True), time="at", tie="seq", after=after, limit=limit)
