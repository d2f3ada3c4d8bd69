"""The rows of an export in the order of the tree, each with its place there: what was sealed, as it was sealed, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection

from audit.exports.asked import Asked, conditions_of
from audit.models.checkpoint import Checkpoint
from audit.sealing.leaves import COLUMNS, copied, event_hash
from audit.sealing.sealer import LEAF_BYTES

GROUP_LEAVES = 40_000
"""Leaves that are read together, about: checkpoints are taken whole, and where groups part depends on the trail alone."""


class NotAsSealed(Exception):
    """A row of the trail is not what was sealed; nothing of it is exported."""


class SealedRow(NamedTuple):
    """place: of its leaf in the tree. leaf: its hash. row: the event's canonical bytes."""

    place: int
    leaf: bytes
    row: bytes


class Group(NamedTuple):
    """Neighbouring checkpoints. number: the last one's. first, size: the leaves that they add."""

    number: int
    first: int
    size: int


def groups(asked: Asked, until: Checkpoint, *, after: int = 0) -> Iterator[Group]:
    """Groups behind checkpoint number `after` that could hold rows, up to checkpoint `until`."""
    lowest, highest = _transactions(asked, until)
    if lowest is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(number), min(first), max(size) FROM audit_checkpoint WHERE number > %s AND number <= %s"
            " GROUP BY first / %s, seq_from HAVING min(xid_from::text::bigint) <= %s AND max(xid_to::text::bigint) > %s"
            " AND max(size) > min(first) ORDER BY 1",
            [after, until.number, GROUP_LEAVES, highest, lowest],
        )
        found = cursor.fetchall()
    yield from (Group(*group) for group in found)


@contextmanager
def reader() -> Iterator[Any]:
    """A connection of its own for rows that stream: on theirs nothing else can be asked meanwhile."""
    own = connection.copy()
    try:
        yield own
    finally:
        own.close()


def rows_of(asked: Asked, group: Group, reading: Any) -> Iterator[SealedRow]:
    """The group's rows that fit, in order, over the connection `reading`. Raises `NotAsSealed`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(leaves, ''::bytea ORDER BY number), min(xid_from::text::bigint), max(xid_to::text::bigint), min(seq_from),"
            " max(last_seq) FROM audit_checkpoint WHERE number <= %s AND size > %s AND first < %s",
            [group.number, group.first, group.size],
        )
        joined, xid_from, xid_to, seq_from, last_seq = cursor.fetchone()
    kept = bytes(joined)
    with reading.cursor() as cursor:
        condition, parameters = conditions_of(asked)
        query = (
            f"SELECT {', '.join(COLUMNS)} FROM audit_event WHERE seq > %s AND seq <= %s"
            f" AND xid >= %s::text::xid8 AND xid < %s::text::xid8 AND {condition} ORDER BY xid, seq"
        )
        at = 0
        for row in copied(cursor, query, [seq_from, last_seq, str(xid_from), str(xid_to), *parameters]):
            number = row[6:14]
            while kept[at : at + 8] != number:
                at += LEAF_BYTES
                if at >= len(kept):
                    raise NotAsSealed(f"event {int.from_bytes(number)} was never sealed where it stands")
            leaf = event_hash(row)
            if leaf != kept[at + 8 : at + LEAF_BYTES]:
                raise NotAsSealed(f"event {int.from_bytes(number)} is not what was sealed")
            yield SealedRow(group.first + at // LEAF_BYTES, leaf, row)
            at += LEAF_BYTES


def _transactions(asked: Asked, until: Checkpoint) -> tuple[Any, Any]:
    """The lowest and the highest transaction of rows that fit, of whichever count; None where none fits."""
    condition, parameters = conditions_of(asked)
    if condition == "true":
        return 0, 2**63 - 1
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(xid)::text::bigint, max(xid)::text::bigint FROM audit_event WHERE seq <= %s AND {condition}",
            [until.last_seq, *parameters],
        )
        lowest, highest = cursor.fetchone()
    return lowest, highest
