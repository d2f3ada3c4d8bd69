"""The history of an object: any two versions side by side, and an earlier one in force again by a change."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from govern.models import Budget, ChangeRequest
from tests.factories.changes import apply, body_of, propose, submit
from tests.govern.admin.changes.acting import text

pytestmark = pytest.mark.usefixtures("cast")
Browser = Callable[[str], Client]


@pytest.fixture
def budget(cast: None) -> Budget:
    """The organisation's budget, in its third version."""
    for limit in ("9000.00", "8000.00"):
        apply(
            submit(
                propose(f"Limit {limit}", "It is time.", ("budget", body_of("budget", "organisation", limit_usd=limit)))
            )
        )
    return Budget.objects.get(name="organisation")


def page(budget: Budget, name: str) -> str:
    return reverse(f"admin:govern_budget_{name}", args=[budget.pk])


def test_any_two_versions_are_compared_in_words_and_in_json(budget: Budget, signed_in: Browser) -> None:
    answer = signed_in("dan").get(page(budget, "compare"), {"from": "1", "to": "3"})
    assert "$<del>2,500.00</del>" in text(answer)
    assert "$<ins>8,000.00</ins>" in text(answer)
    assert [line.text.strip() for line in answer.context["lines"] if line.sign == "+"] == ['"limit_usd": "8000.00",']
    assert [(field.place, field.before, field.after) for field in answer.context["fields"]] == [
        ("Limit", '"2500.00"', '"8000.00"')
    ]


def test_without_a_choice_it_is_what_is_in_force_and_the_one_before(budget: Budget, signed_in: Browser) -> None:
    context = signed_in("dan").get(page(budget, "compare")).context
    assert (context["before"].number, context["after"].number) == (2, 3)
    assert signed_in("dan").get(page(budget, "compare"), {"from": "9"}).status_code == 404


def test_an_earlier_version_is_proposed_again(budget: Budget, signed_in: Browser) -> None:
    amy = signed_in("amy")
    again = page(budget, "version_again") + "?version=1"
    assert "$<ins>2,500.00</ins>" in text(amy.get(again))
    draft = amy.post(again, {"reason": "It was right."}, follow=True).context["change"]
    assert draft.items.get().body.limit_usd == "2500.00"
    assert signed_in("ben").post(again, {"reason": "It was right."}).status_code == 403


def test_the_page_names_the_changes_that_made_its_versions_and_those_under_way(
    budget: Budget, signed_in: Browser
) -> None:
    under_way = propose("More", "It ran out.", ("budget", body_of("budget", "organisation", limit_usd="9999.00")))
    said = text(signed_in("dan").get(page(budget, "change")))
    for made_by in ChangeRequest.objects.filter(state="applied"):
        assert str(made_by) in said
    assert f"{under_way} · amy" in said
