"""What the queries of one pack read: the trail in a span of time, as it stood at a checkpoint.

The checkpoint decides what belongs to it, so the same span at the same checkpoint gives the same figures. What costs most is counted from
indexes alone or read as an even sample, so that a pack does not cost more for every call that was ever made.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.urls import reverse

from audit.models import AuditEvent, Checkpoint
from audit.selectors.coverage import MOST_PER_SLICE, SLICES, Coverage, measure, read_outcome
from audit.trail.events import INTENT, OUTCOME

MOST_EVENTS = 2_000
"""Events of one kind that are read; of more, the newest."""
DAYS_IN_DAYS = 45
"""Up to so many days, charts show days; above, months."""
_EVERYTHING = 2**63 - 1

UNDER = "at >= %(start)s AND at < %(end)s AND seq <= %(last)s AND seq <> ALL (%(late)s)"
"""Of the span, and sealed with the checkpoint. `late` are events of transactions that ended after it."""

_LATE = "SELECT seq FROM audit_event WHERE xid >= %(xid_to)s::xid8 AND seq > %(seq_from)s AND seq <= %(last)s"
_ENDINGS = f"""
SELECT date_trunc(%(unit)s, at, 'UTC'), NULL, count(*) FROM audit_event
WHERE type = '{OUTCOME}' AND {UNDER} GROUP BY 1
UNION ALL
SELECT date_trunc(%(unit)s, at, 'UTC'), code, count(*) FROM audit_event
WHERE type = '{OUTCOME}' AND code IS NOT NULL AND {UNDER} GROUP BY 1, 2
"""
_PEOPLE = f"SELECT type, count(*) FROM audit_event WHERE call_id IS NULL AND {UNDER} GROUP BY 1"
_SAMPLE = f"""
SELECT outcome.seq, outcome.at, outcome.call_id, outcome.application, outcome.key, outcome.model, outcome.code, outcome.revision,
    outcome.body::text, intent.at, outcome.number
FROM generate_series(0, %(slices)s - 1) AS slice,
LATERAL (
    SELECT *, row_number() OVER () AS number FROM (
        SELECT * FROM audit_event
        WHERE type = '{OUTCOME}'
          AND at >= %(start)s::timestamptz + slice * %(step)s::interval
          AND at < %(start)s::timestamptz + (slice + 1) * %(step)s::interval
          AND seq <= %(last)s AND seq <> ALL (%(late)s)
        ORDER BY at, seq LIMIT %(most)s + 1
    ) AS first
) AS outcome
LEFT JOIN LATERAL (
    SELECT at FROM audit_event
    WHERE call_id = outcome.call_id AND type = '{INTENT}' AND at > outcome.at - interval '1 day' AND at <= outcome.at
    LIMIT 1
) AS intent ON true
"""


class Span(NamedTuple):
    """From `start` up to and without `end`."""

    start: datetime
    end: datetime


class Sampled(NamedTuple):
    """A call's outcome. intent_at: when its intent was recorded; None without one before it."""

    seq: int
    at: datetime
    call_id: UUID
    application: str | None
    key: str | None
    model: str | None
    code: str | None
    revision: int | None
    body: str
    intent_at: datetime | None


class Sample(NamedTuple):
    """Outcomes from all over the span. whole: they are all that there are."""

    calls: Sequence[Sampled]
    whole: bool


