"""Rows of the trail packed for PostgreSQL's binary COPY.

Format: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS-BINARY. A row is a field count and,
for each field, its length in bytes (-1 for NULL) and its value in the type's binary form, all in network byte order.
"""

from struct import Struct

COLUMNS = (
    "id", "at", "type", "call_id", "application", "team", "key", "actor", "model",
    "status", "code", "verdict", "cost_nano_usd", "revision", "body", "instance",
)  # fmt: skip
COPY_STATEMENT = f"COPY audit_event ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"
COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TRAILER = b"\xff\xff"

_POSTGRES_EPOCH_US = 946_684_800_000_000  # 2000-01-01, in microseconds since 1970
_HEAD = Struct(">hi16siq").pack
_UUID = Struct(">i16s").pack
_SMALL = Struct(">ih").pack
_INT = Struct(">ii").pack
_BIG = Struct(">iq").pack
_LENGTH = Struct(">i").pack
_NULL = _LENGTH(-1)

# Names repeat from call to call. Emptied when full, so that callers cannot grow it without end.
_TEXTS: dict[str | None, bytes] = {None: _NULL}
_TEXTS_LIMIT = 8192


def storable_text(value: str) -> str:
    """The text as PostgreSQL can store it: it takes neither NUL nor lone surrogates, which become U+FFFD and `?`."""
    return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


_NUL = b"\\u0000"
_NUL_INSTEAD = b"\\ufffd"


def storable_json(document: bytes) -> bytes:
    """A JSON document without NUL, which PostgreSQL keeps in a `json` column and then cannot read: one such row would fail every
    page that looks into it. NUL becomes U+FFFD."""
    return document.replace(_NUL, _NUL_INSTEAD) if _NUL in document else document


def _text(value: str) -> bytes:
    encoded = storable_text(value).encode()
    field = _LENGTH(len(encoded)) + encoded
    if len(encoded) <= 128:
        if len(_TEXTS) >= _TEXTS_LIMIT:
            _TEXTS.clear()
            _TEXTS[None] = _NULL
        _TEXTS[value] = field
    return field


def pack_event(
    *,
    id: bytes,
    at_us: int,
    type: str,
    call_id: bytes | None,
    application: str | None,
    team: str | None,
    key: str | None,
    actor: str | None,
    model: str | None,
    status: int | None,
    code: str | None,
    verdict: str | None,
    cost_nano_usd: int | None,
    revision: int | None,
    body: bytes,
    instance: int | None,
) -> bytes:
    """One row of the trail, ready for COPY.

    `id` and `call_id` are 16 bytes, `at_us` microseconds since 1970, `body` a JSON document in UTF-8 that is stored
    byte by byte, NUL apart. Raises `struct.error` for a number that its column cannot hold, `ValueError` for identifiers that are
    shorter or longer.
    """
    get = _TEXTS.get
    if len(id) != 16 or (call_id is not None and len(call_id) != 16):
        raise ValueError("an identifier has 16 bytes")
    body = storable_json(body)
    return b"".join(
        (
            _HEAD(16, 16, id, 8, at_us - _POSTGRES_EPOCH_US),
            get(type) or _text(type),
            _NULL if call_id is None else _UUID(16, call_id),
            get(application) or _text(application),  # type: ignore[arg-type]  # None is always found
            get(team) or _text(team),  # type: ignore[arg-type]
            get(key) or _text(key),  # type: ignore[arg-type]
            get(actor) or _text(actor),  # type: ignore[arg-type]
            get(model) or _text(model),  # type: ignore[arg-type]
            _NULL if status is None else _SMALL(2, status),
            get(code) or _text(code),  # type: ignore[arg-type]
            get(verdict) or _text(verdict),  # type: ignore[arg-type]
            _NULL if cost_nano_usd is None else _BIG(8, cost_nano_usd),
            _NULL if revision is None else _INT(4, revision),
            _LENGTH(len(body)),
            body,
            _NULL if instance is None else _BIG(8, instance),
        )
    )
