"""The list of calls and the page of one."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.admin.call_page import read_call
from audit.selectors.calls import call_trace
from audit.trail.identifiers import uuid7
from govern.gateway.records import rejected_entry
from govern.gateway.refusals import Refusal
from routing.calls import Unscanned
from tests.cast import person
from tests.factories.calls import INJECTION, PERSONAL, record_call, write_rows

LIST = "admin:audit_auditevent_changelist"


@pytest.fixture
def dan(db: None) -> Client:
    client = Client()
    client.force_login(person("dan"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, call: uuid.UUID) -> str:
    return client.get(reverse("admin:audit_auditevent_call", args=[call])).content.decode()


def test_a_clean_call_is_told_step_by_step(dan: Client) -> None:
    text = page(dan, record_call(model="gpt-5.4", asked="auto", task="coding"))
    for said in ("Authenticated as risk-engine with the key main", "Described as coding", "Routed by default/coding",
                 "slower than 250 ms", "$0.0410 reserved in 1 budget", "gpt-5.4@openai answered", "Settled at $0.0042",
                 "412 tokens in, 96 out"):  # fmt: skip
        assert said in text, said


def test_a_call_that_was_answered_from_the_cache_names_the_call_that_was_paid(dan: Client) -> None:
    paid = record_call()
    text = page(dan, record_call(cached=paid))
    assert "Answered from the cache" in text
    assert "The same was asked 75 s before, and cost $0.0042 then." in text
    assert reverse("admin:audit_auditevent_call", args=[paid]) in text
    assert "reserved in" not in text
    assert "@openai answered" not in text


def test_what_no_guard_could_read_is_said(dan: Client) -> None:
    text = page(
        dan, record_call(unread=[Unscanned("image", 2_000), Unscanned("image", 1_000), Unscanned("sealed", 90)])
    )
    assert "Not scanned: 2 × images, which guards cannot read" in text
    assert "Not scanned: 1 × signatures and encrypted reasoning" in text


def test_a_blocked_call_says_who_decided_and_was_sent_nowhere(dan: Client) -> None:
    call = record_call(input=INJECTION, code="prompt_injection", message="It contains an instruction.")
    text = page(dan, call)
    assert "Prompt injection decided, on ignore_instructions, by the policy baseline." in text
    assert "messages[0].content" in text
    assert "reserved in" not in text
    assert read_call(call, call_trace(call_id=call)).attempts == []


def test_findings_of_one_kind_in_one_place_are_one_row(dan: Client) -> None:
    call = record_call(output=PERSONAL)
    output = read_call(call, call_trace(call_id=call)).output
    assert output is not None
    assert [(row.kind, row.severity, row.number) for row in output.findings] == [
        ("iban", "high", 1),
        ("email", "medium", 1),
    ]


def test_a_fallback_shows_both_attempts(dan: Client) -> None:
    text = page(dan, record_call(failed=[("slow@nowhere", "the provider answered 503")]))
    assert "slow@nowhere gave no usable answer" in text
    assert "the provider answered 503" in text
    assert "gpt-5.4@openai answered" in text


def test_what_took_the_time_adds_up(dan: Client) -> None:
    call = record_call(provider_us=800_000, overhead_us=900)
    read = read_call(call, call_trace(call_id=call))
    assert read.provider_us == 800_000
    assert sum(part.microseconds for part in read.latency) == read.total_us == read.own_us + read.provider_us
    assert sum(part.percent for part in read.latency) == pytest.approx(100, abs=0.1)


def test_filters_narrow_the_list_and_pages_go_on(dan: Client) -> None:
    now = timezone.now()
    for number in range(60):
        record_call(at=now - timedelta(seconds=number), application=("risk-engine", "helpdesk")[number % 2])
    first = dan.get(reverse(LIST))
    assert len(first.context["page"].rows) == 50
    second = dan.get(f"{reverse(LIST)}?{first.context['older']}")
    assert len(second.context["page"].rows) == 10
    assert second.context["older"] is None
    only = dan.get(reverse(LIST), {"application": "helpdesk"}).context["page"].rows
    assert {call.application for call in only} == {"helpdesk"}
    assert dan.get(reverse(LIST), {"day": "2001-01-01"}).context["page"].rows == []
    for day in ("9999-12-31", "0001-01-01", "10000-01-01", "2026-02-30", "day"):
        for page in (LIST, "admin:audit_auditevent_rejected"):
            assert dan.get(reverse(page), {"day": day}).status_code == 200


def test_a_request_id_leads_to_its_call(dan: Client) -> None:
    call = record_call()
    answer = dan.get(reverse(LIST), {"q": str(call)})
    assert answer["Location"] == reverse("admin:audit_auditevent_call", args=[call])
    assert "No call fits" in dan.get(reverse(LIST), {"q": "something"}).content.decode()


def test_a_broken_cursor_and_an_unknown_call_are_no_errors(dan: Client) -> None:
    assert dan.get(reverse(LIST), {"after": "nonsense"}).status_code == 302
    assert dan.get(reverse("admin:audit_auditevent_call", args=[uuid.uuid4()])).status_code == 404


def test_an_empty_list_says_what_to_do(dan: Client) -> None:
    assert "No calls yet" in dan.get(reverse(LIST)).content.decode()


def test_requests_that_never_became_calls_are_listed_with_their_reason(dan: Client) -> None:
    request_id = reject("helpdesk", "invalid_request", "The body is not valid JSON.")
    reject("risk-engine", "invalid_api_key", "The key was revoked.")
    record_call(code="no_route", message="Nobody.")
    address = reverse("admin:audit_auditevent_rejected")
    text = dan.get(address).content.decode()
    assert "The body is not valid JSON." in text
    assert "The key was revoked." in text
    assert "Nobody." not in text
    assert str(request_id) in text
    assert "turned away" in page(dan, request_id).lower()
    only = dan.get(f"{address}?code=invalid_api_key").content.decode()
    assert "The body is not valid JSON." not in only
    assert "The key was revoked." in only
    assert "No request fits" in dan.get(f"{address}?application=nobody").content.decode()


def test_rejected_requests_are_paged(dan: Client) -> None:
    for number in range(52):
        reject("helpdesk", "invalid_request", f"Fault {number}.")
    address = reverse("admin:audit_auditevent_rejected")
    first = dan.get(address)
    assert len(first.context["page"].rows) == 50
    rest = dan.get(f"{address}?{first.context['older']}")
    assert len(rest.context["page"].rows) == 2
    assert dan.get(f"{address}?after=nonsense").status_code == 302


def reject(application: str, code: str, message: str) -> uuid.UUID:
    """A request that is turned away, as the gateway records it."""
    request_id = uuid7()
    entry = rejected_entry(
        request_id=request_id,
        application=application,
        team=None,
        key="main",
        revision=1,
        refusal=Refusal(code, message),
        body_bytes=12,
    )
    write_rows(entry.rows)
    return uuid.UUID(bytes=request_id)
