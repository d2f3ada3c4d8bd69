"""What happened today, for the home page."""

import math
from datetime import datetime

import msgspec
from django.db import connection
from django.utils import timezone

from audit.selectors.calls import day_bounds
from audit.selectors.outcomes import ANSWERED, kind_sql
from audit.selectors.reach import Applications
from audit.trail.codes import FAILED, REFUSED
from audit.trail.events import OUTCOME, REJECTED


class CallNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """calls: outcomes, each of which was answered, `refused` or `failed` (`audit.selectors.outcomes`), and in each of which guards
    `blocked`, `redacted`, `flagged` or did nothing. answered_redacted, answered_flagged: of those that were answered.
    refused_otherwise: refused, but not by a verdict that blocks.
    """

    name: str = ""
    calls: int = 0
    blocked: int = 0
    redacted: int = 0
    flagged: int = 0
    refused: int = 0
    failed: int = 0
    answered_redacted: int = 0
    answered_flagged: int = 0
    refused_otherwise: int = 0
    cost_nano_usd: int = 0

    @property
    def answered(self) -> int:
        """Calls that got their answer."""
        return self.calls - self.refused - self.failed

    @property
    def clean(self) -> int:
        """Answered calls in which no guard acted."""
        return self.answered - self.answered_redacted - self.answered_flagged

    @property
    def refused_by_guards(self) -> int:
        """Calls that a verdict refused."""
        return self.refused - self.refused_otherwise


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """total: of everything. by_application, by_model: the busiest first, at most `limit` each. by_hour: one for each hour."""

    total: CallNumbers
    turned_away: int = 0
    by_application: list[CallNumbers]
    by_model: list[CallNumbers]
    by_hour: list[CallNumbers]


_WITHIN = "(%(within)s::text[] IS NULL OR application = ANY (%(within)s))"

# Reads the day's outcomes once, by the index on their time, and what was turned away by its own.
_DAY = f"""
SELECT grouping(application), grouping(model), grouping(hour), coalesce(application, model, ''), hour,
    count(*),
    count(*) FILTER (WHERE verdict = 'block'),
    count(*) FILTER (WHERE verdict = 'redact'),
    count(*) FILTER (WHERE verdict = 'flag'),
    count(*) FILTER (WHERE kind = '{REFUSED}'),
    count(*) FILTER (WHERE kind = '{FAILED}'),
    count(*) FILTER (WHERE kind = '{ANSWERED}' AND verdict = 'redact'),
    count(*) FILTER (WHERE kind = '{ANSWERED}' AND verdict = 'flag'),
    count(*) FILTER (WHERE kind = '{REFUSED}' AND verdict IS DISTINCT FROM 'block'),
    coalesce(sum(cost_nano_usd), 0)::bigint,
    (SELECT count(*) FROM audit_event WHERE type = '{REJECTED}' AND at >= %(start)s AND at < %(end)s AND {_WITHIN})
FROM (
    SELECT application, model, verdict, {{kind}} AS kind, cost_nano_usd, floor(extract(epoch FROM at - %(start)s) / 3600)::int AS hour
    FROM audit_event
    WHERE type = '{OUTCOME}' AND at >= %(start)s AND at < %(end)s AND {_WITHIN}
) AS outcomes
GROUP BY GROUPING SETS ((), (application), (model), (hour))
ORDER BY count(*) DESC, 4
"""


def today(*, within: Applications = None, limit: int = 10) -> Today:
    """The numbers of the day so far, in the active time zone, of the applications `within` (None: all)."""
    start, end = day_bounds(timezone.localdate())
    total, turned_away = CallNumbers(), 0
    by_application: list[CallNumbers] = []
    by_model: list[CallNumbers] = []
    by_hour: dict[int, CallNumbers] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DAY.format(kind=kind_sql()), {"start": start, "end": end, "within": _listed(within)})
        for not_application, not_model, not_hour, name, hour, *counts, away in cursor.fetchall():
            numbers = _numbers(name, counts)
            if not not_application:
                by_application.append(numbers)
            elif not not_model:
                by_model.append(numbers)
            elif not not_hour:
                by_hour[hour] = numbers
            else:
                total, turned_away = numbers, away
    served = [numbers for numbers in by_model if numbers.name]
    return Today(
        total=total,
        turned_away=turned_away,
        by_application=by_application[:limit],
        by_model=served[:limit],
        by_hour=[by_hour.get(hour, CallNumbers()) for hour in range(_hours(start, end))],
    )


_COUNTED = (
    "calls", "blocked", "redacted", "flagged", "refused", "failed",
    "answered_redacted", "answered_flagged", "refused_otherwise", "cost_nano_usd",
)  # fmt: skip


def _listed(within: Applications) -> list[str] | None:
    return None if within is None else sorted(within)


def _numbers(name: str, counts: list[int]) -> CallNumbers:
    return CallNumbers(name=name, **dict(zip(_COUNTED, counts, strict=True)))


def _hours(start: datetime, end: datetime) -> int:
    """24, or one more or less on the days on which clocks are put back or forward."""
    return round((end - start).total_seconds() / 3600)


# Bounded: the newest calls of the day, however many there were. Read here and not by the database, whose JSON functions fail the
# whole query for one document that they cannot read.
_NEWEST = f"""
SELECT body::text FROM audit_event
WHERE type = '{OUTCOME}' AND at >= %(start)s AND at < %(end)s AND {_WITHIN}
ORDER BY at DESC, seq DESC
LIMIT %(calls)s
"""


class _Latency(msgspec.Struct):
    total: int | None = None
    provider: int | None = None


class _Timed(msgspec.Struct):
    latency_us: _Latency | None = None


_decode_timed = msgspec.json.Decoder(_Timed).decode


def overhead_p95_us(*, within: Applications = None, calls: int = 1_000) -> int | None:
    """What 95 in 100 of today's newest calls at most spent outside of a provider, in microseconds; None without a call.

    Calls whose record cannot be read do not count.
    """
    with connection.cursor() as cursor:
        start, end = day_bounds(timezone.localdate())
        cursor.execute(_NEWEST, {"start": start, "end": end, "within": _listed(within), "calls": calls})
        spent = sorted(us for (body,) in cursor.fetchall() if (us := _overhead_us(body)) is not None)
    return spent[math.ceil(0.95 * len(spent)) - 1] if spent else None


def _overhead_us(body: str) -> int | None:
    try:
        latency = _decode_timed(body).latency_us
    except (msgspec.DecodeError, RecursionError):
        return None
    return latency.total - (latency.provider or 0) if latency and latency.total is not None else None
