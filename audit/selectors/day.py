"""What happened today, for the home page."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import msgspec
from django.db import connection
from django.utils import timezone

from audit.selectors.calls import day_bounds
from audit.selectors.day_counts import Counts, Place, counts_of_day, summed
from audit.selectors.reach import Applications
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

_TURNED_AWAY = (
    f"SELECT count(*) FROM audit_event WHERE type = '{REJECTED}' AND at >= %(start)s AND at < %(end)s AND {_WITHIN}"
)


def today(*, within: Applications = None, limit: int = 10) -> Today:
    """The numbers of the day so far, in the active time zone, of the applications `within` (None: all)."""
    start, end = day_bounds(timezone.localdate())
    counts = {
        place: numbers for place, numbers in counts_of_day(start, end).items() if within is None or place[1] in within
    }
    with connection.cursor() as cursor:
        cursor.execute(_TURNED_AWAY, {"start": start, "end": end, "within": _listed(within)})
        (turned_away,) = cursor.fetchone()
    by_hour = {numbers.name: numbers for numbers in _together(counts, lambda place: str(place[0]))}
    return Today(
        total=next(_together(counts, lambda _place: ""), CallNumbers()),
        turned_away=turned_away,
        by_application=_busiest(_together(counts, lambda place: place[1]))[:limit],
        by_model=_busiest(_together(counts, lambda place: place[2]))[:limit],
        by_hour=[by_hour.get(str(hour), CallNumbers()) for hour in range(_hours(start, end))],
    )


def _together(counts: Mapping[Place, Counts], name: Callable[[Place], str | None]) -> Iterator[CallNumbers]:
    """The numbers of all places of one name together; those of no name (None) are left out."""
    found: dict[str, Counts] = {}
    for place, numbers in counts.items():
        if (named := name(place)) is not None:
            found[named] = summed(found.get(named, ()), numbers)
    return (_numbers(named, numbers) for named, numbers in found.items())


def _busiest(numbers: Iterable[CallNumbers]) -> list[CallNumbers]:
    return sorted((each for each in numbers if each.name), key=lambda each: (-each.calls, each.name))


_COUNTED = (
    "calls", "blocked", "redacted", "flagged", "refused", "failed",
    "answered_redacted", "answered_flagged", "refused_otherwise", "cost_nano_usd",
)  # fmt: skip


def _listed(within: Applications) -> list[str] | None:
    return None if within is None else sorted(within)


def _numbers(name: str, counts: Counts) -> CallNumbers:
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
