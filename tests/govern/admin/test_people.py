"""People in the admin: who may sign in is changed by administrators, roles are not, and every change is in the trail."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from govern.identity.invitations import invite
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
    answer = fresh("olive").post(reverse("admin:govern_person_change", args=[root.pk]), form())
    assert "Only a superuser may change a superuser" in answer.content.decode()
    answer = fresh("olive").post(reverse("admin:govern_person_invite", args=[root.pk]), follow=True)
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


def set_password(address: str, password: str) -> HttpResponse:
    """What somebody does with a link that they were handed, in a browser of their own."""
    return Client().post(address, {"new_password1": password, "new_password2": password})


def link_in(answer: HttpResponse) -> str:
    """The path of the link that a page shows."""
    found = re.search(r"/account/invitation/[^<\s]+", answer.content.decode())
    assert found
    return found[0]


def test_nobody_sets_anothers_password(db: None) -> None:
    olive = fresh("olive")
    assert 'name="password"' not in olive.get(page("amy")).content.decode()
    olive.post(page("amy"), form(password="a long new password"))
    assert person("amy").check_password("amy")


def test_a_person_who_is_added_sets_their_own_password(db: None, own_cache: None) -> None:
    olive = fresh("olive")
    answer = olive.post(reverse("admin:govern_person_add"), {**form(), "username": "frank"})
    frank = Person.objects.get(username="frank")
    assert frank.credentials_set_by == person("olive")
    assert not frank.has_usable_password()
    link = link_in(answer)
    assert "too short" in set_password(link, "short").content.decode()
    assert set_password(link, "a first long password").status_code == 302
    signed_in = Client().post(reverse("account_login"), {"login": "frank", "password": "a first long password"})
    assert signed_in.status_code == 302
    assert types()[-2:] == ["person.created", "person.invited"]
    assert AuditEvent.objects.filter(type="person.invitation_accepted", actor="frank").exists()
    assert Person.objects.get(username="frank").credentials_set_by == person("olive")
    assert link.split("/")[-2] not in str(list(AuditEvent.objects.values_list("body", flat=True)))


def test_a_link_works_once_for_three_days_and_for_one_person(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = urlsplit(invite(person=person("amy"), by=person("olive"))).path
    second = urlsplit(invite(person=person("amy"), by=person("olive"))).path
    set_password(first, "a password of somebody")
    number, token = second.split("/")[-3:-1]
    set_password(second.replace(f"/{number}/", "/1a/"), "a password of somebody")
    set_password(second.replace(token, f"{token[:-1]}{'a' if token[-1] != 'a' else 'b'}"), "a password of somebody")
    assert not person("amy").has_usable_password()
    in_four_days = datetime.now() + timedelta(days=4)  # noqa: DTZ005 (as Django counts there)
    with monkeypatch.context() as later:
        later.setattr("govern.identity.invitations._Links._now", lambda _self: in_four_days)
        set_password(second, "a password of somebody")
    assert not person("amy").has_usable_password()
    set_password(second, "a password of amy's own")
    set_password(second, "a password of somebody")
    assert Person.objects.get(username="amy").check_password("a password of amy's own")


def test_a_link_is_sent_where_e_mail_is_set_up_and_not_shown(db: None, settings: Any, mailoutbox: list[Any]) -> None:
    settings.EMAIL_IS_CONFIGURED = True
    Person.objects.filter(pk=person("amy").pk).update(email="amy@example.com")
    answer = fresh("olive").post(reverse("admin:govern_person_invite", args=[person("amy").pk]), follow=True)
    assert "/account/invitation/" not in answer.content.decode()
    (mail,) = mailoutbox
    assert mail.to == ["amy@example.com"]
    assert "/account/invitation/" in mail.body


def test_a_link_asks_for_a_fresh_second_factor_and_for_somebody_else(signed_in: Callable[[str], Client]) -> None:
    enrol(person("olive"))
    address = reverse("admin:govern_person_invite", args=[person("amy").pk])
    assert signed_in("olive").post(address)["Location"].startswith(reverse("mfa_reauthenticate"))
    assert fresh("dan").post(address).status_code == 403
    own = fresh("olive").post(reverse("admin:govern_person_invite", args=[person("olive").pk]), follow=True)
    assert "Change your own password" in own.content.decode()
    assert person("amy").check_password("amy")


def test_who_may_only_look_changes_nothing(signed_in: Callable[[str], Client]) -> None:
    assert signed_in("dan").post(page("amy"), form(first_name="Eve")).status_code == 403
    assert person("amy").first_name == "Amy"


def test_anothers_address_asks_for_a_fresh_second_factor(signed_in: Callable[[str], Client]) -> None:
    ben = person("ben")
    enrol(person("olive"))
    answer = signed_in("olive").post(page("ben"), form(email="olive@example.com"))
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert Person.objects.get(pk=ben.pk).email == ""
    fresh("olive").post(page("ben"), form(email="ben@example.com"))
    assert "person.email_changed" in types()
    assert Person.objects.get(pk=ben.pk).credentials_set_by == person("olive")


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
