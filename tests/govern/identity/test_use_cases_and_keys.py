"""A policy can ask for a registered use case, whose review is not overdue, before an application gets a key."""

from datetime import timedelta

import pytest
from django.utils import timezone

from govern.identity.api_keys import KeyRefused, issue_key, rotate_key
from govern.models import ApiKey, Application
from tests.cast import person
from tests.factories.changes import apply, body_of, propose, submit
from tests.factories.installation import install_sample
from tests.factories.use_cases import use_case


@pytest.fixture(autouse=True)
def _installation(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "cara", "olive"):
        person(name)


def ask_for_use_cases(**scope: list[str]) -> None:
    asking = body_of("guard_policy", "baseline", use_case_for_keys=True, scope=scope)
    apply(submit(propose("Ask for use cases", "The register is complete.", ("guard_policy", asking))))


def issue(application: str, name: str = "web") -> ApiKey:
    return issue_key(application=Application.objects.get(name=application), name=name, by=None)[0]


def test_without_such_a_policy_nobody_asks() -> None:
    assert issue("helpdesk").name == "web"


def test_an_application_without_a_use_case_gets_no_key_and_is_told_what_to_do() -> None:
    ask_for_use_cases()
    with pytest.raises(KeyRefused, match="helpdesk names none that is in force"):
        issue("helpdesk")
    assert issue("risk-engine").name == "web"


def test_it_gets_one_once_its_use_case_is_approved() -> None:
    ask_for_use_cases()
    served = body_of("application", "helpdesk", use_case="customer-replies")
    change = submit(propose("Register", "It is used.", ("use_case", use_case()), ("application", served)))
    with pytest.raises(KeyRefused):
        issue("helpdesk")
    apply(change)
    assert issue("helpdesk").name == "web"


def test_an_overdue_review_stops_new_keys_and_rotation_but_no_key_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    ask_for_use_cases()
    key = issue("risk-engine")
    late = timezone.now() + timedelta(days=40_000)
    monkeypatch.setattr("govern.identity.registered_use.timezone.now", lambda: late)
    with pytest.raises(KeyRefused, match="that of transaction-scoring was due on 2099-12-31"):
        issue("risk-engine", "other")
    with pytest.raises(KeyRefused, match="was due on"):
        rotate_key(key=key, by=None, grace=timedelta())
    monkeypatch.undo()
    assert key in ApiKey.objects.usable()


def test_the_policy_asks_only_whom_it_covers() -> None:
    ask_for_use_cases(tags=["pci"])  # a tag of the team payments
    assert issue("helpdesk").name == "web"
    left = body_of("application", "risk-engine", use_case=None)
    apply(submit(propose("Serve nothing", "It moves.", ("application", left))))
    with pytest.raises(KeyRefused, match="risk-engine names none"):
        issue("risk-engine")


def test_what_a_form_was_opened_with_does_not_count() -> None:
    stale = Application.objects.select_related("active_version").get(name="risk-engine")
    assert stale.body.use_case == "transaction-scoring"
    ask_for_use_cases()
    left = body_of("application", "risk-engine", use_case=None)
    apply(submit(propose("Serve nothing", "It moves.", ("application", left))))
    with pytest.raises(KeyRefused, match="names none"):
        issue_key(application=stale, name="web", by=None)
