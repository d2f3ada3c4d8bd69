"""The access review: everybody, what they may do, what looks wrong, and a file of it, from a few queries."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from govern.identity.access_review import Access, review_access
from govern.models import Person
from tests.cast import person
from tests.second_factor import enrol

PAGE = "admin:govern_person_access_review"
FILE = "admin:govern_person_access_review_file"


@pytest.fixture
def everybody(db: None) -> None:
    """The cast; Ben has a second factor."""
    for name in ("amy", "ben", "cara", "dan", "olive", "eve"):
        person(name)
    enrol(person("ben"))


def access(name: str) -> Access:
    return next(row for row in review_access() if row.person.username == name)


def test_it_says_who_authors_and_who_approves(everybody: None) -> None:
    assert (access("amy").may_author, access("amy").may_approve) == (True, False)
    assert (access("ben").may_author, access("ben").may_approve) == (False, True)
    assert (access("dan").may_author, access("dan").may_approve) == (False, False)


def test_a_privileged_role_without_a_second_factor_is_warned_of(everybody: None) -> None:
    assert access("ben").warnings == ()
    assert access("ben").factors == ("totp",)
    assert access("cara").warnings == ("no_second_factor",)
    assert access("dan").warnings == ()
    assert access("eve").warnings == ()


def test_who_authors_and_approves_or_administers_and_approves(everybody: None) -> None:
    person("ben").groups.add(*Group.objects.filter(name__in=("policy_author", "platform_administrator")))
    assert access("ben").warnings == ("approves_and_authors", "approves_and_administers")


def test_superusers_dormant_people_and_what_is_left_of_others(everybody: None) -> None:
    ben = person("ben")
    Person.objects.filter(pk=ben.pk).update(last_login=timezone.now() - timedelta(days=91))
    assert access("ben").warnings == ("dormant",)
    Person.objects.filter(pk=ben.pk).update(last_login=timezone.now() - timedelta(days=89), is_superuser=True)
    assert access("ben").warnings == ("superuser",)
    Person.objects.filter(pk=ben.pk).update(is_superuser=False, is_active=False)
    assert access("ben").warnings == ("locked_out_with_roles",)
    person("dan").user_permissions.add(Permission.objects.all()[0])
    assert access("dan").warnings == ("rights_without_role",)


def test_a_newcomer_who_never_signed_in_is_dormant_only_after_ninety_days(everybody: None) -> None:
    assert access("eve").warnings == ()
    Person.objects.filter(username="eve").update(date_joined=timezone.now() - timedelta(days=91))
    assert access("eve").warnings == ("dormant",)


def test_the_page_shows_warnings_first_and_alone(everybody: None, signed_in: Callable[[str], Client]) -> None:
    dan = signed_in("dan")
    rows = [row["person"].username for row in dan.get(reverse(PAGE)).context["rows"]]
    assert rows == ["amy", "cara", "olive", "ben", "dan", "eve"]
    warned = dan.get(reverse(PAGE), {"show": "warnings"})
    assert [row["person"].username for row in warned.context["rows"]] == ["amy", "cara", "olive"]
    assert "No second factor" in warned.content.decode()


def test_the_file_can_be_compared_and_leaves_an_event(everybody: None, signed_in: Callable[[str], Client]) -> None:
    Person.objects.filter(username="eve").update(first_name="=HYPERLINK(1)", last_name="")
    answer = signed_in("dan").get(reverse(FILE))
    lines = {line["username"]: line for line in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert answer["Content-Disposition"].startswith('attachment; filename="access-review-')
    assert lines["ben"]["roles"] == "approver"
    assert (lines["ben"]["may_author"], lines["ben"]["may_approve"]) == ("no", "yes")
    assert lines["ben"]["second_factors"] == "totp"
    assert lines["cara"]["warnings"] == "no_second_factor"
    assert lines["eve"]["name"] == "'=HYPERLINK(1)"
    assert AuditEvent.objects.filter(type="person.access_reviewed", actor="dan").exists()


@pytest.mark.parametrize("name", ["amy", "ben", "eve"])
def test_who_may_not_see_people_sees_no_review(everybody: None, signed_in: Callable[[str], Client], name: str) -> None:
    for view in (PAGE, FILE):
        assert signed_in(name).get(reverse(view)).status_code == 403


def test_it_asks_as_many_queries_for_many_people(everybody: None) -> None:
    with CaptureQueriesContext(connection) as few:
        review_access()
    for number in range(30):
        someone = Person.objects.create_user(username=f"person-{number}", is_staff=True)
        someone.groups.set(Group.objects.filter(name="approver"))
        enrol(someone)
    with CaptureQueriesContext(connection) as many:
        assert len(review_access()) == 36
    assert len(few) == len(many) == 3
