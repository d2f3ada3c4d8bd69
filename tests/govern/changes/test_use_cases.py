"""Use cases: what may be registered, how much depends on one, and what its changes weigh."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from govern.changes.checks import failed, run_checks
from govern.changes.risk import assess
from govern.models import ChangeRequest, Person
from govern.policy.canonical import canonical_json
from govern.policy.use_case_body import materiality
from tests.cast import person
from tests.factories.changes import body_of, propose
from tests.factories.installation import install_sample
from tests.factories.use_cases import use_case


@pytest.fixture
def installed(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "cara", "olive"):
        person(name)


def wrong(change: ChangeRequest) -> dict[str, str]:
    return {check.place: check.message for check in failed(run_checks(change))}


def registering(**fields: Any) -> dict[str, str]:
    return wrong(propose("Register", "It is used.", ("use_case", use_case(**fields))))


def test_a_use_case_with_two_people_and_a_day_to_come_is_accepted(installed: None) -> None:
    assert registering() == {}


def test_what_the_act_prohibits_is_refused_in_words(installed: None) -> None:
    said = registering(eu_ai_act_class="prohibited")["use_case/customer-replies.eu_ai_act_class"]
    assert "Article 5 of the EU AI Act prohibits" in said


def test_nobody_watches_their_own_work(installed: None) -> None:
    assert "somebody else than the owner" in registering(overseer="amy")["use_case/customer-replies.overseer"]


def test_two_accounts_of_one_person_are_one(installed: None) -> None:
    Person.objects.filter(username="olive").update(credentials_set_by=person("amy"))
    assert "count as one person" in registering()["use_case/customer-replies.overseer"]


def test_who_cannot_sign_in_answers_for_nothing(installed: None) -> None:
    assert "Nobody of the name nobody" in registering(owner="nobody")["use_case/customer-replies.owner"]


def test_a_day_that_has_passed_is_no_next_review(installed: None) -> None:
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    assert "has passed" in registering(review_by=yesterday)["use_case/customer-replies.review_by"]


def test_a_use_case_that_an_application_serves_is_not_retired(installed: None) -> None:
    said = wrong(propose("Retire", "It ended.", ("use_case", "transaction-scoring")))
    assert "transaction-scoring" in said["application/risk-engine.use_case"]


def test_it_is_retired_together_with_its_last_mention(installed: None) -> None:
    left = body_of("application", "risk-engine", use_case=None)
    assert wrong(propose("Retire", "It ended.", ("use_case", "transaction-scoring"), ("application", left))) == {}


@pytest.mark.parametrize(
    ("impact", "complexity", "reliance", "rated"),
    [
        ("low", "low", "low", "low"),
        ("low", "medium", "low", "low"),
        ("medium", "medium", "low", "medium"),
        ("high", "low", "low", "medium"),
        ("high", "medium", "low", "medium"),
        ("high", "medium", "medium", "high"),
        ("high", "high", "high", "high"),
    ],
)
def test_materiality_is_computed(impact: str, complexity: str, reliance: str, rated: str) -> None:
    assert materiality(use_case(impact=impact, complexity=complexity, reliance=reliance)) == rated


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [
        ({"eu_ai_act_class": "high"}, {"eu_ai_act_class": "minimal"}, "high"),
        ({"eu_ai_act_class": "minimal"}, {"eu_ai_act_class": "high"}, "low"),
        ({"impact": "high", "reliance": "high"}, {"impact": "low", "reliance": "low"}, "high"),
        ({}, {"data_classes": ["internal", "restricted"]}, "high"),
        ({}, {"review_by": "2090-01-01T00:00:00Z"}, "medium"),
        ({}, {"review_by": "2027-01-01T00:00:00Z"}, "low"),
        ({}, {"overseer": "ben"}, "medium"),
        ({}, {"retention_days": 3}, "medium"),
    ],
)
def test_saying_that_less_depends_on_it_is_riskier(before: Any, after: Any, level: str) -> None:
    old = use_case(**{"review_by": "2030-01-01T00:00:00Z", **before})
    new = use_case(**{"review_by": "2030-01-01T00:00:00Z", **before, **after})
    assert assess("use_case", old, new)[0].level == level


def test_what_was_signed_before_there_were_use_cases_keeps_its_hash(installed: None) -> None:
    assert '"use_case"' not in canonical_json(body_of("application", "helpdesk"))
    assert '"use_case":"transaction-scoring"' in canonical_json(body_of("application", "risk-engine"))
    assert "use_case_for_keys" not in canonical_json(body_of("guard_policy", "baseline"))
