"""Keeping the snapshot new: PostgreSQL says when something changed, and a poll stands behind it.

A revoked key or a new revision acts within a second. A gateway that has not been able to ask for `STALE_AFTER_S` does not know what is
in force any more and serves nothing.
"""

import asyncio
import logging
import time
from typing import Any

import psycopg
from psycopg import AsyncConnection

from govern.gateway.process.snapshot import Snapshot, SnapshotLoader, TamperedRevision

CHANNEL = "govern_snapshot"
POLL_S = 0.5
STALE_AFTER_S = 5.0
_RETRY_S = 0.5
_MARK = """
SELECT (SELECT max(number) FROM govern_revision),
       (SELECT (count(*), count(revoked_at), count(replaced_at), max(created_at), max(revoked_at), max(replaced_at))::text
        FROM govern_apikey),
       (SELECT count(*) FROM govern_credentialsecret)
"""
_log = logging.getLogger("govern.gateway")


class SnapshotWatcher:
    """Holds the current snapshot and replaces it as soon as something changes."""

    def __init__(self, conninfo: str, loader: SnapshotLoader) -> None:
        self._conninfo = conninfo
        self._loader = loader
        self._task: asyncio.Task[None] | None = None
        self._mark: tuple[Any, ...] | None = None
        self._confirmed_at = 0.0
        self._snapshot: Snapshot | None = None
        self.first = asyncio.Event()
        """Set once the first attempt to learn what is in force has ended, whatever came of it."""

    @property
    def current(self) -> Snapshot | None:
        """What is in force, or None if nothing is or if that is not known any more."""
        return self._snapshot if time.monotonic() - self._confirmed_at < STALE_AFTER_S else None

    async def start(self) -> None:
        """Begins to watch; returns after the first attempt, which compiles what is in force."""
        self._task = asyncio.create_task(self._watch(), name="snapshot watcher")
        await self.first.wait()

    async def stop(self) -> None:
        """Stops watching."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            try:
                async with await AsyncConnection.connect(
                    self._conninfo, autocommit=True, connect_timeout=5
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    while True:
                        await self._refresh(connection)
                        async for _ in connection.notifies(timeout=POLL_S, stop_after=1):
                            self._mark = None
            except TamperedRevision as error:
                self._snapshot = None
                _log.critical("Nothing is served: %s", error)
            except (psycopg.Error, OSError, TimeoutError) as error:
                _log.warning("The snapshot cannot be read (%s); trying again.", type(error).__name__)
            except Exception:
                # A revision that does not compile: what was in force before must not go on as if nothing had happened.
                self._snapshot = None
                _log.exception("Nothing is served: the revision in force cannot be compiled.")
            self.first.set()
            await asyncio.sleep(_RETRY_S)

    async def _refresh(self, connection: AsyncConnection[Any]) -> None:
        cursor = await connection.execute(_MARK)
        mark = await cursor.fetchone()
        if mark != self._mark or self._loader.is_outdated():
            self._snapshot = await self._loader.load(connection)
            self._mark = mark
        self._confirmed_at = time.monotonic()
        self.first.set()
