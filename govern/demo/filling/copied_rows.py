"""A row that the gateway packed, as a row of COPY in which some places are filled in for each call.

Both forms hold the same fields; a composite value names the type of each and has longer counts before them
(`audit/trail/rows.py`, https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS-BINARY).
"""

from collections.abc import Mapping, Sequence
from struct import Struct

from audit.trail.rows import COLUMNS

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
COPY = f"COPY audit_event ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"

_SHORT, _LENGTH, _MICROSECONDS = Struct(">h"), Struct(">i"), Struct(">q")
_ID_AT = 4 + 4 + 8
"""Where a packed row has its id: behind its length, the number of its fields, and the type and length of the first."""
_TIME_COLUMN = COLUMNS.index("at")
_POSTGRES_EPOCH_US = 946_684_800_000_000


def time_bytes(at_us: int) -> bytes:
    """A time as a row holds it; at_us: microseconds since 1970."""
    return _MICROSECONDS.pack(at_us - _POSTGRES_EPOCH_US)


def with_id(packed: bytes, event: bytes) -> bytes:
    """A packed row under another id."""
    return packed[:_ID_AT] + event + packed[_ID_AT + len(event) :]


def copied(packed: bytes) -> bytes:
    """The row for COPY."""
    return b"".join((_SHORT.pack(len(COLUMNS)), *_fields(packed)))


class RowPattern:
    """A row with places to fill in. `AT` is the place of its time; the others are marks that stand in the packed row."""

    AT = "at"

    def __init__(self, packed: bytes, marks: Mapping[str, bytes], order: Sequence[str]) -> None:
        """marks: place → what stands there in `packed`. order: the places as `filled` is given their values."""
        head = 2 + sum(len(field) for field in _fields(packed)[:_TIME_COLUMN])
        row = copied(packed)
        found = [(head + 4, 8, self.AT)]
        for place, mark in marks.items():
            start = row.find(mark)
            while start >= 0:
                found.append((start, len(mark), place))
                start = row.find(mark, start + len(mark))
        self._parts: list[bytes] = []
        self._values: list[int] = []
        end = 0
        for start, length, place in sorted(found):
            self._parts += [row[end:start], b""]
            self._values.append(order.index(place))
            end = start + length
        self._parts.append(row[end:])

    def filled(self, values: Sequence[bytes]) -> bytes:
        """The row. A value is as long as the mark in whose place it comes."""
        parts = self._parts.copy()
        parts[1::2] = [values[place] for place in self._values]
        return b"".join(parts)


def _fields(packed: bytes) -> list[bytes]:
    """The fields of a packed row, each behind its length."""
    fields, at = [], 8
    while at < len(packed):
        (length,) = _LENGTH.unpack_from(packed, at + 4)
        end = at + 8 + max(0, length)
        fields.append(packed[at + 4 : end])
        at = end
    return fields
