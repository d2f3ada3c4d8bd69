"""Olive works many violations at once: what can be done is done, and of each other one she is told why."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.admin.bulk_acts import chosen_value
from audit.models import AuditEvent, State, Violation
from audit.selectors.queue import count_cases, queue
from audit.services import bulk
from audit.services.violations import transition_violation
from tests.cast import person
from tests.factories.violations import open_case

ADDRESS = "admin:audit_violation_bulk"


@pytest.fixture
def olive(db: None) -> Client:
    client = Client()
    client.force_login(person("olive"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def act(client: Client, cases: list[Violation], **fields: Any) -> list[str]:
    """Does it and returns what the next page says."""
    posted = {"case": [chosen_value(case) for case in cases], **fields}
    answer = client.post(reverse(ADDRESS), posted, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def states() -> list[str]:
    return list(Violation.objects.order_by("rule").values_list("state", flat=True))


def test_each_case_is_moved_with_an_event_of_its_own(olive: Client) -> None:
    cases = [open_case(rule=f"r{n}") for n in range(3)]
    assert act(olive, cases, act="state:resolved", reason="One cause, put right.") == ["Resolved: 3 violations."]
    assert states() == ["resolved"] * 3
    events = AuditEvent.objects.filter(type="violation.transitioned")
    assert {event.body["violation"] for event in events} == {str(case.pk) for case in cases}
    assert {(event.actor, event.body["reason"]) for event in events} == {("olive", "One cause, put right.")}


def test_cases_are_taken_given_and_released(olive: Client) -> None:
    cases = [open_case(rule=f"r{n}") for n in range(2)]
    for fields, assignee in (({"act": "take"}, "olive"), ({"act": "assign"}, ""), ({"act": "assign", "assignee": "olive"}, "olive")):  # fmt: skip
        act(olive, list(Violation.objects.all()), **fields)
        assert set(Violation.objects.values_list("assignee", flat=True)) == {assignee}
    assert act(olive, cases, act="assign", assignee="stranger") == ["There is nobody of that name."]


def test_one_that_cannot_be_moved_keeps_no_other_from_it(olive: Client) -> None:
    cases = [open_case(rule="a"), open_case(rule="b", state=State.RESOLVED), open_case(rule="c")]
    told = act(olive, cases, act="state:triaged")
    assert states() == ["triaged", "resolved", "triaged"]
    assert told[0] == "Triaged: 2 violations."
    assert "b by risk-engine was left as it is." in told[1]
    assert "cannot become" in told[1]


def test_what_somebody_else_did_meanwhile_is_not_undone(olive: Client) -> None:
    seen = [open_case(rule="a"), open_case(rule="b")]
    transition_violation(violation=seen[0].pk, to=State.INVESTIGATING, actor="cara")
    told = act(olive, seen, act="state:false_positive", reason="Harmless.")
    assert states() == ["investigating", "false_positive"]
    assert told[1].endswith("Meanwhile it is: Investigating.")
    Violation.objects.filter(rule="a").update(assignee="cara")
    told = act(olive, [seen[0]], act="take")
    assert Violation.objects.get(rule="a").assignee == "cara"
    assert len(told) == 1


def test_closing_needs_a_reason_and_something_chosen(olive: Client) -> None:
    case = open_case()
    assert "Say why" in act(olive, [case], act="state:resolved", reason="  ")[0]
    assert "Choose violations first" in act(olive, [], act="take")[0]
    assert "Choose what is to be done" in act(olive, [case], act="state:nowhere")[0]
    assert "at most 2000 characters" in act(olive, [case], act="state:resolved", reason="x" * 2_001)[0]
    assert states() == ["new"]


@pytest.mark.parametrize("value", ["", "x", "x/new/", "\x00/new/", str(uuid.UUID(int=1)), "/" * 5000])
def test_odd_values_are_told_in_words(olive: Client, value: str) -> None:
    answer = olive.post(reverse(ADDRESS), {"case": [value], "act": "take", "query": "tab=mine&evil=//x"}, follow=True)
    assert answer.status_code == 200
    assert len(list(answer.context["messages"])) == 1
    assert answer.redirect_chain[0][0].endswith("?tab=mine")


def test_five_thousand_at_once_are_refused_before_anything_is_done(olive: Client) -> None:
    case = open_case()
    others = [f"{uuid.uuid4()}/new/" for _ in range(4_999)]
    posted = {"case": [chosen_value(case), *others], "act": "take"}
    answer = olive.post(reverse(ADDRESS), posted, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Choose at most 500 violations at once."]
    case.refresh_from_db()
    assert case.assignee == ""


def test_many_refusals_are_told_in_bounds(olive: Client) -> None:
    values = [f"{uuid.uuid4()}/new/" for _ in range(30)]
    answer = olive.post(reverse(ADDRESS), {"case": values, "act": "take"}, follow=True)
    told = [str(message) for message in answer.context["messages"]]
    assert len(told) == 21
    assert told[-1] == "10 more were left as they are."


def test_what_is_not_reached_in_time_is_told(olive: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PATIENCE_S", -1.0)
    assert "not reached in time" in act(olive, [open_case()], act="take")[0]


def test_a_case_whose_events_were_dropped_can_still_be_worked(olive: Client) -> None:
    assert act(olive, [open_case()], act="state:resolved", reason="Old.") == ["Resolved: 1 violation."]


@pytest.mark.parametrize("name", ["amy", "ben", "dan"])
def test_who_may_only_look_works_none(name: str, db: None) -> None:
    case = open_case()
    client = Client()
    client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse(ADDRESS), {"case": [chosen_value(case)], "act": "take"}).status_code == 403
    page = client.get(reverse("admin:audit_violation_changelist")).content.decode()
    assert "data-bulk" not in page
    assert client.get(reverse(ADDRESS)).status_code == 405


def test_a_case_beyond_reach_is_as_unknown_as_none(db: None) -> None:
    case = open_case(application="helpdesk")
    worked = bulk.work_each(
        [bulk.Seen(case.pk, "new", "")], lambda _case: pytest.fail("worked"), within=frozenset({"risk-engine"})
    )
    assert [str(refused.why) for refused in worked.refused] == ["There is no such violation."]
    assert worked.refused[0].title == ""


def test_the_queue_offers_boxes_and_tells_its_keys(olive: Client) -> None:
    open_case()
    page = olive.get(reverse("admin:audit_violation_changelist")).content.decode()
    assert 'name="case"' in page
    assert 'aria-label="Choose all on this page"' in page
    assert "data-keys-dialog" in page
    assert "1 violation<" in page


def test_lists_are_counted_as_they_are_shown(olive: Client) -> None:
    open_case(rule="a", assignee="olive")
    open_case(rule="b")
    open_case(rule="c", state=State.RESOLVED)
    numbers = {
        tab: count_cases(tab, "olive", {}, within=None).calls for tab in ("open", "mine", "unassigned", "closed")
    }
    assert numbers == {"open": 2, "mine": 1, "unassigned": 1, "closed": 1}
    assert count_cases("open", "olive", {}, within=frozenset({"helpdesk"})).calls == 0


def test_beyond_a_thousand_the_number_is_estimated(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.selectors.queue._COUNTED", 2)
    for n in range(5):
        open_case(rule=f"r{n}")
    number = count_cases("open", "olive", {}, within=None)
    assert not number.exact
    assert number.calls >= 3


def test_a_page_of_the_queue_is_read_from_its_index_in_order(db: None) -> None:
    for n in range(5):
        open_case(rule=f"r{n}", severity=("low", "high")[n % 2])
    after = queue(limit=2).next
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    with CaptureQueriesContext(connection) as asked:
        queue(limit=2, after=after)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using audit_violation_queue" in plan, plan
    assert "Sort" not in plan, plan
