"""What waits for a person is what that person can do something about: each role's home page and badges."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from audit.models import Violation
from govern.models import Person
from tests.cast import person
from tests.factories.changes import apply, new_body, propose, submit

pytestmark = pytest.mark.usefixtures("day")
Browser = Callable[[str], Client]


def home(client: Client) -> str:
    return client.get(reverse("admin:index")).content.decode()


def titles(client: Client) -> list[str]:
    return [str(duty.title) for duty in client.get(reverse("admin:index")).context["duties"].waiting]


def badge(client: Client, view: str) -> str:
    """The number in the menu beside an entry; nothing if there is none."""
    found = re.search(rf'href="{reverse(view)}"[^>]*>.*?</a>', home(client), re.DOTALL)
    assert found is not None
    number = re.search(r'nav-count">(\d+)', found[0])
    return number[1] if number else ""


def of_cases(said: list[str]) -> list[str]:
    return [
        title for title in said if " by helpdesk" in title or " by risk-engine" in title or " by intern-bot" in title
    ]


@pytest.mark.parametrize("name", ["amy", "ben", "dan"])
def test_who_only_reads_violations_has_none_waiting(signed_in: Browser, name: str) -> None:
    client = signed_in(name)
    assert of_cases(titles(client)) == []
    assert client.get(reverse("admin:index")).context["duties"].by_severity == []
    assert badge(client, "admin:audit_violation_changelist") == ""


def test_an_officer_has_their_own_and_those_of_nobody(signed_in: Browser) -> None:
    olive = signed_in("olive")
    mine = Violation.objects.open().filter(assignee__in=("", "olive")).count()
    assert badge(olive, "admin:audit_violation_changelist") == str(mine)
    Violation.objects.open().update(assignee="otto")
    assert badge(olive, "admin:audit_violation_changelist") == ""
    assert of_cases(titles(olive)) == []


def test_an_approver_sees_what_to_review(signed_in: Browser) -> None:
    assert any(title.startswith("Review CR-") for title in titles(signed_in("ben")))
    assert not any(title.startswith("Review CR-") for title in titles(signed_in("dan")))


def test_an_auditor_sees_what_to_look_at(signed_in: Browser) -> None:
    said = " ".join(titles(signed_in("dan")))
    assert "Access review: look at" in said
    assert ("overdue" in said) == Violation.objects.overdue().exists()


def test_an_administrator_sees_who_has_no_role(signed_in: Browser) -> None:
    person("eve")
    assert any("no role" in title for title in titles(signed_in("olive")))
    assert not any("no role" in title for title in titles(signed_in("dan")))


def test_an_owner_sees_one_line_about_their_violations() -> None:
    found = Person.objects.create_user(username="owen", password="x", is_staff=True)
    body = new_body("membership", name="owen", groups=["application_owner"], applications=["helpdesk"])
    apply(submit(propose("Owen owns", "He runs it.", ("membership", body))))
    client = Client()
    client.force_login(found, backend="django.contrib.auth.backends.ModelBackend")
    number = Violation.objects.open().filter(application="helpdesk").count()
    assert number
    assert [title for title in titles(client) if "of your applications" in title] == [
        f"{number} open violation{'s' * (number > 1)} of your applications"
    ]


def test_who_has_no_role_is_told(signed_in: Browser) -> None:
    assert "You have no role yet" in home(signed_in("eve"))
    owner = Person.objects.create_user(username="otto", password="x", is_staff=True)
    owner.groups.set(Group.objects.filter(name="application_owner"))
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    assert "names no application or team yet" in home(client)
