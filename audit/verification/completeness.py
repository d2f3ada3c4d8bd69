"""Is the trail complete: every call has one intent and one outcome."""

import uuid
from collections.abc import Iterable

import msgspec
from django.db import connection

from audit.trail.events import INTENT, OUTCOME
from audit.trail.instances import LOCK_CLASS
from audit.trail.orphans import LONGEST_CALL_MINUTES


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """What the trail holds.

    orphans: calls with an intent and no outcome whose process is gone or that are older than any call can be, and calls with an outcome
        and no intent.
    in_flight: calls with an intent and no outcome whose process lives: no fault, the gateway is working on them.
    in_flight_oldest_s: the age of the oldest of these in seconds, or None without any.
    first_fault: a sentence about the earliest call that is not as it should be, or None.
    """

    intents: int
    outcomes: int
    orphans: int
    in_flight: int
    in_flight_oldest_s: int | None
    first_fault: str | None

    @property
    def ok(self) -> bool:
        return self.first_fault is None


# A process is taken for alive if it held its lock before the trail was read or after: one that comes or goes meanwhile
# is not taken for dead.
_LIVE = """
SELECT objid::bigint FROM pg_locks
WHERE locktype = 'advisory' AND classid = %(lock_class)s AND objsubid = 2 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_SUMMARY = f"""
WITH calls AS MATERIALIZED (
    SELECT call_id,
        count(*) FILTER (WHERE type = '{INTENT}') AS intents,
        count(*) FILTER (WHERE type = '{OUTCOME}') AS outcomes,
        min(instance) FILTER (WHERE type = '{INTENT}') AS instance,
        min(at) AS began_at,
        min(seq) AS first_seq
    FROM audit_event
    WHERE type IN ('{INTENT}', '{OUTCOME}')
    GROUP BY call_id
), faults AS MATERIALIZED (
    SELECT *, outcomes = 0 AND intents = 1 AND began_at > clock_timestamp() - interval '{LONGEST_CALL_MINUTES} minutes'
        AND (instance = ANY (%(live_before)s) OR instance = ANY (ARRAY({_LIVE}))) IS TRUE AS in_flight
    FROM calls WHERE (intents <> 1 OR outcomes <> 1 OR call_id IS NULL) AND (call_id = ANY (%(elsewhere)s::uuid[])) IS NOT TRUE
)
SELECT
    (SELECT coalesce(sum(intents), 0) FROM calls),
    (SELECT coalesce(sum(outcomes), 0) FROM calls),
    (SELECT count(*) FROM faults WHERE (intents = 0 OR outcomes = 0) AND NOT in_flight),
    (SELECT count(*) FROM faults WHERE in_flight),
    (SELECT extract(epoch FROM clock_timestamp() - min(began_at))::int FROM faults WHERE in_flight),
    first.call_id, first.intents, first.outcomes, first.first_seq
FROM (SELECT) one LEFT JOIN LATERAL (
    SELECT * FROM faults WHERE NOT in_flight ORDER BY first_seq LIMIT 1
) first ON true
"""


def check_completeness(elsewhere: Iterable[uuid.UUID] = ()) -> Completeness:
    """Count intents and outcomes and pair them by call, in one pass over the trail.

    elsewhere: calls of which a part was in a month that was dropped.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LIVE, {"lock_class": LOCK_CLASS})
        live_before = [number for (number,) in cursor.fetchall()]
        cursor.execute(_SUMMARY, {"lock_class": LOCK_CLASS, "live_before": live_before, "elsewhere": list(elsewhere)})
        intents, outcomes, orphans, in_flight, oldest_s, *first = cursor.fetchone()
    return Completeness(
        intents=int(intents),
        outcomes=int(outcomes),
        orphans=orphans,
        in_flight=in_flight,
        in_flight_oldest_s=None if oldest_s is None else max(0, oldest_s),
        first_fault=_fault(*first),
    )


def _fault(call_id: uuid.UUID | None, intents: int | None, outcomes: int | None, seq: int | None) -> str | None:
    if intents is None:
        return None
    if call_id is None:
        return f"event {seq} names no call"
    if outcomes == 0:
        return f"call {call_id} has no outcome"
    if intents == 0:
        return f"call {call_id} has no intent"
    return f"call {call_id} has {intents} intents and {outcomes} outcomes"
