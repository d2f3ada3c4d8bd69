"""How far background responses are, in the database. Each runs once at most: only a queued one can be begun, and only by one."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

from audit.payloads.storing import BACKGROUND, CONVERSATION, bury_payloads, erase_payloads

MOST_UNFINISHED = 100
"""Of one application. What waits is stored, so it needs a bound."""
MOST_SECONDS = 960
"""No call lasts longer (`audit.trail.orphans`): what began before has no one who works on it."""

_ROOM = "SELECT count(*) < %s FROM govern_backgroundresponse WHERE application = %s AND finished_at IS NULL"
_ADD = "INSERT INTO govern_backgroundresponse (call_id, application, key_id, state) VALUES (%s, %s, %s, 'queued')"
_BEGIN = """
UPDATE govern_backgroundresponse SET state = 'in_progress', started_at = clock_timestamp(), instance = %s
WHERE call_id = %s AND state = 'queued' AND cancelled_at IS NULL RETURNING application, key_id,
    extract(epoch FROM created_at)::bigint
"""
_END = """
UPDATE govern_backgroundresponse SET state = %s, finished_at = clock_timestamp() WHERE call_id = %s AND state = 'in_progress'
"""
_FIND = """
SELECT state, extract(epoch FROM created_at)::bigint, cancelled_at IS NOT NULL
FROM govern_backgroundresponse WHERE call_id = %s AND application = %s
"""
_CANCEL = """
UPDATE govern_backgroundresponse SET cancelled_at = clock_timestamp(),
    state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
    finished_at = CASE WHEN state = 'queued' THEN clock_timestamp() END
WHERE call_id = %s AND application = %s AND finished_at IS NULL
"""
_FORGET = "DELETE FROM govern_backgroundresponse WHERE call_id = %s AND application = %s"
_WAITING_FOR = "SELECT application FROM govern_backgroundresponse WHERE call_id = %s AND state = 'queued'"
_FIND_ALL = """
SELECT call_id, state, extract(epoch FROM created_at)::bigint, cancelled_at IS NOT NULL
FROM govern_backgroundresponse WHERE call_id = ANY(%s)
"""


class Progress(NamedTuple):
    """How far one response is."""

    state: str
    created_s: int
    cancelled: bool


def _id(call_id: str) -> UUID:
    return UUID(call_id)


async def add(connection: AsyncConnection[Any], call_id: str, application: str, key_id: str) -> bool:
    """Queues a response, unless too many of the application are unfinished."""
    cursor = await connection.execute(_ROOM, [MOST_UNFINISHED, application])
    room = await cursor.fetchone()
    if room is None or not room[0]:
        return False
    await connection.execute(_ADD, [_id(call_id), application, key_id])
    return True


async def waiting_for(connection: AsyncConnection[Any], call_id: str) -> str | None:
    """The application of a queued response; None of one that is not to be run any more."""
    cursor = await connection.execute(_WAITING_FOR, [_id(call_id)])
    row = await cursor.fetchone()
    return row[0] if row else None


async def begin(connection: AsyncConnection[Any], call_id: str, instance: int) -> tuple[str, str, int] | None:
    """Takes a queued response for this process. Its application, the id of its key and when it was asked for, in seconds.

    None if it is not to be run any more.
    """
    cursor = await connection.execute(_BEGIN, [instance, _id(call_id)])
    return await cursor.fetchone()


async def end(connection: AsyncConnection[Any], call_id: str, state: str) -> None:
    """Notes how it ended. Nothing changes where somebody else did."""
    await connection.execute(_END, [state, _id(call_id)])


async def find(connection: AsyncConnection[Any], call_id: str, application: str) -> Progress | None:
    """How far an application's response is."""
    cursor = await connection.execute(_FIND, [_id(call_id), application])
    row = await cursor.fetchone()
    return Progress(*row) if row else None


async def cancel(connection: AsyncConnection[Any], call_id: str, application: str) -> None:
    """Cancels one that is queued, and asks whoever runs it to stop. One that has ended stays as it is."""
    await connection.execute(_CANCEL, [_id(call_id), application])


async def find_all(connection: AsyncConnection[Any], call_ids: Sequence[str]) -> dict[str, Progress]:
    """How far responses are, by their ids, for whoever has found them before."""
    cursor = await connection.execute(_FIND_ALL, [list(map(_id, call_ids))])
    return {call_id.hex: Progress(*row) for call_id, *row in await cursor.fetchall()}


async def discard(connection: AsyncConnection[Any], call_id: str, application: str) -> bool:
    """Removes one, and the keys of all that is kept of it. Whether there was anything.

    Whoever runs it finds that it is gone, and stops; whatever becomes of them, nothing of it can be kept any more.
    """
    cursor = await connection.execute(_FORGET, [_id(call_id), application])
    known, call, purposes = cursor.rowcount > 0, bytes.fromhex(call_id), (CONVERSATION, BACKGROUND)
    if known:
        await bury_payloads(connection, call_id=call, application=application, purposes=purposes)
        return True
    return await erase_payloads(connection, call_id=call, application=application, purposes=purposes) > 0
