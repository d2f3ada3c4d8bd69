"""The calls of the trail that a simulation replays."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from audit.models import AuditEvent
from audit.payloads.reading import stored_contents
from audit.payloads.sealing import configured_sealer
from audit.payloads.storing import ANSWER, PROMPT
from audit.trail.call_record import is_readable
from audit.trail.events import OUTCOME
from govern.changes.simulation.calls import RecordedCall

# Index-only: the partial index of outcomes holds time and number. Every k-th in the order of time is as even as a sample can be.
_SAMPLE = """
SELECT seq, at, of_all FROM (
    SELECT seq, at, row_number() OVER (ORDER BY at, seq) AS number, count(*) OVER () AS of_all
    FROM audit_event WHERE type = 'call.outcome' AND at >= %(since)s AND at < %(until)s
) AS outcomes
WHERE (number * %(most)s) / of_all > ((number - 1) * %(most)s) / of_all
ORDER BY at, seq
"""


class Place(NamedTuple):
    """Where an outcome stands in the trail."""

    seq: int
    at: datetime


class Sample(NamedTuple):
    """An even sample of the calls of a stretch of time, oldest first. calls: how many there were in all."""

    since: datetime
    until: datetime
    calls: int
    places: Sequence[Place]


def sample_calls(*, since: datetime, until: datetime, most: int) -> Sample:
    """Chooses at most `most` of the calls that ended in `since ≤ at < until`, each as likely as any other."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, {"since": since, "until": until, "most": most})
        rows = cursor.fetchall()
    return Sample(since, until, rows[0][2] if rows else 0, [Place(seq, at) for seq, at, _ in rows])


def read_calls(places: Sequence[Place]) -> Iterator[RecordedCall]:
    """Reads calls of a sample, in order. Two queries."""
    outcomes = AuditEvent.objects.filter(
        type=OUTCOME,
        seq__in=[place.seq for place in places],
        at__gte=min(place.at for place in places),  # so that only the months in question are looked through
        at__lte=max(place.at for place in places),
    )
    events = {event.seq: event for event in outcomes}
    calls = [event.call_id for event in events.values() if event.call_id]
    contents = stored_contents(calls, sealer=configured_sealer())
    for place in places:
        event = events.get(place.seq)
        if event is None or event.call_id is None:
            continue
        yield RecordedCall(
            id=event.call_id,
            at=event.at,
            application=event.application or "",
            key=event.key or "",
            model=event.model,
            code=event.code,
            cost_nano_usd=event.cost_nano_usd or 0,
            body=event.fields if is_readable(event.fields) else {},
            prompt=contents.get((event.call_id, PROMPT)),
            answer=contents.get((event.call_id, ANSWER)),
        )
