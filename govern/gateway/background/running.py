"""Background responses on the worker, in the loop of its own gateway: who runs, who waits, and what becomes of what nobody runs.

The call is made by whoever takes the response from `queued`, once. A worker that dies leaves it in progress with its number; when the
trail closes that number's calls (`audit.trail.orphans`), the response is closed, too, and never run again.
"""

import asyncio
import contextlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection as database

from audit.payloads.storing import CONVERSATION
from audit.trail.entries import AuditUnavailable
from govern.gateway.background import states
from govern.gateway.background.asking import NotTold, tell_worker
from govern.gateway.background.run import run
from govern.gateway.background.seats import Seats
from govern.gateway.process.runtime import gateway_in_background

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

STOP_WITHIN_S = 20.0


class BackgroundRuns:
    """What one worker runs, and what waits in it for a seat."""

    def __init__(self, gateway: "Gateway", seats: Seats) -> None:
        self._gateway = gateway
        self._seats = seats
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, call_id: str) -> None:
        """Runs a response once it has a seat. One that waits here is told of again, and still waits once."""
        if call_id not in self._tasks:
            task = self._tasks[call_id] = asyncio.create_task(self._run(call_id))
            task.add_done_callback(lambda _: self._tasks.pop(call_id, None))

    async def stop(self) -> None:
        """Ends what runs. What waits stays queued."""
        for task in list(self._tasks.values()):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=STOP_WITHIN_S)

    async def _run(self, call_id: str) -> None:
        with contextlib.suppress(AuditUnavailable):  # it stays as it is, and is told of again or closed later
            async with self._gateway.conversations.connection() as connection:
                application = await states.waiting_for(connection, call_id)
            if application is not None:
                async with self._seats.taken(application):
                    await run(self._gateway, call_id)


_runs: BackgroundRuns | None = None


def run_in_background(call_id: str) -> None:
    """Has the worker's gateway run a response, and returns at once."""
    gateway = gateway_in_background()
    asyncio.run_coroutine_threadsafe(_begin(gateway, call_id), gateway.loop).result()


async def _begin(gateway: "Gateway", call_id: str) -> None:
    global _runs
    if _runs is None:
        seats = Seats(settings.GOVERN_BACKGROUND_SEATS, settings.GOVERN_BACKGROUND_SHARE)
        _runs = BackgroundRuns(gateway, seats)
    await _runs.begin(call_id)


def stop_running() -> None:
    """Ends what runs, so that each is settled and told as failed before the worker stops."""
    if _runs is not None:
        gateway = gateway_in_background()
        asyncio.run_coroutine_threadsafe(_runs.stop(), gateway.loop).result(timeout=STOP_WITHIN_S + 5)


_ABANDONED = f"""
UPDATE govern_backgroundresponse b SET finished_at = clock_timestamp(), state = CASE
    WHEN EXISTS (SELECT FROM audit_payload p WHERE p.call_id = b.call_id AND p.purpose = '{CONVERSATION}') THEN 'completed'
    WHEN b.cancelled_at IS NOT NULL THEN 'cancelled' ELSE 'failed' END
WHERE b.finished_at IS NULL AND b.state = 'in_progress' AND (
    EXISTS (SELECT FROM audit_instance i WHERE i.number = b.instance AND i.closed_at IS NOT NULL)
    OR b.started_at < clock_timestamp() - interval '{states.MOST_SECONDS} seconds')
"""
_WAITING = """
SELECT replace(call_id::text, '-', '') FROM govern_backgroundresponse
WHERE finished_at IS NULL AND state = 'queued' AND created_at < clock_timestamp() - interval '30 seconds' ORDER BY random() LIMIT 500
"""


def resume_background() -> int:
    """Closes what dead workers left in progress, and tells a worker of what got lost in the queue. Returns how many were told."""
    with database.cursor() as cursor:
        cursor.execute(_ABANDONED)
        cursor.execute(_WAITING)
        waiting = [call_id for (call_id,) in cursor.fetchall()]
    told = 0
    with contextlib.suppress(NotTold):  # the others would not be told either
        for call_id in waiting:
            tell_worker(call_id)
            told += 1
    return told
