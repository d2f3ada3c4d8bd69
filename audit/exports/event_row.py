"""A row's values, from its canonical bytes (`audit/sealing/leaves.py`)."""

from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import NamedTuple

from audit.sealing.leaves import COLUMNS
from audit.verification.verify import readable

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LENGTH = Struct(">i").unpack_from


class EventRow(NamedTuple):
    """An event as it is exported. at: microseconds since 1970. body: JSON in one line."""

    seq: int
    id: str
    at_us: int
    type: str
    call_id: str | None
    application: str | None
    team: str | None
    key: str | None
    actor: str | None
    model: str | None
    status: int | None
    code: str | None
    verdict: str | None
    cost_nano_usd: int | None
    revision: int | None
    answer_digest: str | None
    body: bytes

    @property
    def at(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + self.at_us * _MICROSECOND


NAMES = tuple("at" if name == "at_us" else name for name in EventRow._fields)
"""What the columns are called."""
_TO_1970_US = (_EPOCH - datetime(1970, 1, 1, tzinfo=UTC)) // _MICROSECOND


def read_row(row: bytes) -> EventRow:
    """The values of an event's canonical bytes."""
    values: dict[str, bytes | None] = {}
    place = 2
    for name in COLUMNS:
        (length,) = _LENGTH(row, place)
        place += 4
        values[name] = None if length < 0 else row[place : place + length]
        place += max(length, 0)
    get = values.get
    call, digest = get("call_id"), get("answer_digest")
    return EventRow(
        int.from_bytes(get("seq") or b""),
        _uuid(get("id") or bytes(16)),
        int.from_bytes(get("at") or b"", signed=True) + _TO_1970_US,
        _text(get("type")) or "",
        None if call is None else _uuid(call),
        _text(get("application")),
        _text(get("team")),
        _text(get("key")),
        _text(get("actor")),
        _text(get("model")),
        _number(get("status")),
        _text(get("code")),
        _text(get("verdict")),
        _number(get("cost_nano_usd")),
        _number(get("revision")),
        None if digest is None else digest.hex(),
        readable(get("body") or b"null"),
    )


def _uuid(value: bytes) -> str:
    digits = value.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def _number(value: bytes | None) -> int | None:
    return None if value is None else int.from_bytes(value, signed=True)