class Records:
    """The trail of a span under a checkpoint (None: nothing is sealed, and everything counts). Nothing is asked twice."""

    def __init__(self, span: Span, checkpoint: Checkpoint | None) -> None:
        self.span, self.checkpoint = span, checkpoint
        self.last = _EVERYTHING if checkpoint is None else checkpoint.last_seq
        self.until = span.end if checkpoint is None else min(span.end, checkpoint.at)
        self._events: dict[Any, list[AuditEvent]] = {}

    @cached_property
    def late(self) -> list[int]:
        """Numbers below the checkpoint's last that it does not seal."""
        found = self.checkpoint
        if found is None:
            return []
        asked: dict[str, Any] = {"xid_to": str(found.xid_to), "seq_from": found.seq_from, "last": found.last_seq}
        with connection.cursor() as cursor:
            cursor.execute(_LATE, asked)
            return [seq for (seq,) in cursor.fetchall()]

    def ask(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query that says `UNDER`."""
        said: dict[str, Any] = {"start": self.span.start, "end": self.span.end, "last": self.last, "late": self.late}
        with connection.cursor() as cursor:
            cursor.execute(sql, said | parameters)
            return cursor.fetchall()

    @cached_property
    def endings(self) -> list[tuple[datetime, str | None, int]]:
        """(day or month, code, calls): under None all outcomes of that time, under a code those that ended with it."""
        return self.ask(_ENDINGS, unit=self.unit)

    @cached_property
    def people(self) -> dict[str, int]:
        """Type → how many events of people and of the system, which belong to no call."""
        return dict(self.ask(_PEOPLE))

    @cached_property
    def sample(self) -> Sample:
        """A few calls of every part of the span."""
        step = (self.span.end - self.span.start) / SLICES
        rows = self.ask(_SAMPLE, slices=SLICES, step=step, most=MOST_PER_SLICE)
        return Sample(
            [Sampled(*row[:-1]) for row in rows if row[-1] <= MOST_PER_SLICE],
            all(row[-1] <= MOST_PER_SLICE for row in rows),
        )

    @cached_property
    def coverage(self) -> Coverage:
        """What of the sample was inspected."""
        return measure((read_outcome(call.body) for call in self.sample.calls), sampled=not self.sample.whole)

    def events(self, *types: str, before: timedelta = timedelta(), later: bool = False) -> list[AuditEvent]:
        """Events of these types that belong to no call, newest first, at most `MOST_EVENTS`.

        before: how long before the span to begin. later: also what came after the span, up to the checkpoint.
        """
        asked = types, before, later
        if asked not in self._events:
            found = AuditEvent.objects.filter(
                call_id__isnull=True, type__in=types, at__gte=self.span.start - before, seq__lte=self.last
            ).exclude(seq__in=self.late)
            found = found if later else found.filter(at__lt=self.span.end)
            self._events[asked] = list(found.order_by("-at", "-seq")[:MOST_EVENTS])
        return self._events[asked]

    @property
    def unit(self) -> str:
        """What a bar of a chart stands for."""
        return "day" if self.span.end - self.span.start <= timedelta(days=DAYS_IN_DAYS) else "month"

    @cached_property
    def steps(self) -> list[str]:
        """Every day or month of the span."""
        found: list[str] = []
        at = self.span.start.astimezone(UTC)
        while at < self.span.end:
            if (label := self.step_of(at)) not in found[-1:]:
                found.append(label)
            at += timedelta(days=1)
        return found

    def step_of(self, at: datetime) -> str:
        """The day or month of a time."""
        return f"{at.astimezone(UTC):%Y-%m-%d}" if self.unit == "day" else f"{at.astimezone(UTC):%Y-%m}"

    def by_step(self, times: Iterable[datetime]) -> list[int]:
        """How many of these times lie in each day or month."""
        counts = dict.fromkeys(self.steps, 0)
        for at in times:
            if (label := self.step_of(at)) in counts:
                counts[label] += 1
        return list(counts.values())

    def calls_address(self, **filters: str) -> str:
        """The list of calls of the span with these filters."""
        return f"{reverse('admin:audit_auditevent_changelist')}?{urlencode({**self._period(), **filters})}"

    def activity_address(self, **filters: str) -> str:
        """The list of what people did in the span with these filters."""
        return f"{reverse('admin:audit_auditevent_activity')}?{urlencode({**self._period(), **filters})}"

    def _period(self) -> dict[str, str]:
        last = self.span.end - timedelta(microseconds=1)  # a whole minute as an end would mean all of it
        return {"since": self.span.start.isoformat(), "until": last.isoformat()}
