"""Olive works a violation."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent, Severity, State, Violation
from audit.models.violation import TRANSITIONS
from audit.services.violations import TransitionRefused, assign_violation, comment_violation, transition_violation

pytestmark = pytest.mark.django_db


def new_case(**fields: object) -> Violation:
    now = timezone.now()
    defaults = {
        "id": uuid.uuid4(), "application": "risk-engine", "team": "payments", "guard": "pii", "rule": "credit_card",
        "severity": Severity.HIGH, "count": 1, "first_at": now, "last_at": now, "first_call_id": uuid.uuid4(),
        "last_call_id": uuid.uuid4(), "due_at": now + timedelta(hours=24),
    }  # fmt: skip
    return Violation.objects.create(**defaults | fields)


def test_olive_moves_a_case() -> None:
    case = new_case()
    transition_violation(violation=case.pk, to=State.INVESTIGATING, actor="olive", reason="looks real")
    assert Violation.objects.get().state == State.INVESTIGATING
    event = AuditEvent.objects.get()
    assert (event.type, event.actor, event.application) == ("violation.transitioned", "olive", "risk-engine")
    assert event.body["violation"] == str(case.pk)
    assert (event.body["before"], event.body["after"], event.body["reason"]) == ("new", "investigating", "looks real")


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("to", State)
def test_only_the_transitions_of_the_table_are_made(before: State, to: State) -> None:
    case = new_case(state=before)
    if to in TRANSITIONS[before]:
        assert transition_violation(violation=case.pk, to=to, actor="olive").state == to
    else:
        with pytest.raises(TransitionRefused, match="cannot become"):
            transition_violation(violation=case.pk, to=to, actor="olive")
        assert Violation.objects.get().state == before
        assert not AuditEvent.objects.exists()


def test_olive_assigns_a_case() -> None:
    case = new_case()
    assign_violation(violation=case.pk, assignee="dan", actor="olive")
    assert list(Violation.objects.filter(assignee="dan")) == [case]
    assert str(AuditEvent.objects.get()) == "olive assigned the violation of credit_card by risk-engine to dan"


def test_olive_comments_on_a_case() -> None:
    case = new_case()
    comment = comment_violation(violation=case.pk, text=" Asked the team. ", actor="olive")
    assert [(c.author, c.text) for c in case.comments.all()] == [("olive", "Asked the team.")]
    assert AuditEvent.objects.get().body["comment"] == comment.pk


def test_an_empty_comment_is_refused() -> None:
    case = new_case()
    with pytest.raises(ValueError, match="needs a text"):
        comment_violation(violation=case.pk, text="  ", actor="olive")


def test_an_unknown_case_is_not_worked() -> None:
    with pytest.raises(Violation.DoesNotExist):
        transition_violation(violation=uuid.uuid4(), to=State.TRIAGED, actor="olive")


def test_working_a_case_leaves_its_evidence_alone() -> None:
    case = new_case()
    evidence = ("count", "first_at", "last_at", "first_call_id", "last_call_id", "severity", "revision", "due_at")
    before = Violation.objects.values(*evidence).get()
    transition_violation(violation=case.pk, to=State.RESOLVED, actor="olive")
    assign_violation(violation=case.pk, assignee="dan", actor="olive")
    assert Violation.objects.values(*evidence).get() == before


def test_the_database_knows_the_states_and_severities() -> None:
    with pytest.raises(IntegrityError, match="audit_violation_state"), transaction.atomic():
        new_case(state="forgotten")
    with pytest.raises(IntegrityError, match="audit_violation_severity"), transaction.atomic():
        new_case(severity="mild")


def test_the_named_lists() -> None:
    open_case, closed = new_case(), new_case(state=State.RESOLVED, assignee="dan")
    overdue = new_case(due_at=timezone.now() - timedelta(hours=1), assignee="dan")
    assert set(Violation.objects.open()) == {open_case, overdue}
    assert set(Violation.objects.closed()) == {closed}
    assert set(Violation.objects.unassigned()) == {open_case}
    assert set(Violation.objects.overdue()) == {overdue}
    assert [severity.order for severity in Severity] == [0, 1, 2, 3]
