"""What was said in a call is shown to who may see it, with a reason, and with an event."""

import uuid

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent, AuditPayload
from audit.payloads.content import Content, StoredText, pack
from audit.payloads.sealing import configured_sealer
from audit.payloads.storing import ANSWER, PROMPT, binding
from tests.cast import person
from tests.factories.calls import record_call
from tests.second_factor import enrol, give_second_factor


def keep(call_id: uuid.UUID, purpose: str, role: str, text: str) -> None:
    """Stores a text of a call of risk-engine, as the gateway does."""
    content = Content("redacted", (StoredText(role, "messages[0].content", text),))
    sealed = configured_sealer().seal(pack(content), bound_to=binding(call_id.bytes, purpose, "risk-engine"))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_payload (call_id, purpose, application, expires_at, key_id, wrapped_key, nonce, ciphertext)"
            " VALUES (%s, %s, 'risk-engine', now() + interval '9 days', %s, %s, %s, %s)",
            [call_id, purpose, *sealed],
        )


@pytest.fixture
def call(db: None) -> uuid.UUID:
    """A call whose texts were kept."""
    call_id = record_call()
    keep(call_id, PROMPT, "user", "Where is <EMAIL>?")
    keep(call_id, ANSWER, "assistant", "In the garden.")
    return call_id


@pytest.fixture
def confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody has just given a second factor."""
    monkeypatch.setattr("govern.identity.second_factor.has_fresh_second_factor", lambda _request: True)


def browser_of(name: str) -> Client:
    client = Client()
    client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def reveal(browser: Client, call_id: uuid.UUID, reason: str = "Case 12 needs it") -> HttpResponse:
    return browser.post(reverse("admin:audit_auditevent_reveal", args=[call_id]), {"reason": reason})  # type: ignore[return-value]


def revealed_events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(type="payload.revealed"))


@pytest.mark.parametrize("name", ["olive", "dan"])
def test_who_may_and_says_why_reads_both_and_leaves_an_event(name: str, call: uuid.UUID, confirmed: None) -> None:
    browser = browser_of(name)
    page = browser.get(reverse("admin:audit_auditevent_call", args=[call])).content.decode()
    assert "Why do you need to read it?" in page
    assert "In the garden." not in page
    assert revealed_events() == []
    answer = reveal(browser, call)
    text = answer.content.decode()
    assert "Where is &lt;EMAIL&gt;?" in text
    assert "In the garden." in text
    assert "no-store" in answer["Cache-Control"]
    (event,) = revealed_events()
    assert (event.actor, event.application, event.body["call"]) == (name, "risk-engine", str(call))
    assert event.body["reason"] == "Case 12 needs it"
    assert "garden" not in str(event.body)


def test_without_a_reason_nothing_is_shown(call: uuid.UUID, confirmed: None) -> None:
    answer = reveal(browser_of("olive"), call, reason="  ")
    assert answer.status_code == 302
    assert revealed_events() == []


@pytest.mark.parametrize("name", ["amy", "ben", "eve"])
def test_nobody_else_reveals(name: str, call: uuid.UUID, confirmed: None) -> None:
    browser = browser_of(name)
    assert reveal(browser, call).status_code == 403
    page = browser.get(reverse("admin:audit_auditevent_call", args=[call]))
    assert name == "eve" or "Reading it needs a permission" in page.content.decode()
    assert revealed_events() == []


def test_it_needs_a_fresh_second_factor(call: uuid.UUID) -> None:
    answer = reveal(browser_of("olive"), call)
    assert answer.status_code == 302
    assert "/account/" in answer["Location"]
    assert revealed_events() == []


def test_what_was_erased_is_not_offered_and_not_revealed(call: uuid.UUID, confirmed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_payload SET wrapped_key = NULL, erased_at = now()")
    browser = browser_of("olive")
    assert "What was said" not in browser.get(reverse("admin:audit_auditevent_call", args=[call])).content.decode()
    answer = browser.post(reverse("admin:audit_auditevent_reveal", args=[call]), {"reason": "Case 12"}, follow=True)
    assert "can no longer be read" in answer.content.decode()
    assert revealed_events() == []
    assert AuditPayload.objects.count() == 2


def test_a_reason_is_not_asked_by_a_link(call: uuid.UUID, confirmed: None) -> None:
    assert browser_of("olive").get(reverse("admin:audit_auditevent_reveal", args=[call])).status_code == 405


def test_it_is_revealed_after_the_code_with_the_reason_that_was_typed(call: uuid.UUID) -> None:
    enrol(person("olive"))
    olive = browser_of("olive")
    asked = reveal(olive, call)
    assert asked.status_code == 302
    assert "Case 12 needs it" in olive.get(asked["Location"]).content.decode()
    assert revealed_events() == []
    give_second_factor(olive, person("olive"))
    (token,) = olive.session["govern.unfinished"]
    address = reverse("admin:audit_auditevent_reveal", args=[call])
    assert "In the garden." in olive.post(address, {"govern_unfinished": token}).content.decode()
    assert [event.body["reason"] for event in revealed_events()] == ["Case 12 needs it"]
    olive.post(address, {"govern_unfinished": token})
    assert len(revealed_events()) == 1
