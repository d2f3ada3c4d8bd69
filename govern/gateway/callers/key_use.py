"""How often each key calls, and when it last did: counted in memory, and written about once a minute, so that no call waits for it.

For people, who want to know which secret is still in use. What a gateway counted and had not written yet is lost when it is killed; the
trail, which has every call, is not.
"""

import asyncio
import logging
import time
from collections.abc import Mapping

import psycopg
from psycopg import AsyncConnection

EVERY_S = 60.0
_ADD = """
INSERT INTO govern_apikeyuse AS u (key_id, calls, last_used_at)
SELECT n.id, n.calls, to_timestamp(n.at)
FROM unnest(%s::uuid[], %s::bigint[], %s::float8[]) AS n (id, calls, at) JOIN govern_apikey k ON k.id = n.id
ORDER BY n.id
ON CONFLICT (key_id) DO UPDATE SET calls = u.calls + excluded.calls, last_used_at = greatest(u.last_used_at, excluded.last_used_at)
"""
_log = logging.getLogger("govern.gateway")


class KeyUse:
    """The counts of one gateway since they were last written."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._calls: dict[str, int] = {}
        self._last_s: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, key_id: str) -> None:
        """A request came with this key, which was good."""
        self._calls[key_id] = self._calls.get(key_id, 0) + 1
        self._last_s[key_id] = time.time()

    def start(self) -> None:
        """Begins to write once a minute."""
        self._task = asyncio.create_task(self._write_now_and_then(), name="use of keys")

    async def stop(self) -> None:
        """Writes what is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.write()

    async def write(self) -> None:
        """Writes the counts; what cannot be written is kept for the next time."""
        if not self._calls:
            return
        calls, last_s, self._calls, self._last_s = self._calls, self._last_s, {}, {}
        try:
            async with await AsyncConnection.connect(self._conninfo, connect_timeout=5) as connection:
                await connection.execute("SET LOCAL statement_timeout = '5s'")
                await connection.execute(_ADD, [list(calls), list(calls.values()), [last_s[key] for key in calls]])
        except (psycopg.Error, OSError, TimeoutError) as error:
            _log.warning("The use of keys could not be written now (%s).", type(error).__name__)
            self._take_back(calls, last_s)

    def _take_back(self, calls: Mapping[str, int], last_s: Mapping[str, float]) -> None:
        for key, number in calls.items():
            self._calls[key] = self._calls.get(key, 0) + number
            self._last_s[key] = max(self._last_s.get(key, 0.0), last_s[key])

    async def _write_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self.write()
