"""What is agreed with a provider: written down by a change, weighed, and on the desk before it ends."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from govern.changes.checks import failed, run_checks
from govern.changes.risk import assess
from govern.policy.canonical import canonical_json
from govern.policy.contracts import expiries
from routing.provider_contract import Contract
from tests.cast import person
from tests.factories.changes import apply, body_of, propose, submit
from tests.factories.installation import install_sample

TODAY = date(2027, 1, 1)
KNOWN = {
    "agreement": "DPA-7",
    "zero_retention": True,
    "zero_retention_evidence": "Annex 2",
    "exit_plan": "Ask another.",
}


@pytest.fixture
def installed(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "cara", "olive"):
        person(name)


@pytest.fixture
def signed_in(db: None) -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def openai(**contract: Any) -> Any:
    return body_of("provider", "openai", contract=contract or None)


def in_days(number: int) -> str:
    return (timezone.now().date() + timedelta(days=number)).isoformat()


def agree(**contract: Any) -> None:
    apply(submit(propose("Write the contract down", "It was signed.", ("provider", openai(**contract)))))


def test_what_was_signed_before_there_were_contracts_keeps_its_hash(installed: None) -> None:
    assert '"contract"' not in canonical_json(openai())
    assert '"contract":{' in canonical_json(openai(**KNOWN))


@pytest.mark.parametrize(
    ("contract", "place"),
    [
        ({"ends_on": "2027-02-30"}, "ends_on"),
        ({"soc2_report_on": "2027-13-01"}, "soc2_report_on"),
        ({"zero_retention": True}, "zero_retention_evidence"),
        ({"zero_retention": True, "zero_retention_evidence": "  "}, "zero_retention_evidence"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(contract: Any, place: str, installed: None) -> None:
    change = propose("Write it down", "It was signed.", ("provider", openai(**contract)))
    assert [check.place for check in failed(run_checks(change))] == [f"provider/openai.contract.{place}"]


def test_a_contract_that_has_ended_is_told_and_does_not_stand_in_the_way(installed: None) -> None:
    change = propose("Write it down", "It was signed.", ("provider", openai(ends_on=in_days(-1))))
    checks = run_checks(change)
    assert failed(checks) == []
    assert [check.code for check in checks if not check.passed] == ["contract"]


@pytest.mark.parametrize(
    ("contract", "due"),
    [
        (None, []),
        (Contract(), []),
        (Contract(ends_on="2027-03-02"), ["contract"]),
        (Contract(ends_on="2027-03-03"), []),
        (Contract(ends_on="2026-01-01"), ["contract"]),
        (Contract(soc2_report_on="2026-02-01"), ["soc2"]),
        (Contract(soc2_report_on="2026-12-01"), []),
        (Contract(soc2_report_on="2026-02-01", ends_on="2027-01-02"), ["contract", "soc2"]),
        (Contract(soc2_report_on="9999-12-31"), []),
    ],
)
def test_what_ends_within_sixty_days_is_due(contract: Contract | None, due: list[str]) -> None:
    assert [expiry.what for expiry in expiries(contract, TODAY)] == due


def test_it_stands_on_the_desk_of_who_may_propose_what_comes_after(
    installed: None, signed_in: Callable[[str], Client]
) -> None:
    agree(**KNOWN, ends_on=in_days(30))

    def waiting(name: str) -> list[str]:
        duties = signed_in(name).get(reverse("admin:index")).context["duties"].waiting
        return [str(duty.title) for duty in duties if duty.icon == "contract"]

    assert waiting("amy") == waiting("olive") == ["The contract with openai ends"]
    assert waiting("ben") == []


def test_the_page_of_the_provider_says_what_is_agreed(installed: None, signed_in: Callable[[str], Client]) -> None:
    agree(**KNOWN, regions=["eu"], ends_on="2090-12-31")
    text = signed_in("dan").get(reverse("admin:govern_provider_named", args=["openai"]), follow=True).content.decode()
    assert "Data processing agreement: <b>DPA-7</b>." in text
    assert "By contract it keeps nothing of prompts and answers." in text
    assert "Exit plan: Ask another." in text
    assert "The contract ends on <b>2090-12-31</b>." in text


def test_taking_a_promise_back_is_risky(installed: None) -> None:
    with_promise, without = openai(**KNOWN), openai(**{**KNOWN, "zero_retention": False})
    assert assess("provider", with_promise, without)[0].level == "high"
    assert assess("provider", without, with_promise)[0].level == "medium"
    assert assess("provider", openai(), openai(agreement="DPA-7"))[0].level == "low"
