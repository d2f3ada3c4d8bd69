"""How a call ended has one definition: in Python, in SQL and in words."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.admin.call_page import read_call
from audit.admin.charts import SERIES
from audit.models import AuditEvent
from audit.presentation.outcomes import ended_of, outcome_choices, outcome_word
from audit.selectors.calls import call_trace
from audit.selectors.day import today
from audit.selectors.outcomes import KINDS, codes_of, ended, who_ended
from audit.selectors.search import Wanted, search_calls
from audit.trail.codes import CODES
from govern.enforcement.verdict import Verdict
from govern.gateway.refusal_codes import CODES as REFUSALS
from tests.audit.admin.test_calls import page, reject
from tests.cast import person
from tests.factories.calls import INJECTION, PERSONAL, SUSPICIOUS, guard_run, record_call

REFUSED_BEFORE = ("insufficient_quota", "model_not_found", "model_not_allowed", "application_suspended", "no_route")


@pytest.fixture
def dan(db: None) -> Client:
    client = Client()
    client.force_login(person("dan"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def outcome(call: uuid.UUID) -> AuditEvent:
    return AuditEvent.objects.outcomes().get(call_id=call)


def test_every_code_of_the_contract_has_an_end_of_its_own() -> None:
    known = {code for kind in KINDS for by in who_ended(kind) for code in codes_of(kind, by) or ()}
    assert set(REFUSALS) | {"client_disconnected"} <= known
    assert known | {"outcome_unknown"} == set(CODES)
    for code in REFUSALS:
        assert str(outcome_word(ended(type="call.outcome", code=code, body={})).label)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("insufficient_quota", "refused:budget"),
        ("application_suspended", "refused:stop"),
        ("model_not_found", "refused:model"),
        ("model_not_allowed", "refused:policy"),
        ("invalid_request", "refused:door"),
        ("provider_error", "failed:provider"),
        ("client_disconnected", "failed:caller"),
        ("internal_error", "failed:govern"),
    ],
)
def test_a_call_that_no_guard_touched_is_not_called_allowed(dan: Client, code: str, said: str) -> None:
    call = record_call(code=code, message="No.")
    kind, _colon, by = said.partition(":")
    assert ended_of(outcome(call)) == (kind, by)
    rows = {
        value: [row.call_id for row in search_calls(Wanted(ended=value), within=None).rows]
        for value, _label, _part in outcome_choices()
    }
    assert [value for value, found in rows.items() if found == [call]] == [kind, said]
    assert str(outcome_word(ended_of(outcome(call))).label) in page(dan, call)
    assert "Answered" not in page(dan, call)


def test_a_providers_own_no_is_no_refusal_of_the_door() -> None:
    body = {"attempts": [{"failure": {"status": 400}}]}
    assert ended(type="call.outcome", code="invalid_request", body=body) == ("failed", "provider")
    for odd in ({}, {"attempts": None}, {"attempts": [None, {"failure": None}]}, [], None, "x"):
        assert ended(type="call.outcome", code="invalid_request", body=odd) == ("refused", "door")


@pytest.mark.parametrize("code", REFUSED_BEFORE)
def test_no_sentence_speaks_of_a_step_that_did_not_run(dan: Client, code: str) -> None:
    call = record_call(code=code, message="No.", before=True)
    text = page(dan, call)
    assert read_call(call, call_trace(call_id=call)).sent is False
    for untrue in ("No budget covers", "Routed by", "to be tried", "Settled at", "reserved in", "before anything was sent",
                   "Answered", "Allowed</span> ·"):  # fmt: skip
        assert untrue not in text, untrue
    assert "No money was reserved" in text
    assert "Nothing was sent to a provider" in text


def test_a_call_that_a_guard_stopped_names_no_route_and_no_settlement(dan: Client) -> None:
    text = page(dan, record_call(input=INJECTION, code="prompt_injection", message="It contains an instruction."))
    for untrue in ("Routed by", "Settled at", "No budget covers", "reserved in"):
        assert untrue not in text, untrue
    assert "No money was reserved: refused before" in text
    assert "Refused by a guard" in text


def test_a_revoked_key_did_not_authenticate(dan: Client) -> None:
    text = page(dan, reject("helpdesk", "invalid_api_key", "This key was revoked."))
    assert "Authenticated as" not in text
    assert "Not authenticated: the key main of helpdesk may not be used" in text
    text = page(dan, reject("helpdesk", "invalid_request", "The body is not valid JSON."))
    assert "Authenticated as helpdesk" in text
    assert "Refused at the door" in text


def test_the_days_chart_counts_every_call_once_and_meets_the_lists(dan: Client) -> None:
    at = timezone.now()
    for facts in (
        {},
        {},
        {"output": PERSONAL},
        {"input": SUSPICIOUS},
        {"input": INJECTION, "code": "prompt_injection", "message": "No."},
        {"code": "insufficient_quota", "message": "No.", "before": True},
        {"code": "provider_error", "message": "No."},
        {"code": "client_disconnected"},
    ):
        record_call(at=at, **facts)
    reject("helpdesk", "invalid_request", "No.")
    found = today()
    total = found.total
    assert {name: getattr(total, name) for name, _tone, _label in SERIES} == {
        "clean": 2,
        "answered_flagged": 1,
        "answered_redacted": 1,
        "refused_by_guards": 1,
        "refused_otherwise": 1,
        "failed": 2,
    }
    assert found.turned_away == 1
    stats = {str(stat.label): stat for stat in dan.get(reverse("admin:index")).context["stats"]}
    for label, number in (
        ("Calls", 8),
        ("Answered", 4),
        ("Refused", 2),
        ("Failed", 2),
        ("Blocked", 1),
        ("Turned away", 1),
    ):
        assert stats[label].value == str(number), label
        assert len(dan.get(stats[label].address).context["page"].rows) == number, label


def test_a_verdict_that_was_remembered_is_said(dan: Client) -> None:
    seen = Verdict(
        runs=(guard_run("pii", microseconds=0, bytes_remembered=1_536), guard_run("secrets", bytes_remembered=36))
    )
    text = page(dan, record_call(input=seen))
    assert "remembered: the same text was judged before" in text
    assert "36 bytes of it remembered" in text
