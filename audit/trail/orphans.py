"""Calls that were never finished: an intent without an outcome is closed as `outcome_unknown`.

There are two kinds. A process died: its instance's advisory lock is free (`audit.trail.instances`), so nothing of it can
still be committed, and all its unfinished calls are closed. Or a process lives, but lost its database when it would have
written an outcome: its calls are closed once they are older than any call can be.

Instances are swept in turn, from where the last sweep ended, and each call is closed in a transaction of its own. Whoever
crashes in between is followed by the next run.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from secrets import token_hex
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from audit.trail.events import INTENT, OUTCOME
from audit.trail.identifiers import uuid7
from audit.trail.instances import LOCK_CLASS

OUTCOME_UNKNOWN = "outcome_unknown"

LONGEST_CALL_MINUTES = 16
"""No call is younger than it seems by more than this: gateways end a call after ten minutes, a clock that is five minutes off writes no
event, and a commit takes seconds. What a living process lost is closed, and its reservation settled, at this age."""

OnClose = Callable[[CursorWrapper, uuid.UUID, dict[str, Any]], int | None]
"""Settles the reservation of a call (its id, its intent's body) in the transaction that closes it. Returns the cost in
nano-dollars to record, or None."""

_SWEEP_LOCK_CLASS = 0x61737770  # "aswp": one sweeper an instance; the second key is the instance's number

_UNSETTLED = "SELECT number FROM audit_instance WHERE settled_at IS NULL ORDER BY number"
_LOCK = "SELECT pg_try_advisory_lock(%s, %s::int)"
_UNLOCK = "SELECT pg_advisory_unlock(%s, %s::int)"
_MARK_CLOSED = "UPDATE audit_instance SET closed_at = clock_timestamp() WHERE number = %s AND closed_at IS NULL"
_MARK_SETTLED = "UPDATE audit_instance SET settled_at = clock_timestamp() WHERE number = %s"
_MARK_SWEPT = "UPDATE audit_instance SET swept_to = %s WHERE number = %s"

# Where a sweep begins: a process' clock may be behind the database's, so its first calls may seem older than it is.
_SPAN = f"""
SELECT coalesce(swept_to, started_at - interval '1 hour'), clock_timestamp() - interval '{LONGEST_CALL_MINUTES} minutes'
FROM audit_instance WHERE number = %s AND settled_at IS NULL
"""
_UNFINISHED = f"""
SELECT i.seq, i.at, i.call_id, i.body::text
FROM audit_event i
WHERE i.type = '{INTENT}' AND i.instance = %(number)s AND i.at >= %(since)s AND i.at < coalesce(%(until)s, 'infinity'::timestamptz)
  AND NOT EXISTS (
    SELECT FROM audit_event o WHERE o.call_id = i.call_id AND o.type = '{OUTCOME}' AND o.at >= %(since)s)
ORDER BY i.seq
"""
_CLOSE = """
INSERT INTO audit_event
    (id, at, type, call_id, application, team, key, actor, model, code, cost_nano_usd, revision, body, instance)
SELECT %s, clock_timestamp(), %s, call_id, application, team, key, actor, model, %s, %s, revision, %s, instance
FROM audit_event WHERE seq = %s AND at = %s
"""


def close_orphans(*, on_close: OnClose | None = None) -> int:
    """Close the calls that will never be finished. Returns how many.

    Idempotent, and safe when several run at once: a lock on each instance is held while it is swept, and whoever does
    not get it goes on to the next. Must not be called inside a transaction.
    """
    closed = 0
    with connection.cursor() as cursor:
        cursor.execute(_UNSETTLED)
        for (number,) in cursor.fetchall():
            if _first(cursor, _LOCK, _SWEEP_LOCK_CLASS, number):
                try:
                    closed += _sweep(cursor, number, on_close)
                finally:
                    cursor.execute(_UNLOCK, [_SWEEP_LOCK_CLASS, number])
    return closed


def _sweep(cursor: CursorWrapper, number: int, on_close: OnClose | None) -> int:
    gone = _first(cursor, _LOCK, LOCK_CLASS, number)
    try:
        if gone:
            # First, so that its process cannot continue the number while its calls are being closed.
            cursor.execute(_MARK_CLOSED, [number])
        cursor.execute(_SPAN, [number])
        span = cursor.fetchone()
        if span is None:  # settled by another since we looked
            return 0
        since, until = span
        closed = _close_unfinished(cursor, number, since, None if gone else until, on_close)
        if gone:
            cursor.execute(_MARK_SETTLED, [number])
        else:
            cursor.execute(_MARK_SWEPT, [until, number])
        return closed
    finally:
        if gone:
            cursor.execute(_UNLOCK, [LOCK_CLASS, number])


def _close_unfinished(
    cursor: CursorWrapper, number: int, since: datetime, until: datetime | None, on_close: OnClose | None
) -> int:
    cursor.execute(_UNFINISHED, {"number": number, "since": since, "until": until})
    unfinished = cursor.fetchall()
    for seq, at, call_id, body in unfinished:
        with transaction.atomic():
            cost_nano_usd = on_close(cursor, call_id, msgspec.json.decode(body)) if on_close else None
            outcome = msgspec.json.encode({"code": OUTCOME_UNKNOWN, "salt": token_hex(16)}).decode()
            cursor.execute(
                _CLOSE, [uuid.UUID(bytes=uuid7()), OUTCOME, OUTCOME_UNKNOWN, cost_nano_usd, outcome, seq, at]
            )
    return len(unfinished)


def _first(cursor: CursorWrapper, query: str, *parameters: int) -> Any:
    cursor.execute(query, parameters)
    row = cursor.fetchone()
    return row[0] if row else None
