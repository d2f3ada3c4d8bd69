"""The register in the admin: found by what it says, on the desk of whom it concerns, and told where a key is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from govern.models import ApiKey, Application, Person
from tests.cast import person
from tests.factories.changes import apply, body_of, propose, submit
from tests.factories.use_cases import use_case

pytestmark = pytest.mark.usefixtures("installed")
Browser = Callable[[str], Client]
LIST = "admin:govern_usecase_changelist"


def register(**fields: object) -> None:
    for name in ("amy", "ben", "cara", "olive"):
        person(name)
    apply(submit(propose("Register", "It is used.", ("use_case", use_case(**fields)))))


def listed(client: Client, query: str) -> list[str]:
    return [found.name for found in client.get(reverse(LIST) + query).context["cl"].queryset]


def titles(client: Client) -> list[str]:
    return [str(duty.title) for duty in client.get(reverse("admin:index")).context["duties"].waiting]


def test_the_list_is_filtered_by_class_materiality_and_review(signed_in: Browser) -> None:
    register(review_by=(timezone.now() + timedelta(days=3)).isoformat())
    client = signed_in("dan")
    assert listed(client, "") == ["customer-replies", "transaction-scoring"]
    assert listed(client, "?act=high") == ["transaction-scoring"]
    assert listed(client, "?materiality=low") == ["customer-replies"]
    assert listed(client, "?review=soon") == ["customer-replies"]
    assert listed(client, "?review=overdue") == []
    assert listed(client, "?act=nonsense") == ["customer-replies", "transaction-scoring"]


def test_its_page_says_the_rating_and_who_serves_it(signed_in: Browser) -> None:
    page = signed_in("dan").get(reverse("admin:govern_usecase_named", args=["transaction-scoring"]), follow=True)
    text = page.content.decode()
    assert "Materiality: <b>High</b>." in text
    assert "Impact high, complexity medium, reliance medium." in text
    assert "risk-engine" in text


def test_a_review_that_is_due_waits_for_who_answers_for_it_and_for_officers(signed_in: Browser) -> None:
    register(review_by=(timezone.now() + timedelta(days=3)).isoformat())
    waiting = "Look at the use case customer-replies again"
    assert waiting in titles(signed_in("amy"))
    assert waiting in titles(signed_in("olive"))
    assert waiting not in titles(signed_in("ben"))


def test_a_use_case_whose_owner_left_waits_for_officers(signed_in: Browser) -> None:
    register()
    Person.objects.filter(username="amy").update(is_active=False)
    assert "The use case customer-replies needs somebody else" in titles(signed_in("olive"))


def test_the_page_that_issues_keys_says_what_is_missing(signed_in: Browser) -> None:
    for name in ("amy", "ben", "cara"):
        person(name)
    asking = body_of("guard_policy", "baseline", use_case_for_keys=True)
    apply(submit(propose("Ask for use cases", "The register is complete.", ("guard_policy", asking))))
    application = Application.objects.get(name="helpdesk")
    form = {"application": str(application.pk), "name": "website", "lifetime": "90"}
    answer = signed_in("olive").post(reverse("admin:govern_apikey_add"), form)
    assert "helpdesk names none that is in force" in answer.content.decode()
    assert not ApiKey.objects.filter(name="website").exists()


def test_a_use_case_is_proposed_in_a_form(signed_in: Browser) -> None:
    page = signed_in("amy").get(reverse("admin:govern_changerequest_propose", args=["use_case"])).content.decode()
    for label in ("Purpose", "Overseer", "Class under the EU AI Act", "Reliance", "Next review", "How people are told"):
        assert label in page
