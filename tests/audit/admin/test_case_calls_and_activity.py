"""A case leads to all its calls and says what came after it was closed; what people did is found by who, about what and when."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import State, Violation
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
