"""Payloads: sealed apart from the trail, bound to their call, gone once their key is."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection
from psycopg import AsyncConnection

from audit.payloads.sealing import PayloadSealer, PayloadUnreadable
from audit.payloads.storing import CONVERSATION, Payload, binding, read_payloads
from audit.trail.entries import Entry
from audit.trail.identifiers import uuid7
from audit.trail.writer import TrailWriter

SEALER = PayloadSealer(b"m" * 32)
CALL = uuid7()
PLACE = binding(CALL, CONVERSATION, "helpdesk")


def test_a_payload_opens_for_its_own_call_only() -> None:
    sealed = SEALER.seal(b"Hello", bound_to=PLACE)
    assert b"Hello" not in sealed.ciphertext
    assert SEALER.open(sealed, bound_to=PLACE) == b"Hello"
    with pytest.raises(PayloadUnreadable):
        SEALER.open(sealed, bound_to=binding(CALL, CONVERSATION, "risk-engine"))


@pytest.mark.parametrize(
    "change", [{"key_id": "other"}, {"wrapped_key": b"w" * 40}, {"nonce": b"n" * 12}, {"ciphertext": b"c" * 30}]
)
def test_a_changed_payload_does_not_open(change: dict[str, Any]) -> None:
    sealed = SEALER.seal(b"Hello", bound_to=PLACE)._replace(**change)
    with pytest.raises(PayloadUnreadable):
        SEALER.open(sealed, bound_to=PLACE)


def test_equal_payloads_look_different() -> None:
    first, second = SEALER.seal(b"Hello", bound_to=PLACE), SEALER.seal(b"Hello", bound_to=PLACE)
    assert first.ciphertext != second.ciphertext
    assert first.wrapped_key != second.wrapped_key


async def test_a_payload_is_stored_with_its_entry_and_read_by_its_application(conninfo: str) -> None:
    writer = TrailWriter(conninfo, max_pending=10, commit_timeout_ms=5_000)
    await writer.start()
    sealed = SEALER.seal(b"Hello", bound_to=PLACE)
    await writer.submit(Entry([], payloads=(Payload(CALL, CONVERSATION, "helpdesk", 30, sealed),)))
    await writer.stop()
    async with await AsyncConnection.connect(conninfo) as opened:
        for application, found in (("helpdesk", {CALL: sealed}), ("risk-engine", {})):
            assert found == await read_payloads(opened, call_ids=[CALL], purpose=CONVERSATION, application=application)
        await opened.execute("UPDATE audit_payload SET wrapped_key = NULL, erased_at = now()")
        assert await read_payloads(opened, call_ids=[CALL], purpose=CONVERSATION, application="helpdesk") == {}


@pytest.mark.django_db
def test_an_erased_payload_cannot_keep_its_key() -> None:
    insert = """
    INSERT INTO audit_payload (call_id, purpose, application, expires_at, key_id, wrapped_key, nonce, ciphertext, erased_at)
    VALUES (%s, 'conversation', 'helpdesk', now(), 'k', 'w', 'n', 'c', now())
    """
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="erased_payload_has_no_key"):
        cursor.execute(insert, [uuid.uuid4()])
