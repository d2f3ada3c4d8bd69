"""Working violations in the admin: the queue's order, and what is asked of whoever moves a case."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent, State, Violation
from audit.selectors.queue import count_open, queue
from tests.cast import person
from tests.factories.violations import open_case

LIST = "admin:audit_violation_changelist"


@pytest.fixture
def olive(db: None) -> Client:
    client = Client()
    client.force_login(person("olive"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, case: Violation, what: str, **fields: str) -> int:
    return client.post(reverse(f"admin:audit_violation_{what}", args=[case.pk]), fields).status_code


def test_the_gravest_comes_first_and_then_what_is_due(db: None) -> None:
    now = timezone.now()
    for rule, severity, hours in (("a", "low", 1), ("b", "critical", 1), ("c", "high", 1), ("d", "high", 20)):
        open_case(rule=rule, severity=severity, at=now - timedelta(hours=hours))
    open_case(rule="e", severity="critical", at=now, state=State.RESOLVED)
    assert [case.rule for case in queue().rows] == ["b", "d", "c", "a"]
    assert count_open() == 4


def test_pages_follow_each_other_without_gap_or_repetition(db: None) -> None:
    for number in range(7):
        open_case(rule=f"r{number}", severity=("low", "high")[number % 2])
    seen, after = [], None
    while True:
        page = queue(after=after, limit=2)
        seen += [case.rule for case in page.rows]
        after = page.next
        if after is None:
            break
    assert sorted(seen) == [f"r{number}" for number in range(7)]


def test_a_case_is_moved_with_a_reason_that_the_trail_keeps(olive: Client) -> None:
    case = open_case()
    assert post(olive, case, "move", to="resolved", reason="The caller was fixed.") == 302
    case.refresh_from_db()
    assert case.state == State.RESOLVED
    event = AuditEvent.objects.get(type="violation.transitioned")
    assert event.actor == "olive"
    assert event.body["reason"] == "The caller was fixed."
    page = olive.get(reverse("admin:audit_violation_change", args=[case.pk])).content.decode()
    assert "The caller was fixed." in page


def test_closing_without_a_reason_is_refused_at_the_field(olive: Client) -> None:
    case = open_case()
    fields = {"to": "false_positive", "reason": " "}
    answer = olive.post(reverse("admin:audit_violation_move", args=[case.pk]), fields)
    case.refresh_from_db()
    assert case.state == State.NEW
    page = olive.get(answer["location"]).content.decode()
    assert "Say why the case is closed" in page.split('id="reason-problem"')[1]
    assert 'aria-describedby="reason-problem reason-help" aria-invalid="true"' in page


def test_triage_needs_no_reason_and_an_unknown_state_is_refused(olive: Client) -> None:
    case = open_case()
    post(olive, case, "move", to="nowhere")
    case.refresh_from_db()
    assert case.state == State.NEW
    post(olive, case, "move", to="triaged")
    case.refresh_from_db()
    assert case.state == State.TRIAGED


def test_a_case_is_taken_given_and_released(olive: Client) -> None:
    case = open_case()
    for assignee in ("olive", ""):
        post(olive, case, "assign", assignee=assignee)
        case.refresh_from_db()
        assert case.assignee == assignee
    post(olive, case, "assign", assignee="stranger")
    case.refresh_from_db()
    assert case.assignee == ""


def test_a_comment_stands_in_the_timeline_as_text(olive: Client) -> None:
    case = open_case()
    post(olive, case, "comment", text="<b>Looked</b> at it.")
    page = olive.get(reverse("admin:audit_violation_change", args=[case.pk])).content.decode()
    assert "&lt;b&gt;Looked&lt;/b&gt; at it." in page


@pytest.mark.parametrize("name", ["amy", "ben", "dan"])
def test_who_may_only_look_cannot_work_a_case(name: str, db: None) -> None:
    case = open_case()
    client = Client()
    client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("admin:audit_violation_change", args=[case.pk])).status_code == 200
    assert post(client, case, "move", to="triaged") == 403
    assert post(client, case, "assign", assignee=name) == 403
    assert post(client, case, "comment", text="Hello") == 403


def test_a_case_is_not_worked_by_opening_an_address(olive: Client) -> None:
    case = open_case()
    assert olive.get(reverse("admin:audit_violation_move", args=[case.pk])).status_code == 405
