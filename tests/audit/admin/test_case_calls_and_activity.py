"""A case leads to all its calls and says what came after it was closed; what people did is found by who, about what and when."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent, State, Violation
from audit.selectors import looking
from audit.selectors.activity import activity
from audit.services.violations import transition_violation
from govern.changes.events import change_withdrawn
from govern.identity.events import key_issued, key_revoked
from tests.cast import person
from tests.factories.calls import INJECTION, PERSONAL, record_call
from tests.factories.violations import open_case

ACTIVITY = "admin:audit_auditevent_activity"
CALLS = "admin:audit_auditevent_changelist"


@pytest.fixture
def olive(db: None) -> Client:
    client = Client()
    client.force_login(person("olive"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_case_leads_to_all_its_calls_and_no_others(olive: Client) -> None:
    now = timezone.now() - timedelta(hours=1)
    mine = {
        record_call(at=now + timedelta(seconds=n), input=INJECTION, code="prompt_injection", message="No.")
        for n in range(5)
    }
    record_call(at=now, output=PERSONAL)
    record_call(at=now, application="helpdesk", input=INJECTION, code="prompt_injection", message="No.")
    case = open_case(rule="ignore_instructions", at=now, count=5)
    Violation.objects.filter(pk=case.pk).update(first_at=now, last_at=now + timedelta(seconds=5))
    page = olive.get(reverse("admin:audit_violation_change", args=[case.pk]))
    listed = olive.get(f"{reverse(CALLS)}?{page.context['calls_query']}")
    assert {row.call_id for row in listed.context["page"].rows} == mine
    assert "all calls of this violation" in page.content.decode()


def test_a_closed_case_says_what_came_since(olive: Client) -> None:
    case = open_case(count=7)
    transition_violation(violation=case.pk, to=State.FALSE_POSITIVE, actor="olive", reason="Public.")
    address = reverse("admin:audit_violation_change", args=[case.pk])
    assert "since you closed it" not in olive.get(address).content.decode()
    Violation.objects.filter(pk=case.pk).update(count=9)
    assert "2 more calls since you closed it." in olive.get(address).content.decode()


def test_activity_is_found_by_person_object_type_and_period(olive: Client) -> None:
    key_issued(actor="amy", application="helpdesk", key="main", ends_with="cdef")
    key_revoked(actor="ben", application="helpdesk", key="pilot", reason="The pilot is over.")
    change_withdrawn(actor="amy", change="CR-7", title="More", reason="")

    def found(**query: str) -> list[str]:
        return sorted(event.type for event in olive.get(reverse(ACTIVITY), query).context["page"].rows)

    assert found(actor="amy") == ["change.withdrawn", "key.issued"]
    assert found(about="helpdesk", type="key.") == ["key.issued", "key.revoked"]
    assert found(about="CR-7") == ["change.withdrawn"]
    assert found(about="pilot", actor="ben") == ["key.revoked"]
    assert found(about="CR-") == []
    assert found(actor="amy", since="2999-01-01") == []
    for odd, said in (
        ({"since": "2026-02-30"}, "is no time"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "ends before it begins"),
        ({"about": "x" * 300}, "at most 200"),
    ):
        answer = olive.get(reverse(ACTIVITY), odd)
        assert answer.status_code == 200
        assert said in answer.content.decode()


def test_what_few_events_say_is_looked_for_a_part_at_a_time(olive: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        key_issued(actor="amy", application="helpdesk", key=f"key-{number}", ends_with="cdef")
    monkeypatch.setattr(looking, "TEXTS_AT_ONCE", 5)
    monkeypatch.setattr(looking, "PATIENCE_S", -1.0)
    answer = olive.get(reverse(ACTIVITY), {"about": "key-0"})
    seen: list[str] = []
    for _ in range(20):
        seen += [event.key for event in answer.context["page"].rows]
        if answer.context["older"] is None:
            break
        assert "So far looked back to" in answer.content.decode()
        assert "No event fits" not in answer.content.decode()
        answer = olive.get(f"{reverse(ACTIVITY)}?{answer.context['older']}")
    assert seen == ["key-0"]


@pytest.mark.parametrize("filters", [{}, {"actor": "amy"}, {"types": "key."}, {"about": "CR-7"}])
def test_activity_reads_a_bounded_part_of_its_index_in_order(db: None, filters: dict[str, str]) -> None:
    for number in range(40):
        record_call()
        key_issued(actor="amy", application="helpdesk", key=f"key-{number}", ends_with="cdef")
    after = activity(limit=3).next
    with CaptureQueriesContext(connection) as asked:
        activity(**filters, after=after, limit=10)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            scans = [line for line in plan.splitlines() if " Scan " in line and "Subquery" not in line]
            assert scans, plan
            assert all(("Index" in line and "no_call" in line) or "_at_seq" in line for line in scans), plan
            assert "Limit" in plan, plan
    assert AuditEvent.objects.filter(call_id__isnull=True).count() == 40
