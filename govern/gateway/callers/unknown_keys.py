"""Requests with keys that were never issued, counted by address, hour and door: who guesses is seen, though no application is theirs.

Counted in memory and written about once a minute, so that no call waits for it. Both are bounded: beyond that, addresses are counted
together, those with the fewest requests first. Nothing of a key is kept, not even its beginning.
"""

import asyncio
import logging
import time
from typing import NamedTuple

import psycopg
from psycopg import AsyncConnection

from audit.models.unknown_key import OTHERS

EVERY_S = 60.0
HOUR_S = 3_600
MOST_PLACES = 1_000
"""Of one process between two writes."""
MOST_OF_AN_HOUR = 200
"""Rows of one hour in the database, for all processes; those of the others come on top."""

_ADD = """
INSERT INTO audit_unknown_key AS u (hour, address, door, requests, first_at, last_at)
SELECT to_timestamp(n.hour), n.address, n.door, n.requests, to_timestamp(n.first), to_timestamp(n.last)
FROM unnest(%s::float8[], %s::text[], %s::text[], %s::bigint[], %s::float8[], %s::float8[])
    AS n (hour, address, door, requests, first, last)
ORDER BY 1, 2, 3
ON CONFLICT (hour, address, door) DO UPDATE SET requests = u.requests + excluded.requests,
    first_at = least(u.first_at, excluded.first_at), last_at = greatest(u.last_at, excluded.last_at)
"""
_GATHER = """
WITH few AS (
    DELETE FROM audit_unknown_key USING (
        SELECT hour, address, door FROM (
            SELECT hour, address, door, row_number() OVER (PARTITION BY hour ORDER BY requests DESC, last_at DESC, address, door) AS place
            FROM audit_unknown_key WHERE hour = ANY (SELECT to_timestamp(h) FROM unnest(%(hours)s::float8[]) AS h) AND address <> %(others)s
        ) AS ranked WHERE place > %(most)s
    ) AS f
    WHERE (audit_unknown_key.hour, audit_unknown_key.address, audit_unknown_key.door) = (f.hour, f.address, f.door)
    RETURNING audit_unknown_key.*
)
INSERT INTO audit_unknown_key AS u (hour, address, door, requests, first_at, last_at)
SELECT hour, %(others)s, door, sum(requests), min(first_at), max(last_at) FROM few GROUP BY hour, door
ON CONFLICT (hour, address, door) DO UPDATE SET requests = u.requests + excluded.requests,
    first_at = least(u.first_at, excluded.first_at), last_at = greatest(u.last_at, excluded.last_at)
"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('audit_unknown_key'))"
_log = logging.getLogger("govern.gateway")


class Place(NamedTuple):
    """What is counted together."""

    hour_s: int
    """Its first second."""
    address: str
    door: str


class _Count:
    __slots__ = ("first_s", "last_s", "requests")

    def __init__(self, at_s: float) -> None:
        self.requests = 0
        self.first_s = self.last_s = at_s

    def add(self, requests: int, first_s: float, last_s: float) -> None:
        self.requests += requests
        self.first_s, self.last_s = min(self.first_s, first_s), max(self.last_s, last_s)


class UnknownKeyCounts:
    """The counts of one gateway since they were last written."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._counts: dict[Place, _Count] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, address: str, door: str) -> None:
        """A request came with an unknown key."""
        now_s = time.time()
        self._add(Place(int(now_s) // HOUR_S * HOUR_S, address, door), 1, now_s, now_s)

    def start(self) -> None:
        """Begins to write once a minute."""
        self._task = asyncio.create_task(self._write_now_and_then(), name="unknown keys")

    async def stop(self) -> None:
        """Writes what is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.write()

    async def write(self) -> None:
        """Writes the counts; what cannot be written is kept for the next time."""
        if not self._counts:
            return
        counts, self._counts = self._counts, {}
        columns = [
            [float(place.hour_s) for place in counts],
            [place.address for place in counts],
            [place.door for place in counts],
            [count.requests for count in counts.values()],
            [count.first_s for count in counts.values()],
            [count.last_s for count in counts.values()],
        ]
        try:
            async with await AsyncConnection.connect(self._conninfo, connect_timeout=5) as connection:
                await connection.execute("SET LOCAL statement_timeout = '5s'")
                await connection.execute(_ONE_AT_A_TIME)
                await connection.execute(_ADD, columns)
                hours = sorted({place.hour_s for place in counts})
                await connection.execute(_GATHER, {"hours": hours, "others": OTHERS, "most": MOST_OF_AN_HOUR})
        except (psycopg.Error, OSError, TimeoutError) as error:
            _log.warning("Requests with unknown keys could not be counted now (%s).", type(error).__name__)
            for place, count in counts.items():
                self._add(place, count.requests, count.first_s, count.last_s)

    def _add(self, place: Place, requests: int, first_s: float, last_s: float) -> None:
        if place not in self._counts and len(self._counts) >= MOST_PLACES:
            place = place._replace(address=OTHERS)  # a handful an hour, however many come
        count = self._counts.get(place)
        if count is None:
            count = self._counts[place] = _Count(first_s)
        count.add(requests, first_s, last_s)

    async def _write_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self.write()
