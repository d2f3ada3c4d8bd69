"""The outcomes of a day, counted once: what a process has counted it keeps, and reads what came since.

The trail is only added to, and rows come in the order of their numbers but for those of transactions under way; a minute later none of them
are left below a number. Clocks differ, and something may write for long: what is kept also ends before the oldest transaction under way. It
is that of this very trail as long as the last row that was counted is still in it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from audit.selectors.outcomes import ANSWERED, kind_sql
from audit.trail.codes import FAILED, REFUSED
from audit.trail.events import OUTCOME

UNDER_WAY = timedelta(minutes=1)
"""How long a transaction that writes an outcome may take at most, many times over."""
Place = tuple[int, str, str | None]
"""(hour of the day, application, model that answered)."""
Counts = tuple[int, ...]
"""Of the calls of a place, as `audit.selectors.day.CallNumbers` lists them."""

# Both by the primary key: the first goes back past what is a minute old at most.
_LAST = f"""
SELECT last.seq, last.at, last.id,
    EXISTS (SELECT FROM audit_event WHERE seq = %(seq)s AND at = %(at)s AND id = %(id)s)
FROM (SELECT 1) AS once LEFT JOIN LATERAL (
    SELECT seq, at, id FROM audit_event WHERE type = '{OUTCOME}' AND at >= %(start)s AND at < %(settled)s
        AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY seq DESC LIMIT 1
) AS last ON true
"""
_COUNTS = f"""
SELECT seq <= %(upto)s, floor(extract(epoch FROM at - %(start)s) / 3600)::int, coalesce(application, ''), model,
    count(*),
    count(*) FILTER (WHERE verdict = 'block'),
    count(*) FILTER (WHERE verdict = 'redact'),
    count(*) FILTER (WHERE verdict = 'flag'),
    count(*) FILTER (WHERE kind = '{REFUSED}'),
    count(*) FILTER (WHERE kind = '{FAILED}'),
    count(*) FILTER (WHERE kind = '{ANSWERED}' AND verdict = 'redact'),
    count(*) FILTER (WHERE kind = '{ANSWERED}' AND verdict = 'flag'),
    count(*) FILTER (WHERE kind = '{REFUSED}' AND verdict IS DISTINCT FROM 'block'),
    coalesce(sum(cost_nano_usd), 0)::bigint
FROM (
    SELECT seq, at, application, model, verdict, {{kind}} AS kind, cost_nano_usd FROM audit_event
    WHERE type = '{OUTCOME}' AND at >= %(start)s AND at < %(end)s AND seq > %(after)s
) AS outcomes
GROUP BY 1, 2, 3, 4
"""


class _Kept(NamedTuple):
    """The outcomes of a day up to one row."""

    start: datetime
    seq: int
    at: datetime
    id: UUID
    counts: Mapping[Place, Counts]


_kept: _Kept | None = None


def counts_of_day(start: datetime, end: datetime) -> Mapping[Place, Counts]:
    """Every outcome of `start ≤ at < end`, by place. Two queries, which read what came since this process asked last."""
    global _kept
    kept = _kept if _kept is not None and _kept.start == start else None
    with connection.cursor() as cursor:
        cursor.execute(
            _LAST,
            {
                "seq": kept and kept.seq,
                "at": kept and kept.at,
                "id": kept and kept.id,
                "start": start,
                "settled": timezone.now() - UNDER_WAY,
            },
        )
        seq, at, id_, is_there = cursor.fetchone()
        if not is_there:
            kept = None
        if kept is not None and (seq is None or seq < kept.seq):
            seq, at, id_ = kept.seq, kept.at, kept.id
        span = {"start": start, "end": end, "after": kept.seq if kept else 0, "upto": seq or 0}
        cursor.execute(_COUNTS.format(kind=kind_sql()), span)
        rows = cursor.fetchall()
    settled = _added(kept.counts if kept else {}, (row[1:] for row in rows if row[0]))
    if seq is not None:
        _kept = _Kept(start, seq, at, id_, settled)
    return _added(settled, (row[1:] for row in rows if not row[0]))


def _added(counts: Mapping[Place, Counts], rows: Iterable[Any]) -> dict[Place, Counts]:
    total = dict(counts)
    for hour, application, model, *more in rows:
        place = hour, application, model
        total[place] = summed(total.get(place, ()), more)
    return total


def summed(one: Iterable[int], other: Iterable[int]) -> Counts:
    """Two lists of counts in one; an empty one counts nothing."""
    one, other = tuple(one), tuple(other)
    return tuple(a + b for a, b in zip(one, other, strict=True)) if one and other else one or other
