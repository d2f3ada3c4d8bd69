"""The register of event types, and what people do."""

import uuid

import pytest
from django.db import connection, transaction
from django.utils import translation

from audit.models import AuditEvent
from audit.trail.events import (
    EVENT_TYPES,
    IncompleteEvent,
    UnknownEvent,
    event,
    event_sentence,
    record_event,
    register_event,
)
from govern.identity.events import key_revoked

pytestmark = pytest.mark.django_db


def test_an_event_is_recorded_with_who_and_what() -> None:
    recorded = record_event(
        type="key.revoked",
        actor="amy",
        context={"key": "main", "application": "risk-engine", "team": "payments", "reason": "Lost."},
    )
    found = AuditEvent.objects.get()
    assert (found.id, found.type, found.actor) == (recorded, "key.revoked", "amy")
    assert (found.application, found.team, found.key) == ("risk-engine", "payments", "main")
    assert found.body == {"key": "main", "application": "risk-engine", "team": "payments", "reason": "Lost."}
    assert str(found) == "amy revoked the key main of risk-engine"


def test_an_unknown_event_is_an_exception() -> None:
    with pytest.raises(UnknownEvent, match=r"coffee\.made"):
        record_event(type="coffee.made", actor="eve", context={})
    assert not AuditEvent.objects.exists()


def test_an_incomplete_event_says_what_it_needs() -> None:
    with pytest.raises(IncompleteEvent, match=r"key\.issued needs application, ends_with, key"):
        record_event(type="key.issued", actor="amy", context={"application": None})
    assert not AuditEvent.objects.exists()


def test_an_event_stands_or_falls_with_its_transaction() -> None:
    with transaction.atomic():
        record_event(type="person.signed_in", actor="amy", context={})
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_an_event_of_a_call_is_found_with_the_call() -> None:
    call = uuid.uuid4()
    record_event(
        type="call.rejected",
        actor=None,
        context={"application": "risk-engine", "code": "invalid_request", "call_id": call},
    )
    found = AuditEvent.objects.of_call(call).get()
    assert (found.code, found.body["call_id"]) == ("invalid_request", str(call))


def test_what_postgres_cannot_store_is_replaced() -> None:
    record_event(type="person.sign_in_failed", actor=None, context={"username": "e\x00ve", "team": "a\x00b"})
    found = AuditEvent.objects.get()
    assert found.team == "a\ufffdb"
    assert found.body["username"] == "e\ufffdve"
    record_event(type="person.sign_in_failed", actor="\ud800", context={"username": "half \ud83d of a pair"})
    assert AuditEvent.objects.first().fields["username"] == "half ? of a pair"  # type: ignore[union-attr]


def test_an_event_is_a_function_whose_name_and_arguments_say_what_happened() -> None:
    recorded = key_revoked(actor="amy", application="risk-engine", key="main", reason="It was on a slide.")
    found = AuditEvent.objects.get()
    assert (found.id, found.type, found.actor, found.key) == (recorded, "key.revoked", "amy", "main")
    assert found.body == {"application": "risk-engine", "key": "main", "reason": "It was on a slide."}


def test_a_template_that_names_what_the_function_does_not_take_is_an_error_at_import() -> None:
    def coffee_made(*, actor: str, cup: str) -> None: ...

    with pytest.raises(TypeError, match=r"The event coffee_made does not take: milk, sugar\."):
        event("{actor} made {cup} with {milk} and {sugar}")(coffee_made)
    assert "coffee.made" not in EVENT_TYPES


def test_types_are_registered_once() -> None:
    with pytest.raises(ValueError, match="already"):
        register_event("key.issued", "again")


def test_every_type_can_be_said_whatever_is_missing() -> None:
    for known in EVENT_TYPES:
        assert event_sentence(known, None, {})
    assert event_sentence("type.of.long.ago", "amy", {}) == "type.of.long.ago"


def test_the_system_is_named_when_nobody_acted() -> None:
    with translation.override("en"):
        assert event_sentence("revision.applied", None, {"revision": 4}) == "The system put revision 4 in force"


def test_recording_takes_one_query(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1, connection=connection):  # type: ignore[operator]
        record_event(type="person.signed_in", actor="amy", context={})
