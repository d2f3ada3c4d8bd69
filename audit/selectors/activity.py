"""What people and the system did: the events of the trail that belong to no call."""

from datetime import datetime

from django.db.models import Q

from audit.models import AuditEvent
from audit.selectors.pages import Page, newest_first


def activity(
    *,
    actor: str | None = None,
    about: str | None = None,
    types: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[AuditEvent]:
    """Events without a call, newest first. Reads the index of those, which does not grow with the traffic.

    actor: who did it. about: the name of an object or a person, a change such as CR-7, or any other value that the event recorded.
    types: an event type, or the beginning of several (`change.`). Raises `audit.selectors.pages.BadCursor`.
    """
    events = AuditEvent.objects.filter(call_id__isnull=True)
    if actor:
        events = events.filter(actor=actor)
    if about:
        said = f'"{about}"'
        # In the text of the body: the database's JSON functions fail the query for one document that they cannot read.
        in_body = events.extra(where=["position(%s in body::text) > 0"], params=[said]).values("seq")
        events = events.filter(Q(application=about) | Q(key=about) | Q(model=about) | Q(seq__in=in_body))
    if types:
        events = events.filter(type__startswith=types)
    if since is not None:
        events = events.filter(at__gte=since)
    if until is not None:
        events = events.filter(at__lt=until)
    return newest_first(events, time="at", tie="seq", after=after, limit=limit)
