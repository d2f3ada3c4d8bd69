"""People in the admin: who may sign in is changed by administrators, roles are not, and every change is in the trail."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from govern.models import Person
from tests.cast import person
from tests.second_factor import enrol, sign_in_fresh


def form(**changes: str) -> dict[str, str]:
    return {"first_name": "Amy", "last_name": "", "email": "", "is_active": "on", **changes}


def page(name: str) -> str:
    return reverse("admin:govern_person_change", args=[person(name).pk])


def types() -> list[str]:
    return list(AuditEvent.objects.filter(actor="olive").order_by("seq").values_list("type", flat=True))


def fresh(name: str) -> Client:
    """A browser of somebody who has just given a second factor."""
    return sign_in_fresh(Client(), person(name))


def test_roles_are_not_edited_here(signed_in: Callable[[str], Client]) -> None:
    approver = Group.objects.get(name="approver")
    olive = signed_in("olive")
    olive.post(page("amy"), {**form(first_name="Amelia"), "groups": [approver.pk]})
    assert set(person("amy").groups.values_list("name", flat=True)) == {"policy_author"}
    assert person("amy").first_name == "Amelia"
    assert 'name="groups"' not in olive.get(page("amy")).content.decode()


def test_nobody_locks_themselves_out(signed_in: Callable[[str], Client]) -> None:
    values = form()
    del values["is_active"]
    assert "Nobody locks themselves out" in signed_in("olive").post(page("olive"), values).content.decode()
    assert person("olive").is_active


def test_only_a_superuser_changes_a_superuser(db: None) -> None:
    root = Person.objects.create_superuser(username="root", password="x")
    answer = fresh("olive").post(
        reverse("admin:govern_person_change", args=[root.pk]), form(password="a long new password")
    )
    assert "Only a superuser may change a superuser" in answer.content.decode()
    root.refresh_from_db()
    assert root.check_password("x")


def test_somebody_who_is_locked_out_loses_the_session_at_once(signed_in: Callable[[str], Client]) -> None:
    amy, olive = signed_in("amy"), signed_in("olive")
    assert amy.get(reverse("admin:index")).status_code == 200
    values = form()
    del values["is_active"]
    olive.post(page("amy"), values)
    assert amy.get(reverse("admin:index")).status_code == 302
    assert "person.deactivated" in types()


def test_a_new_password_is_recorded_and_must_be_a_good_one(db: None) -> None:
    olive = fresh("olive")
    assert "too short" in olive.post(page("amy"), form(password="short")).content.decode()
    olive.post(page("amy"), form(password="a long new password"))
    assert person("amy").check_password("a long new password")
    assert "person.password_set" in types()
    assert "a long new password" not in str(list(AuditEvent.objects.values_list("body", flat=True)))


def test_a_person_who_is_added_may_sign_in(signed_in: Callable[[str], Client], own_cache: None) -> None:
    values = {**form(password="a first long password"), "username": "frank"}
    signed_in("olive").post(reverse("admin:govern_person_add"), values)
    frank = Client()
    answer = frank.post(reverse("account_login"), {"login": "frank", "password": "a first long password"})
    assert answer.status_code == 302
    assert types()[-1] == "person.created"


def test_who_may_only_look_changes_nothing(signed_in: Callable[[str], Client]) -> None:
    assert signed_in("dan").post(page("amy"), form(first_name="Eve")).status_code == 403
    assert person("amy").first_name == "Amy"


def test_another_s_password_and_address_ask_for_a_fresh_second_factor(signed_in: Callable[[str], Client]) -> None:
    ben = person("ben")
    enrol(person("olive"))
    olive = signed_in("olive")
    for change in ({"password": "a long new password"}, {"email": "olive@example.com"}):
        answer = olive.post(page("ben"), form(**change))
        assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    changed = Person.objects.get(pk=ben.pk)
    assert changed.check_password("ben")
    assert changed.email == ""
    fresh("olive").post(page("ben"), form(email="ben@example.com"))
    assert "person.email_changed" in types()


def test_lost_second_factors_are_removed_and_sessions_with_them(own_cache: None, db: None) -> None:
    enrol(person("ben"))
    olive = fresh("olive")
    address = reverse("admin:govern_person_reset_second_factors", args=[person("ben").pk])
    olive.post(address)
    assert not Authenticator.objects.filter(user=person("ben")).exists()
    assert "person.second_factors_reset" in types()
    own = olive.post(reverse("admin:govern_person_reset_second_factors", args=[person("olive").pk]), follow=True)
    assert "Remove your own on the page" in own.content.decode()
    assert Authenticator.objects.filter(user=person("olive")).exists()


def test_sessions_of_another_are_ended(signed_in: Callable[[str], Client], own_cache: None) -> None:
    person("ben")
    ben = Client()
    ben.post(reverse("account_login"), {"login": "ben", "password": "ben"})
    assert ben.get(reverse("admin:index")).status_code == 200
    signed_in("olive").post(reverse("admin:govern_person_end_sessions", args=[person("ben").pk]))
    assert ben.get(reverse("admin:index")).status_code == 302
    assert "person.sessions_ended" in types()
