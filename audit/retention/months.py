"""The months of the trail: what each holds, as its archive and its statement need it."""

import re
import uuid
from datetime import UTC, date, datetime

import msgspec
from django.db import connection

from audit.trail.events import INTENT, OUTCOME

_MONTH = re.compile(r"audit_event_(\d{4})_(\d{2})")

_PARTITIONS = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'public.audit_event'::regclass ORDER BY c.relname
"""
_RUNS = """
SELECT min(seq), max(seq) FROM (SELECT seq, seq - row_number() OVER (ORDER BY seq) AS run FROM audit_event WHERE {within}) numbered
GROUP BY run ORDER BY 1
"""
_UNPAIRED = f"""
SELECT call_id FROM audit_event WHERE {{within}} AND type IN ('{INTENT}', '{OUTCOME}') AND call_id IS NOT NULL
GROUP BY call_id HAVING count(*) <> 2 ORDER BY call_id
"""


class Month(msgspec.Struct, frozen=True):
    """A partition of the trail."""

    partition: str
    begins: date

    @property
    def name(self) -> str:
        return f"{self.begins:%Y-%m}"

    @property
    def within(self) -> str:
        """The SQL condition of its events; partitions are read through the trail alone."""
        return f"at >= '{self.begins:%Y-%m-%d} 00:00+00' AND at < '{self.ends:%Y-%m-%d} 00:00+00'"

    @property
    def ends(self) -> datetime:
        """The first moment that is no longer of it."""
        return datetime(self.begins.year + self.begins.month // 12, self.begins.month % 12 + 1, 1, tzinfo=UTC)


def months() -> list[Month]:
    """Every month that the trail has a partition of, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS)
        named = [(name, _MONTH.fullmatch(name)) for (name,) in cursor.fetchall()]
    return [Month(name, date(int(found[1]), int(found[2]), 1)) for name, found in named if found]


def numbers_of(month: Month) -> tuple[tuple[int, int], ...]:
    """The numbers of its events as runs: first and last of each."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNS.format(within=month.within))
        return tuple(cursor.fetchall())


def unpaired_of(month: Month) -> tuple[uuid.UUID, ...]:
    """Calls that began or ended in another month."""
    with connection.cursor() as cursor:
        cursor.execute(_UNPAIRED.format(within=month.within))
        return tuple(call_id for (call_id,) in cursor.fetchall())
