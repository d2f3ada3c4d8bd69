"""The next events of a stream, in the order in which the seal has them: by transaction, below the oldest that still runs.

Below it nothing can appear any more, so no event that commits late is skipped. A cluster that was restored counts its transactions anew;
what it writes has higher numbers (`seq`) than all that was restored.
"""

import datetime
from typing import NamedTuple

import msgspec
from django.db import connection

from audit.streams.interface import SEVERITIES, Stream, Told
from audit.trail.events import EVENT_TYPES

AT_ONCE = 500
_MOST_RECORD_BYTES = 256 << 10
_OF_TYPES = {"info": "info", "notice": "low", "warning": "medium", "critical": "critical"}
_FIELDS = (
    "id", "at", "type", "call_id", "application", "team", "key", "actor", "model", "status", "code", "verdict", "cost_nano_usd", "revision",
)  # fmt: skip
_READ = f"""
SELECT xid::text::bigint, seq, {", ".join(_FIELDS)},
    CASE WHEN octet_length(body::text) <= {_MOST_RECORD_BYTES} THEN body::text END
FROM audit_event
WHERE (xid, seq) > (%(xid)s::text::xid8, %(seq)s) AND xid < %(horizon)s::text::xid8 AND seq > %(seq_from)s
ORDER BY xid, seq LIMIT %(limit)s
"""


class Position(NamedTuple):
    """After which event it goes on: transaction and number, among those above `seq_from`."""

    xid: int
    seq: int
    seq_from: int


class _Graded(msgspec.Struct):
    severity: str = "none"


class _Record(msgspec.Struct):
    severity: str = "none"
    input_verdict: _Graded | None = None
    output_verdict: _Graded | None = None


def horizon() -> int:
    """The transaction below which every one has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (found,) = cursor.fetchone()
    return int(found)


def events_after(position: Position, *, below: int, limit: int = AT_ONCE) -> list[Told]:
    """The next events of the trail, of any type. Raises `django.db.DatabaseError`."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {**position._asdict(), "horizon": below, "limit": limit})
        return [_told(*row) for row in cursor.fetchall()]


def wanted(stream: Stream, event: Told) -> bool:
    """Whether a stream tells an event."""
    return event.severity >= stream.least and (
        not stream.types
        or any(event.type.startswith(each[:-1]) if each.endswith("*") else event.type == each for each in stream.types)
    )


def _told(xid: int, seq: int, *values: object) -> Told:
    fields: dict[str, object] = dict(zip(_FIELDS, values, strict=False))
    at, type_, body = fields["at"], str(fields["type"]), values[-1]
    assert isinstance(at, datetime.datetime)
    record = str(body).encode("utf-8", "replace") if body is not None else None
    severity = _severity(type_, record)
    at_us = int(at.timestamp()) * 1_000_000 + at.microsecond
    said = {**fields, "seq": seq, "at": at.isoformat(), "severity": SEVERITIES[severity]}
    known = {
        name: str(value) if name in ("id", "call_id") else value for name, value in said.items() if value is not None
    }
    return Told(xid, seq, type_, severity, at_us, known, record)


def _severity(type_: str, record: bytes | None) -> int:
    """The gravest of what its type, its case and what guards saw are graded."""
    registered = EVENT_TYPES.get(type_)
    grades = [_OF_TYPES.get(registered.severity, "info") if registered else "info"]
    try:
        said = msgspec.json.decode(record or b"{}", type=_Record)
        grades += [said.severity, *(each.severity for each in (said.input_verdict, said.output_verdict) if each)]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass  # a record that says it otherwise is graded by its type
    return max(SEVERITIES.index(grade) if grade in SEVERITIES else 0 for grade in grades)
