"""How random calls are drawn: by a seed that nobody chooses, so that an auditor draws the same calls again.

The seed is SHA-256 of the application, the week and the root of the first checkpoint that was sealed after the week had ended. Every call
of the week that this checkpoint covers gets the rank SHA-256(seed, its id); the lowest ranks are drawn. No order of rows, no clock and no
generator of random numbers takes part, and drawing again changes nothing.
"""

import hashlib
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db import connection

from audit.models import Checkpoint
from audit.trail.events import OUTCOME

AFTER = timedelta(minutes=20)
"""An outcome is recorded at most so long after its call began: a checkpoint that much later has every call of the week."""

_DRAW = """
WITH week AS MATERIALIZED (
    SELECT call_id FROM audit_event
    WHERE type = %(type)s AND application = %(application)s AND at >= %(since)s AND at < %(until)s
      AND seq <= %(last_seq)s AND xid < %(xid_to)s::text::xid8)
SELECT call_id, count(*) OVER () FROM week
ORDER BY sha256(%(seed)s::bytea || convert_to(call_id::text, 'UTF8')) LIMIT %(wanted)s
"""


class Drawn(NamedTuple):
    """The calls in the order of their ranks, of how many, and by what."""

    calls: list[uuid.UUID]
    population: int
    checkpoint: int
    seed: str


def last_week(now: datetime) -> date:
    """The Monday of the last week that has ended."""
    today = now.astimezone(UTC).date()
    return today - timedelta(days=today.weekday() + 7)


def rank(seed: str, call_id: uuid.UUID) -> bytes:
    """The rank of a call under a seed in hexadecimal: the lowest are drawn."""
    return hashlib.sha256(bytes.fromhex(seed) + str(call_id).encode()).digest()


def seed_of(application: str, week: date, root: bytes) -> str:
    """The seed of a week, in hexadecimal."""
    said = "\n".join(("govern/sampling", application, week.isoformat(), root.hex()))
    return hashlib.sha256(said.encode()).hexdigest()


def draw(application: str, week: date, wanted: int) -> Drawn | None:
    """The calls of a week that has ended; None while no checkpoint covers it. Two queries."""
    since = datetime.combine(week, time(), tzinfo=UTC)
    until = since + timedelta(days=7)
    sealed = Checkpoint.objects.filter(at__gte=until + AFTER).order_by("number").first()
    if sealed is None:
        return None
    seed = seed_of(application, week, bytes(sealed.root))
    with connection.cursor() as cursor:
        cursor.execute(
            _DRAW,
            {
                "type": OUTCOME,
                "application": application,
                "since": since,
                "until": until,
                "last_seq": sealed.last_seq,
                "xid_to": sealed.xid_to,
                "seed": bytes.fromhex(seed),
                "wanted": wanted,
            },
        )
        rows = cursor.fetchall()
    return Drawn([call for call, _number in rows], rows[0][1] if rows else 0, sealed.number, seed)
