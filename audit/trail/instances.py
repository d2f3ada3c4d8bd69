"""Which processes write the trail, and which of them live.

Each writer has a number (a row of `audit_instance`) and holds a session advisory lock on it while its connection lives.
PostgreSQL releases the lock only when the connection's last transaction is over, so a free lock means that nothing of
that writer can still be committed: its unfinished calls may be closed (`audit.trail.orphans`).
"""

import asyncio
import os
import socket
from typing import Any, NamedTuple

from psycopg import AsyncConnection, Rollback

from audit.trail.inserting import prepare_insert

LOCK_CLASS = 0x61756474  # "audt": the first key of the advisory lock; the second is the instance's number
_CONNECT_TIMEOUT_S = 10
_NUMBERS_TRIED = 100  # a session in a database shell may hold the lock of a number that is not given yet

# Whatever the database's default, an acknowledged event must survive a crash; stricter settings are left alone.
_DURABLE = """
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')
"""


class Session(NamedTuple):
    """What a writer has of the database.

    connection: in autocommit. number: of the instance, whose lock it holds. row_type: for `audit.trail.inserting`.
    """

    connection: AsyncConnection[Any]
    number: int
    row_type: int


async def open_session(conninfo: str, number: int | None) -> Session:
    """A connection that holds the lock of an instance.

    Its number is `number` if that instance can be continued (after a lost connection), else a new one.
    Raises `psycopg.Error`, `OSError` or `TimeoutError`.
    """
    async with asyncio.timeout(_CONNECT_TIMEOUT_S):
        connection: AsyncConnection[Any] = await AsyncConnection.connect(
            conninfo, autocommit=True, application_name="govern audit writer"
        )
        try:
            await connection.execute(_DURABLE)
            await connection.execute("SELECT audit_ensure_partitions(1)")
            if number is None or not await _resume(connection, number):
                number = await _register(connection)
            row_type = await prepare_insert(connection)
        except BaseException:
            await connection.close()
            raise
    return Session(connection, number, row_type)


async def mark_seen(connection: AsyncConnection[Any], number: int) -> None:
    """Note that the instance lives, and make the coming month's partition if it is missing."""
    await connection.execute("UPDATE audit_instance SET seen_at = clock_timestamp() WHERE number = %s", [number])
    await connection.execute("SELECT audit_ensure_partitions(1)")


async def _register(connection: AsyncConnection[Any]) -> int:
    for _ in range(_NUMBERS_TRIED):
        # In one transaction, so that nobody sees the number before it is locked.
        async with connection.transaction() as registering:
            cursor = await connection.execute(
                "INSERT INTO audit_instance (host, pid) VALUES (%s, %s) RETURNING number",
                [socket.gethostname(), os.getpid()],
            )
            (number,) = await cursor.fetchone() or (0,)
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s, %s::int)", [LOCK_CLASS, number])
            (locked,) = await cursor.fetchone() or (False,)
            if locked:
                return int(number)
            raise Rollback(registering)
    raise TimeoutError("somebody holds the locks of the next numbers in the database")


async def _resume(connection: AsyncConnection[Any], number: int) -> bool:
    cursor = await connection.execute("SELECT pg_try_advisory_lock(%s, %s::int)", [LOCK_CLASS, number])
    (locked,) = await cursor.fetchone() or (False,)
    if not locked:
        return False
    cursor = await connection.execute(
        "SELECT EXISTS (SELECT FROM audit_instance WHERE number = %s AND closed_at IS NULL)", [number]
    )
    (open_,) = await cursor.fetchone() or (False,)
    if not open_:
        await connection.execute("SELECT pg_advisory_unlock(%s, %s::int)", [LOCK_CLASS, number])
    return bool(open_)
