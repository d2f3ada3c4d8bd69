import asyncio
import json
import struct
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import AuditEvent
from audit.trail.identifiers import uuid7
from audit.trail.inserting import insert_rows, prepare_insert
from audit.trail.rows import pack_event, storable_text
from tests.audit.calls import as_uuid, row

# Any text at all: NUL, lone surrogates, right-to-left marks, emoji, quotes.
_ODD = st.sampled_from(["", "\x00", "\ud800", "名前", "é" * 300])
_WORDS = st.none() | st.text(st.characters(exclude_categories=())) | _ODD
_WORD_COLUMNS = ("application", "team", "key", "actor", "model", "code", "verdict")
_JSON = st.recursive(
    st.none() | st.booleans() | st.text(), lambda child: st.lists(child) | st.dictionaries(st.text(), child)
)
_FIELDS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["call.intent", "call.outcome", "key.issued"]),
        "call_id": st.none() | st.binary(min_size=16, max_size=16),
        **dict.fromkeys(_WORD_COLUMNS, _WORDS),
        "status": st.none() | st.integers(-(2**15), 2**15 - 1),
        "cost_nano_usd": st.none() | st.integers(-(2**63), 2**63 - 1),
        "revision": st.none() | st.integers(-(2**31), 2**31 - 1),
        "instance": st.none() | st.integers(0, 2**63 - 1),
        "body": _JSON,
    }
)


@given(st.lists(_FIELDS, min_size=1, max_size=20))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_packed_is_what_is_stored(conninfo: str, events: list[dict[str, Any]]) -> None:
    at = datetime.now(UTC)
    at_us = int(at.timestamp()) * 1_000_000 + at.microsecond
    ids = [uuid7() for _ in events]
    packed = [
        pack_event(id=identifier, at_us=at_us, **event | {"body": json.dumps(event["body"]).encode()})
        for identifier, event in zip(ids, events, strict=True)
    ]
    asyncio.run(_copy(conninfo, packed))

    stored = {
        event.id.bytes: event for event in AuditEvent.objects.filter(id__in=[as_uuid(identifier) for identifier in ids])
    }
    for identifier, event in zip(ids, events, strict=True):
        line = stored[identifier]
        assert line.at - at < timedelta(microseconds=1)
        assert line.call_id == (event["call_id"] and uuid.UUID(bytes=event["call_id"]))
        for name in _WORD_COLUMNS:
            assert getattr(line, name) == (event[name] if event[name] is None else storable_text(event[name]))
        for name in ("type", "status", "cost_nano_usd", "revision", "instance"):
            assert getattr(line, name) == event[name]
        assert line.body == json.loads(json.dumps(event["body"]).replace("\\u0000", "\\ufffd"))


@pytest.mark.django_db(transaction=True)
def test_the_body_is_kept_byte_by_byte_but_for_nul(conninfo: str) -> None:
    body = b'{"b": 1,  "a": "\\u0041\\u0000", "b": 1.0}'
    asyncio.run(_copy(conninfo, [row("call.intent", uuid7(), body=body)]))
    with psycopg.connect(conninfo) as connection:
        (stored,) = connection.execute("SELECT body::text FROM audit_event").fetchone() or ("",)
    assert stored.encode() == body.replace(b"\\u0000", b"\\ufffd")


@pytest.mark.django_db
def test_the_database_takes_no_document_that_it_could_not_read() -> None:
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="audit_event_readable_body"):
        cursor.execute(
            "INSERT INTO audit_event (id, type, body) VALUES (gen_random_uuid(), 'key.issued', %s)",
            ['{"a": "\\u0000"}'],
        )


def test_nul_and_lone_surrogates_are_replaced() -> None:
    assert storable_text("a\x00b\ud800c") == "a\ufffdb?c"


def test_a_long_list_of_names_does_not_fill_the_memory() -> None:
    from audit.trail import rows

    for number in range(20_000):
        row("call.intent", b"i" * 16, application=f"application {number}")
    assert len(rows._TEXTS) <= rows._TEXTS_LIMIT + 1
    assert row("call.intent", b"i" * 16, application=None)


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        ("status", 70_000, struct.error),
        ("cost_nano_usd", 2**63, struct.error),
        ("revision", 2**31, struct.error),
        ("id", b"short", ValueError),
    ],
)
def test_what_no_column_can_hold_is_refused_at_once(column: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        row("call.outcome", b"i" * 16, **{column: value})


async def _copy(conninfo: str, packed: list[bytes]) -> None:
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
        row_type = await prepare_insert(connection)
        await connection.wait(insert_rows(connection.pgconn, packed, row_type))
