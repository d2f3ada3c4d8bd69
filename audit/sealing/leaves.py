"""An event as a leaf of the tree: what its caller may see, and a digest of the rest.

Both are the event's row as PostgreSQL writes it in binary COPY: a field count in two bytes, then for each field its length in four
(-1: NULL) and its value: big-endian numbers, 16 bytes of a UUID, microseconds since 2000 for a time, UTF-8 for texts and for the JSON
document as it was stored. https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS-BINARY

`SHOWN` comes first. What follows it enters the leaf as its SHA-256, so that a receipt proves what was answered and tells nothing else. Who
has a receipt cannot find the rest by guessing: it holds the prompt's keyed digest, or a salt (`govern/gateway/records.py`).
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from struct import Struct
from typing import Any, NamedTuple

from audit.sealing.tree import leaf_hash

SHOWN = ("seq", "id", "at", "type", "call_id", "application", "status", "answer_digest")
COLUMNS = (
    *SHOWN, "team", "key", "actor", "model", "code", "verdict", "cost_nano_usd", "revision", "body", "instance", "xid",
)  # fmt: skip
LAST_SEQ = 2**63 - 1
_HEADER_BYTES = 19
_TRAILER = b"\xff\xff"
_LENGTH = Struct(">i").unpack_from
_FIXED_BYTES = 2 + (4 + 8) + (4 + 16) + (4 + 8)
"""The count, and the fields `seq`, `id` and `at`, which no event is without."""
_OTHERS = range(len(SHOWN) - 3)


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
        yield Leaf(int.from_bytes(row[6:14]), int.from_bytes(row[-8:]), event_hash(row))


def event_hash(row: bytes) -> bytes:
    """The hash of an event's leaf."""
    shown, rest = parted(row)
    return leaf_hash(shown + sha256(rest).digest())


def parted(row: bytes) -> tuple[bytes, bytes]:
    """What of an event its caller may see, and the rest."""
    place = _FIXED_BYTES
    for _ in _OTHERS:
        (length,) = _LENGTH(row, place)
        place += 4 + length if length > 0 else 4
    return row[:place], row[place:]


def rows(
    cursor: Any, *, seq_from: int, xid_from: int, xid_to: int, seq_to: int = LAST_SEQ, limit: int | None = None
) -> Iterator[bytes]:
    """The canonical bytes of these events."""
    query = (
        f"SELECT {', '.join(COLUMNS)} FROM audit_event WHERE seq > {int(seq_from)} AND seq <= {int(seq_to)}"
        f" AND xid >= '{int(xid_from)}' AND xid < '{int(xid_to)}' ORDER BY xid, seq{f' LIMIT {int(limit)}' if limit else ''}"
    )
    yield from copied(cursor, query)


def copied(cursor: Any, query: str, parameters: Sequence[Any] = ()) -> Iterator[bytes]:
    """The rows of a query in binary COPY form, each without the header and the trailer of the whole."""
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", parameters or None) as copy:
        begun = False
        for message in copy:
            row = bytes(message)
            if not begun:
                row, begun = row[_HEADER_BYTES:], True
            if row and row != _TRAILER:
                yield row
