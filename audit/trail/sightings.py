"""Sightings of violations: they open a case or join the day's case, in the transaction that records the call.

A case's identifier follows from its fingerprint (application, guard, rule, UTC day), so that it is known before it is
stored and processes that see the same thing at once meet in the same row.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from psycopg import AsyncConnection

from audit.trail.rows import storable_text

_NAMESPACE = uuid.UUID("6f0f6e7a-1c52-5d0e-9d0b-0f1d6f6b7a11")
_SEPARATOR = "\x1f"
_DAY_US = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SEVERITIES = ("low", "medium", "high", "critical")
DUE_AFTER_HOURS = {"low": 14 * 24, "medium": 7 * 24, "high": 24, "critical": 4}


class Sighting(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One call in which a guard saw something at or above its policy's threshold. Carries words, never matched text."""

    application: str
    team: str
    guard: str
    rule: str
    severity: str
    at_us: int
    call_id: bytes
    revision: int | None

    @property
    def violation_id(self) -> uuid.UUID:
        """The case that this sighting belongs to."""
        return violation_id(application=self.application, guard=self.guard, rule=self.rule, at_us=self.at_us)


class Joined(msgspec.Struct, frozen=True, gc=False):
    """What sightings did to one case: `opened` it, `reopened` it after it had been resolved, or just counted."""

    id: uuid.UUID
    sighting: Sighting
    opened: bool
    reopened: bool


def violation_id(*, application: str, guard: str, rule: str, at_us: int) -> uuid.UUID:
    """The identifier of the case for a fingerprint; `at_us` is any time of its UTC day, in microseconds since 1970."""
    day = (_EPOCH + timedelta(days=at_us // _DAY_US)).date().isoformat()
    return uuid.uuid5(_NAMESPACE, _SEPARATOR.join((application, guard, rule, day)))


JOIN = """
WITH recent AS (
    INSERT INTO audit_recent_sighting (violation_id, call_id, application, severity, at, revision)
    SELECT seen.* FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::int[])
        AS seen (violation, call, application, severity, at, revision)
    WHERE seen.at > now() - interval '2 days'
)
INSERT INTO audit_violation AS v (id, application, team, guard, rule, revision, severity, state, count,
    first_at, last_at, first_call_id, last_call_id, due_at, assignee, reopened_at)
SELECT s.id, s.application, s.team, s.guard, s.rule, s.revision, s.severity, 'new', s.count,
    s.first_at, s.last_at, s.first_call_id, s.last_call_id, s.due_at, '', NULL
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::text[], %s::int[],
    %s::timestamptz[], %s::timestamptz[], %s::uuid[], %s::uuid[], %s::timestamptz[])
    AS s (id, application, team, guard, rule, revision, severity, count,
          first_at, last_at, first_call_id, last_call_id, due_at)
ORDER BY s.id
ON CONFLICT (id) DO UPDATE SET
    count = v.count + EXCLUDED.count,
    first_at = LEAST(v.first_at, EXCLUDED.first_at),
    last_at = GREATEST(v.last_at, EXCLUDED.last_at),
    last_call_id = CASE WHEN EXCLUDED.last_at >= v.last_at THEN EXCLUDED.last_call_id ELSE v.last_call_id END,
    revision = CASE WHEN EXCLUDED.last_at >= v.last_at THEN EXCLUDED.revision ELSE v.revision END,
    severity = CASE WHEN array_position(%s::text[], EXCLUDED.severity) > array_position(%s::text[], v.severity)
        THEN EXCLUDED.severity ELSE v.severity END,
    due_at = CASE WHEN v.state = 'resolved' THEN EXCLUDED.due_at ELSE LEAST(v.due_at, EXCLUDED.due_at) END,
    reopened_at = CASE WHEN v.state = 'resolved' THEN EXCLUDED.last_at ELSE v.reopened_at END,
    state = CASE WHEN v.state = 'resolved' THEN 'new' ELSE v.state END
RETURNING v.id, v.xmax = 0, v.reopened_at
"""


async def join_violations(connection: AsyncConnection[Any], sightings: Sequence[Sighting]) -> list[Joined]:
    """Open or join the sightings' cases in the connection's transaction, one statement in order of id.

    A case that was resolved becomes new again; one closed as a false positive or an accepted risk stays closed and
    counts. Severity only rises. Raises `psycopg.Error`.
    """
    cursor = await connection.execute(JOIN, join_parameters(sightings))
    return joined_cases(sightings, await cursor.fetchall())


def join_parameters(sightings: Sequence[Sighting]) -> list[Any]:
    """The parameters of `JOIN` for these sightings."""
    recent = [
        (
            seen.violation_id,
            uuid.UUID(bytes=seen.call_id),
            storable_text(seen.application),
            seen.severity,
            _time(seen.at_us),
            seen.revision,
        )
        for seen in sightings
    ]
    rows = [_row(case, seen) for case, seen in sorted(_by_case(sightings).items())]
    ranks = list(SEVERITIES)
    return [*map(list, zip(*recent, strict=True)), *map(list, zip(*rows, strict=True)), ranks, ranks]


def joined_cases(
    sightings: Sequence[Sighting], rows: Sequence[tuple[uuid.UUID, bool, datetime | None]]
) -> list[Joined]:
    """What the rows that `JOIN` gave back say of these sightings."""
    cases = _by_case(sightings)
    joined = []
    for case, opened, reopened_at in rows:
        last = max(cases[case], key=_at_us)
        reopened = not opened and reopened_at == _time(last.at_us)
        joined.append(Joined(case, last, opened, reopened))
    return joined


def _by_case(sightings: Sequence[Sighting]) -> dict[uuid.UUID, list[Sighting]]:
    cases: dict[uuid.UUID, list[Sighting]] = {}
    for sighting in sightings:
        cases.setdefault(sighting.violation_id, []).append(sighting)
    return cases


def _row(case: uuid.UUID, seen: list[Sighting]) -> tuple[Any, ...]:
    first, last = min(seen, key=_at_us), max(seen, key=_at_us)
    severity = max((s.severity for s in seen), key=SEVERITIES.index)
    due_at = _time(first.at_us) + timedelta(hours=DUE_AFTER_HOURS[severity])
    words = map(storable_text, (first.application, first.team, first.guard, first.rule))
    return (
        case, *words, last.revision, severity, len(seen),
        _time(first.at_us), _time(last.at_us), uuid.UUID(bytes=first.call_id), uuid.UUID(bytes=last.call_id), due_at,
    )  # fmt: skip


def _at_us(sighting: Sighting) -> int:
    return sighting.at_us


def _time(at_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at_us)
