"""How long violations wait until somebody looks at them, and until they are closed: from the events of their cases."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Severity, State, Violation
from audit.presentation.amounts import span
from audit.selectors import case_times
from audit.selectors.case_times import Pace, paces
from audit.services.violations import transition_violation
from tests.cast import person
from tests.factories.violations import open_case

MONTH = timedelta(days=30)


def said(length: timedelta | None) -> str:
    assert length is not None
    return span(length)


def pace(severity: Severity, **asked: object) -> Pace:
    return next(row for row in paces(over=MONTH, **asked).rows if row.severity == severity)  # type: ignore[arg-type]


def work(case: Violation, *states: State) -> None:
    for state in states:
        transition_violation(violation=case.pk, to=state, actor="olive", reason="Looked at.")


def test_the_means_are_those_of_the_cases(db: None) -> None:
    now = timezone.now()
    work(open_case(rule="a", at=now - timedelta(hours=2)), State.TRIAGED, State.RESOLVED)
    work(open_case(rule="b", at=now - timedelta(hours=4)), State.TRIAGED)
    work(open_case(rule="c", severity="low", at=now - timedelta(hours=10)), State.FALSE_POSITIVE)
    high = pace(Severity.HIGH)
    assert (high.triaged, said(high.to_triage)) == (2, "3 hours")
    assert (high.closed, said(high.to_close), high.in_time) == (1, "2 hours", 1)
    low = pace(Severity.LOW)
    assert (low.triaged, low.closed, said(low.to_close)) == (1, 1, "10 hours")
    assert pace(Severity.CRITICAL) == Pace(Severity.CRITICAL)


def test_one_that_was_closed_after_it_was_due_is_not_in_time(db: None) -> None:
    work(open_case(at=timezone.now() - timedelta(hours=30)), State.RESOLVED)
    assert (pace(Severity.HIGH).closed, pace(Severity.HIGH).in_time) == (1, 0)


def test_a_case_that_came_back_counts_from_then(db: None) -> None:
    now = timezone.now()
    case = open_case(at=now - timedelta(hours=20), reopened_at=now - timedelta(hours=3))
    work(case, State.TRIAGED)
    assert said(pace(Severity.HIGH).to_triage) == "3 hours"


def test_a_clock_that_went_back_makes_no_negative_time(db: None) -> None:
    work(open_case(at=timezone.now() + timedelta(hours=5)), State.TRIAGED)
    assert pace(Severity.HIGH).to_triage == timedelta()


def test_only_cases_within_reach_count(db: None) -> None:
    work(open_case(), State.RESOLVED)
    assert pace(Severity.HIGH, within=frozenset({"helpdesk"})).closed == 0
    assert pace(Severity.HIGH, within=frozenset({"risk-engine"})).closed == 1


def test_more_steps_than_are_read_are_told(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_times, "MOST", 1)
    for rule in "ab":
        work(open_case(rule=rule), State.TRIAGED)
    assert paces(over=MONTH).sampled
    assert pace(Severity.HIGH).triaged == 1


@pytest.mark.parametrize("days", ["", "7", "90", "x", "-1", "9" * 30, "\x00"])
def test_the_page_says_it_for_any_address(db: None, days: str) -> None:
    dan = Client()
    dan.force_login(person("dan"), backend="django.contrib.auth.backends.ModelBackend")
    work(open_case(), State.RESOLVED)
    answer = dan.get(reverse("admin:audit_violation_times"), {"days": days})
    assert answer.status_code == 200
    assert "0 seconds" in answer.content.decode()
