"""People in the admin: roles are given by administrators, never to themselves, and every change is in the trail."""

from collections.abc import Callable

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from govern.models import Person
from tests.cast import person


def form(*groups: str, **changes: str) -> dict[str, object]:
    chosen = [group.pk for group in Group.objects.filter(name__in=groups)]
    return {"first_name": "Amy", "last_name": "", "email": "", "is_active": "on", "groups": chosen, **changes}


def page(name: str) -> str:
    return reverse("admin:govern_person_change", args=[person(name).pk])


def types() -> list[str]:
    return list(AuditEvent.objects.filter(actor="olive").order_by("seq").values_list("type", flat=True))


def test_giving_a_role_is_recorded(signed_in: Callable[[str], Client]) -> None:
    signed_in("olive").post(page("amy"), form("policy_author", "auditor"))
    assert set(person("amy").groups.values_list("name", flat=True)) == {"policy_author", "auditor"}
    event = AuditEvent.objects.get(type="person.groups_changed")
    assert str(event) == "olive changed the groups of amy to auditor, policy_author"


def test_nobody_gives_themselves_a_role(signed_in: Callable[[str], Client]) -> None:
    answer = signed_in("olive").post(page("olive"), form("approver", "compliance_officer", "platform_administrator"))
    assert "Nobody changes their own roles" in answer.content.decode()
    assert not person("olive").groups.filter(name="approver").exists()


def test_only_a_superuser_changes_a_superuser(signed_in: Callable[[str], Client]) -> None:
    root = Person.objects.create_superuser(username="root", password="x")
    answer = signed_in("olive").post(
        reverse("admin:govern_person_change", args=[root.pk]), form(password="a long new password")
    )
    assert "Only a superuser may change a superuser" in answer.content.decode()
    root.refresh_from_db()
    assert root.check_password("x")


def test_somebody_who_is_locked_out_loses_the_session_at_once(signed_in: Callable[[str], Client]) -> None:
    amy, olive = signed_in("amy"), signed_in("olive")
    assert amy.get(reverse("admin:index")).status_code == 200
    values = form("policy_author")
    del values["is_active"]
    olive.post(page("amy"), values)
    assert amy.get(reverse("admin:index")).status_code == 302
    assert "person.deactivated" in types()


def test_a_new_password_is_recorded_and_must_be_a_good_one(signed_in: Callable[[str], Client]) -> None:
    olive = signed_in("olive")
    assert "too short" in olive.post(page("amy"), form("policy_author", password="short")).content.decode()
    olive.post(page("amy"), form("policy_author", password="a long new password"))
    assert person("amy").check_password("a long new password")
    assert "person.password_set" in types()
    assert "a long new password" not in str(list(AuditEvent.objects.values_list("body", flat=True)))


def test_a_person_who_is_added_may_sign_in(signed_in: Callable[[str], Client]) -> None:
    values = {**form("auditor", password="a first long password"), "username": "frank"}
    signed_in("olive").post(reverse("admin:govern_person_add"), values)
    frank = Client()
    assert (
        frank.post(reverse("admin:login"), {"username": "frank", "password": "a first long password"}).status_code
        == 302
    )
    assert types()[-2:] == ["person.created", "person.groups_changed"]


def test_who_may_only_look_changes_nothing(signed_in: Callable[[str], Client]) -> None:
    assert signed_in("dan").post(page("amy"), form("approver")).status_code == 403
    assert not person("amy").groups.filter(name="approver").exists()
