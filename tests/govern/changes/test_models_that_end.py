"""A model that will be retired stands on the desk of who may propose what comes after, and its change is weighed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from govern.changes.checks import failed, run_checks
from govern.changes.risk import assess
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
