"""Circuit breakers of several processes: what one opens, the others hear within a second.

Told over PostgreSQL's notifications from a task of its own, so that no call waits for it. While the database is away each process goes by
what it sees itself.
"""

import asyncio
import logging
from collections.abc import Callable

import msgspec
import psycopg
from psycopg import AsyncConnection

CHANNEL = "govern_breakers"
POLL_S = 0.5
MOST_WAITING = 1_000
_RETRY_S = 1.0
_TELL = "SELECT pg_notify(%s, %s)"
_log = logging.getLogger("govern.gateway")


class Opening(msgspec.Struct, frozen=True):
    """A breaker that was opened, and for how long."""

    deployment: str
    seconds: float


class SharedBreakers:
    """The openings of one process on their way to the others, and theirs on their way here."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._waiting: list[Opening] = []
        self._task: asyncio.Task[None] | None = None

    def tell(self, deployment: str, seconds: float) -> None:
        """This process has opened a breaker."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(Opening(deployment, seconds))

    def start(self, heard: Callable[[str, float], None]) -> None:
        """Begins to tell and to listen. `heard`: what another process has opened."""
        self._task = asyncio.create_task(self._share(heard), name="shared breakers")

    async def stop(self) -> None:
        """Says and hears nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _share(self, heard: Callable[[str, float], None]) -> None:
        while True:
            try:
                async with await AsyncConnection.connect(self._conninfo, autocommit=True, connect_timeout=5) as opened:
                    await opened.execute(f"LISTEN {CHANNEL}")
                    while True:
                        await self._tell_waiting(opened)
                        async for notice in opened.notifies(timeout=POLL_S, stop_after=1):
                            if notice.pid != opened.info.backend_pid:
                                _hear(notice.payload, heard)
            except (psycopg.Error, OSError, TimeoutError) as error:
                _log.warning("Circuit breakers are not shared now (%s); trying again.", type(error).__name__)
            await asyncio.sleep(_RETRY_S)

    async def _tell_waiting(self, opened: AsyncConnection) -> None:
        while self._waiting:
            await opened.execute(_TELL, [CHANNEL, msgspec.json.encode(self._waiting[0]).decode()])
            del self._waiting[0]


def _hear(payload: str, heard: Callable[[str, float], None]) -> None:
    try:
        opening = msgspec.json.decode(payload, type=Opening)
    except msgspec.DecodeError:
        return
    heard(opening.deployment, opening.seconds)
