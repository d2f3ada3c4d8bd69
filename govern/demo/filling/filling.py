"""Fills the trail, an hour after the other, each in one transaction."""

import heapq
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from audit.models import TrailInstance
from audit.trail.identifiers import identifier_text
from audit.trail.sightings import Sighting
from govern.demo.filling.callers import Sessions, callers, end_users
from govern.demo.filling.cases import DaysCases
from govern.demo.filling.clock import hours, identifier
from govern.demo.filling.copied_rows import COPY, HEADER, TRAILER, time_bytes
from govern.demo.filling.months import make_months
from govern.demo.filling.patterns import Pattern, patterns
from govern.models import Person, Revision

_PER_CALL = 1.99
"""Events of a call: two, or one where it was turned away."""
_AT_ONCE = 8_000
"""Calls of one transaction, so that the sealer has whole transactions of a bearable size."""
_DAY_US = 86_400_000_000


class Filled(msgspec.Struct):
    """How many there are by now."""

    calls: int = 0
    events: int = 0
    cases: int = 0


def fill_trail(
    *, events: int, days: int, seed: int, until: datetime | None = None, tell: Callable[[Filled], None] = lambda _: None
) -> Filled:
    """Writes about so many events into the trail, spread over the days before `until` (now), with their cases.

    The same seed, time and installation give the same rows, but for what the database itself numbers. tell: called after each day.
    Raises `django.db.DatabaseError`.
    """
    until, random = until or timezone.now(), Random(seed)
    filler = _Filler(random, until)
    months = make_months(since=until - timedelta(days=days), until=until)
    for hour in hours(calls=round(events / _PER_CALL), until=until, days=days, random=random):
        filler.write_hour(hour)
        if hour:
            tell(filler.filled)
    filler.finish()
    with connection.cursor() as cursor:
        for table in (*months, "audit_violation"):
            cursor.execute(f"ANALYZE {table}")
    return filler.filled


class _Filler:
    def __init__(self, random: Random, until: datetime) -> None:
        self.filled = Filled()
        self._random, self._until = random, until
        revision = Revision.objects.order_by("-number").values_list("number", flat=True).first() or 1
        self._patterns, weights = patterns(callers(), revision=revision, random=random)
        self._weights = list(accumulate(weights))
        self._revision = revision
        self._sessions, self._end_users = Sessions(random), end_users()
        people = list(Person.objects.filter(is_active=True).order_by("pk").values_list("username", flat=True)[:10])
        self._cases = DaysCases(random, people=people or ["nobody"], until=until)
        now = timezone.now()
        gone: Any = {"started_at": now, "seen_at": now, "closed_at": now, "settled_at": now, "swept_to": now}
        self._instance = TrailInstance.objects.create(host=f"{socket.gethostname()} (filled)", pid=0, **gone).number
        self._later: list[tuple[int, bytes]] = []
        """Events of people, who come after the calls."""
        self._day = 0

    def write_hour(self, times: list[int]) -> None:
        """The calls that begin at these times, and what people did meanwhile."""
        for first in range(0, len(times), _AT_ONCE):
            part = times[first : first + _AT_ONCE]
            if part[0] // _DAY_US != self._day:
                self._end_day(part[0] // _DAY_US)
            with transaction.atomic():
                self._write(self._calls(part))

    def finish(self) -> None:
        """What is left."""
        self._end_day(0)
        with transaction.atomic():
            self._write(event for _at, event in sorted(self._later))
        self._later = []

    def _end_day(self, next_day: int) -> None:
        with transaction.atomic():
            worked = self._cases.finish(self._instance)
        self.filled.cases = self._cases.number
        for event in worked:
            heapq.heappush(self._later, event)
        self._day = next_day

    def _calls(self, times: list[int]) -> Iterator[bytes]:
        drawn = self._random.choices(self._patterns, cum_weights=self._weights, k=len(times))
        for at_us, pattern in zip(times, drawn, strict=True):
            while self._later and self._later[0][0] <= at_us:
                yield heapq.heappop(self._later)[1]
            yield from self._call(at_us, pattern)

    def _call(self, at_us: int, pattern: Pattern) -> Iterator[bytes]:
        random = self._random
        call = identifier(at_us, random)
        number = self.filled.calls = self.filled.calls + 1
        digests = random.randbytes(64).hex().encode()
        case = str(self._see(at_us, call, pattern)).encode() if pattern.kind.seen else b""
        person = random.choice(self._end_users)
        shared = (
            call,
            identifier_text(call).encode(),
            digests[:64],
            digests[64:],
            self._sessions.one(number),
            person,
            case,
        )
        for row, after_us in pattern.rows:
            event_at = at_us + after_us
            yield row.filled((time_bytes(event_at), identifier(event_at, random), *shared))

    def _see(self, at_us: int, call: bytes, pattern: Pattern) -> Any:
        caller, found = pattern.caller, None
        for guard, rule, severity, _action in pattern.kind.seen:
            seen = Sighting(application=caller.application, team=caller.team, guard=guard, rule=rule, severity=severity,
                            at_us=at_us, call_id=call, revision=self._revision)  # fmt: skip
            case = self._cases.see(seen)
            found = found or case
        return found

    def _write(self, rows: Iterator[bytes]) -> None:
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.write(HEADER)
            for row in rows:
                copy.write(row)
                self.filled.events += 1
            copy.write(TRAILER)
