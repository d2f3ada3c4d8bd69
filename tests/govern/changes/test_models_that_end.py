"""A model that will be retired stands on the desk of who may propose what comes after, and its change is weighed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from govern.changes.checks import failed, run_checks
from govern.changes.contents import bodies_in_force
from govern.changes.risk import assess
from govern.changes.succession import succession_of
from govern.models import CatalogModel, ChangeRequest, ChangeState
from routing.bodies import Canary, CatalogModelBody, RoutingPolicyBody, RoutingRule
from tests.cast import person
from tests.factories.changes import apply, body_of, propose, submit
from tests.factories.installation import install_sample


@pytest.fixture
def installed(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "cara", "olive"):
        person(name)


def test_it_stands_on_the_desk_with_its_successor(installed: None) -> None:
    day = (timezone.now().date() + timedelta(days=30)).isoformat()
    ending = body_of("catalog_model", "gpt-5.4", retired_on=day, successor="claude-opus-4.6")
    apply(submit(propose("Retire it", "Its provider does.", ("catalog_model", ending))))

    def waiting(name: str) -> list[tuple[str, str]]:
        browser = Client()
        browser.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
        duties = browser.get(reverse("admin:index")).context["duties"].waiting
        return [(str(duty.title), str(duty.small)) for duty in duties if duty.icon == "neurology"]

    expected = [("The model gpt-5.4 will be retired", "propose claude-opus-4.6 in its place")]
    assert waiting("amy") == waiting("olive") == expected
    assert waiting("ben") == []


def test_moving_the_end_of_a_model_is_weighed(installed: None) -> None:
    before, after = body_of("catalog_model", "gpt-5.4"), body_of("catalog_model", "gpt-5.4", retired_on="2027-03-31")
    assert assess("catalog_model", before, after)[0].level == "medium"


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"retired_on": "2027-02-30"}, "retired_on"),
        ({"retired_on": "2027-01-01", "deprecated_on": "2027-02-01"}, "deprecated_on"),
        ({"successor": "nothing"}, "successor"),
        ({"successor": "gpt-5.4"}, "successor"),
        ({"successor_takes_over": True}, "successor_takes_over"),
    ],
)
def test_an_end_that_cannot_be_is_found_when_it_is_proposed(
    installed: None, said: dict[str, object], place: str
) -> None:
    change = propose("End it", "Its provider does.", ("catalog_model", body_of("catalog_model", "gpt-5.4", **said)))
    assert any(place in check.place for check in failed(run_checks(change)))


def ending(successor: str = "claude-opus-4.6") -> None:
    day = (timezone.now().date() + timedelta(days=30)).isoformat()
    body = body_of("catalog_model", "gpt-5.4", retired_on=day, successor=successor)
    apply(submit(propose("Retire it", "Its provider does.", ("catalog_model", body))))


def browser(name: str) -> Client:
    client = Client()
    client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def succeed_address() -> str:
    return reverse("admin:govern_catalogmodel_succeed", args=[CatalogModel.objects.get(name="gpt-5.4").pk])


def test_one_press_opens_the_change_that_puts_the_successor_in_its_place(installed: None) -> None:
    ending()
    amy = browser("amy")
    page = amy.get(reverse("admin:govern_catalogmodel_named", args=["gpt-5.4"]), follow=True).content.decode()
    assert succeed_address() in page
    answer = amy.post(succeed_address())
    change = ChangeRequest.objects.latest("number")
    assert answer.headers["location"] == reverse("admin:govern_changerequest_change", args=[change.pk])
    assert change.state == ChangeState.DRAFT
    assert failed(run_checks(change)) == []
    for item in change.items.all():
        assert "gpt-5.4" not in str(item.body), item
    named = {
        name
        for name, body in bodies_in_force()["routing_policy"].items()
        if any("gpt-5.4" in (*rule.candidates, *rule.fallbacks) for rule in body.rules)
    }
    assert named <= {item.object_name for item in change.items.all()}


def test_who_may_not_propose_may_not_press_and_reading_opens_nothing(installed: None) -> None:
    ending()
    assert browser("ben").post(succeed_address()).status_code == 403
    assert browser("amy").get(succeed_address()).status_code == 405
    assert not ChangeRequest.objects.filter(title__contains="in place of").exists()


def test_a_model_that_stays_offers_nothing(installed: None) -> None:
    page = browser("amy").get(reverse("admin:govern_catalogmodel_named", args=["gpt-5.4"]), follow=True)
    assert succeed_address() not in page.content.decode()


def test_a_successor_that_is_named_already_is_named_once() -> None:
    rule = RoutingRule(
        name="all",
        candidates=("old", "new"),
        fallbacks=("old", "other"),
        weights={"old": 3, "new": 1},
        canary=Canary(model="old", percent=5),
    )
    bodies = {
        "catalog_model": {"old": CatalogModelBody(name="old", successor="new")},
        "routing_policy": {"default": RoutingPolicyBody(name="default", rules=(rule,))},
        "application": {},
    }
    ((_, _, after),) = succession_of("old", bodies)
    (now,) = after.rules
    assert (now.candidates, now.fallbacks, now.weights, now.canary) == (("new",), ("other",), {"new": 3}, None)
