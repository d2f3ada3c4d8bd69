import uuid

from audit.trail.identifiers import identifier_at_us, identifier_text, uuid7
from tests.audit.calls import now_us


def test_an_identifier_is_a_uuid_of_version_7() -> None:
    parsed = uuid.UUID(bytes=uuid7())
    assert parsed.version == 7
    assert parsed.variant == uuid.RFC_4122


def test_the_text_is_the_usual_one() -> None:
    identifier = uuid7()
    assert identifier_text(identifier) == str(uuid.UUID(bytes=identifier))


def test_later_identifiers_are_greater() -> None:
    identifiers = [uuid7() for _ in range(10_000)]
    assert identifiers == sorted(set(identifiers))


def test_an_identifier_tells_when_it_was_made() -> None:
    before = now_us()
    at_us = identifier_at_us(uuid7())
    assert before - 1000 <= at_us <= now_us() + 1000
