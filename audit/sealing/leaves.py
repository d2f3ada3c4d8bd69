"""An event's canonical bytes: its row as PostgreSQL writes it in binary COPY, `COLUMNS` in their order.

A field count in two bytes, then for each field its length in four (-1: NULL) and its value: big-endian numbers, 16 bytes of a UUID,
microseconds since 2000 for a time, UTF-8 for texts and for the JSON document as it was stored.
https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS-BINARY
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from audit.sealing.tree import leaf_hash
from audit.trail.rows import COLUMNS as WRITTEN

COLUMNS = ("seq", *WRITTEN, "xid")
LAST_SEQ = 2**63 - 1
_HEADER_BYTES = 19
_TRAILER = b"\xff\xff"


class Leaf(NamedTuple):
    """seq: the event's number; xid: its transaction; hash: its leaf's."""

    seq: int
    xid: int
    hash: bytes


def leaves(
    cursor: Any, *, seq_from: int, xid_from: int, xid_to: int, seq_to: int = LAST_SEQ, limit: int | None = None
) -> Iterator[Leaf]:
    """The events with seq_from < `seq` <= seq_to and xid_from <= `xid` < xid_to as leaves, in the order of the tree.

    cursor: one of psycopg's, or of Django's.
    """
    for row in rows(cursor, seq_from=seq_from, xid_from=xid_from, xid_to=xid_to, seq_to=seq_to, limit=limit):
        yield Leaf(int.from_bytes(row[6:14]), int.from_bytes(row[-8:]), leaf_hash(row))


def rows(
    cursor: Any, *, seq_from: int, xid_from: int, xid_to: int, seq_to: int = LAST_SEQ, limit: int | None = None
) -> Iterator[bytes]:
    """The canonical bytes of these events."""
    query = (
        f"SELECT {', '.join(COLUMNS)} FROM audit_event WHERE seq > {int(seq_from)} AND seq <= {int(seq_to)}"
        f" AND xid >= '{int(xid_from)}' AND xid < '{int(xid_to)}' ORDER BY xid, seq{f' LIMIT {int(limit)}' if limit else ''}"
    )
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)") as copy:
        begun = False
        for message in copy:
            row = bytes(message)
            if not begun:
                row, begun = row[_HEADER_BYTES:], True
            if row and row != _TRAILER:
                yield row
