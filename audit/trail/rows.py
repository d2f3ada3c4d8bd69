"""Rows of the trail packed in the binary form of PostgreSQL's composite types, as `audit_event_row_2` has them.

A row is its length in bytes, the number of its fields and, for each field, the number of its type, its length in bytes (-1 for NULL)
and its value in the type's binary form, all in network byte order (`record_recv` in PostgreSQL's rowtypes.c).
"""

from struct import Struct

COLUMNS = (
    "id", "at", "type", "call_id", "application", "team", "key", "actor", "model",
    "status", "code", "verdict", "cost_nano_usd", "revision", "body", "instance",
    "answer_digest",
)  # fmt: skip
_POSTGRES_EPOCH_US = 946_684_800_000_000  # 2000-01-01, in microseconds since 1970
_UUID_TYPE, _TEXT_TYPE, _TIME_TYPE, _BYTES_TYPE = 2950, 25, 1184, 17
_SMALL_TYPE, _INT_TYPE, _BIG_TYPE, _JSON_TYPE = 21, 23, 20, 114
"""What every PostgreSQL calls its own types (pg_type.dat)."""
_HEAD = Struct(">iii16siiq").pack
_UUID = Struct(">ii16s").pack
_DIGEST = Struct(">ii32s").pack
_SMALL = Struct(">iih").pack
_INT = Struct(">iii").pack
_BIG = Struct(">iiq").pack
_LENGTH = Struct(">i").pack
_FIELD = Struct(">ii").pack
_NULL_TEXT, _NULL_UUID, _NULL_DIGEST = _FIELD(_TEXT_TYPE, -1), _FIELD(_UUID_TYPE, -1), _FIELD(_BYTES_TYPE, -1)
_NULL_SMALL, _NULL_INT, _NULL_BIG = _FIELD(_SMALL_TYPE, -1), _FIELD(_INT_TYPE, -1), _FIELD(_BIG_TYPE, -1)

# Names repeat from call to call. Emptied when full, so that callers cannot grow it without end.
_TEXTS: dict[str | None, bytes] = {None: _NULL_TEXT}
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
    field = _FIELD(_TEXT_TYPE, len(encoded)) + encoded
    if len(encoded) <= 128:
        if len(_TEXTS) >= _TEXTS_LIMIT:
            _TEXTS.clear()
            _TEXTS[None] = _NULL_TEXT
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
    answer_digest: bytes | None = None,
) -> bytes:
    """One row of the trail.

    `id` and `call_id` are 16 bytes, `at_us` microseconds since 1970, `body` a JSON document in UTF-8 that is stored
    byte by byte, NUL apart, `answer_digest` 32 bytes. Raises `struct.error` for a number that its column cannot hold,
    `ValueError` for identifiers and digests that are shorter or longer.
    """
    get = _TEXTS.get
    if len(id) != 16 or (call_id is not None and len(call_id) != 16):
        raise ValueError("an identifier has 16 bytes")
    if answer_digest is not None and len(answer_digest) != 32:
        raise ValueError("a digest has 32 bytes")
    body = storable_json(body)
    fields = b"".join(
        (
            _HEAD(len(COLUMNS), _UUID_TYPE, 16, id, _TIME_TYPE, 8, at_us - _POSTGRES_EPOCH_US),
            get(type) or _text(type),
            _NULL_UUID if call_id is None else _UUID(_UUID_TYPE, 16, call_id),
            get(application) or _text(application),  # type: ignore[arg-type]  # None is always found
            get(team) or _text(team),  # type: ignore[arg-type]
            get(key) or _text(key),  # type: ignore[arg-type]
            get(actor) or _text(actor),  # type: ignore[arg-type]
            get(model) or _text(model),  # type: ignore[arg-type]
            _NULL_SMALL if status is None else _SMALL(_SMALL_TYPE, 2, status),
            get(code) or _text(code),  # type: ignore[arg-type]
            get(verdict) or _text(verdict),  # type: ignore[arg-type]
            _NULL_BIG if cost_nano_usd is None else _BIG(_BIG_TYPE, 8, cost_nano_usd),
            _NULL_INT if revision is None else _INT(_INT_TYPE, 4, revision),
            _FIELD(_JSON_TYPE, len(body)),
            body,
            _NULL_BIG if instance is None else _BIG(_BIG_TYPE, 8, instance),
            _NULL_DIGEST if answer_digest is None else _DIGEST(_BYTES_TYPE, 32, answer_digest),
        )
    )
    return _LENGTH(len(fields)) + fields
