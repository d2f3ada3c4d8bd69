"""Signing in: a password, then the second factor of who has one, then the page that was asked for."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client, override_settings
from django.urls import reverse

from audit.models import AuditEvent
from tests.cast import person
from tests.second_factor import code_of, enrol, sign_in_fresh

pytestmark = pytest.mark.usefixtures("db", "own_cache")
WHERE_TO = "/admin/govern/team/"


def give_password(client: Client, name: str, password: str | None = None) -> str:
    """Where the browser is sent next."""
    answer = client.post(reverse("account_login"), {"login": name, "password": password or name, "next": WHERE_TO})
    return str(answer.headers.get("Location", answer.status_code))


def types() -> list[str]:
    return list(AuditEvent.objects.filter(type__startswith="person.").order_by("seq").values_list("type", flat=True))


def test_the_admin_sends_to_the_sign_in_page_and_back(client: Client) -> None:
    person("ben")
    answer = client.get(WHERE_TO, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert "Sign in" in answer.content.decode()
    assert give_password(client, "ben") == WHERE_TO
    assert client.get(WHERE_TO).status_code == 200


def test_who_has_a_second_factor_is_asked_for_it(client: Client) -> None:
    secret = enrol(person("ben"))
    assert give_password(client, "ben") == reverse("mfa_authenticate")
    assert client.get(WHERE_TO).status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "That code is not right" in wrong.content.decode()
    assert client.get(WHERE_TO).status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})["Location"] == WHERE_TO
    assert client.get(WHERE_TO).status_code == 200
    assert types() == ["person.second_factor_failed", "person.signed_in"]


def test_a_code_works_once(client: Client) -> None:
    secret = enrol(person("ben"))
    code = code_of(secret)
    give_password(client, "ben")
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    other = Client()
    give_password(other, "ben")
    assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_a_recovery_code_lets_in_once(client: Client) -> None:
    enrol(person("ben"))
    code = RecoveryCodes.activate(person("ben")).get_unused_codes()[0]
    give_password(client, "ben")
    assert client.post(reverse("mfa_authenticate"), {"code": code})["Location"] == WHERE_TO
    other = Client()
    give_password(other, "ben")
    assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
    assert "person.recovery_code_used" in types()


@override_settings(AXES_ENABLED=True)
def test_five_wrong_passwords_lock_the_account_from_that_address(client: Client) -> None:
    person("ben")
    for _ in range(4):
        assert give_password(client, "ben", "wrong") == "200"
    locked = client.post(reverse("account_login"), {"login": "ben", "password": "wrong"})
    assert locked.status_code == 429
    assert "locked from your address for 15 minutes" in locked.content.decode()
    assert give_password(client, "ben") == "429"
    assert "person.locked_out" in types()
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert give_password(elsewhere, "ben") == WHERE_TO


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_the_client_counts_and_not_what_it_claims(client: Client) -> None:
    person("ben")
    client.post(
        reverse("account_login"),
        {"login": "ben", "password": "wrong"},
        headers={"x-forwarded-for": "203.0.113.9, 192.0.2.7"},
    )
    assert AuditEvent.objects.get(type="person.sign_in_failed").body["address"] == "192.0.2.7"


def test_five_wrong_codes_lock_even_the_right_one(client: Client) -> None:
    secret = enrol(person("ben"))
    give_password(client, "ben")
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert "Too many wrong codes" in answer.content.decode()
    assert client.get(WHERE_TO).status_code == 302


def test_nobody_signs_up(client: Client) -> None:
    assert client.get("/account/signup/").status_code == 404
    assert client.get(reverse("socialaccount_signup")).status_code == 302


def test_somebody_locked_out_does_not_sign_in(client: Client) -> None:
    ben = person("ben")
    ben.is_active = False
    ben.save()
    assert give_password(client, "ben") == "200"


def test_a_secret_is_sealed_in_the_database() -> None:
    secret = enrol(person("ben"))
    assert secret not in str(Authenticator.objects.get().data)


def test_confirming_leads_back_to_the_page(client: Client) -> None:
    secret = enrol(person("ben"))
    client.force_login(person("ben"))
    address = reverse("mfa_reauthenticate")
    assert client.get(address, {"next": WHERE_TO}).status_code == 200
    answer = client.post(address, {"code": code_of(secret), "next": WHERE_TO})
    assert answer["Location"] == WHERE_TO
    assert "person.confirmed" in types()


def test_confirming_leads_nowhere_else(client: Client) -> None:
    secret = enrol(person("ben"))
    client.force_login(person("ben"))
    answer = client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret), "next": "https://evil.example/"})
    assert answer["Location"] == reverse("admin:index")


def test_confirming_with_a_recovery_code_leads_to_the_second_factors(client: Client) -> None:
    enrol(person("ben"))
    code = RecoveryCodes.activate(person("ben")).get_unused_codes()[0]
    client.force_login(person("ben"))
    answer = client.post(reverse("mfa_reauthenticate"), {"code": code, "next": WHERE_TO})
    assert answer["Location"] == reverse("mfa_index")


def test_a_password_does_not_stand_in_for_a_second_factor(client: Client) -> None:
    enrol(person("ben"))
    client.force_login(person("ben"))
    answer = client.post(reverse("account_reauthenticate"), {"password": "ben"})
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert client.post(reverse("mfa_deactivate_totp"))["Location"].startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.count() == 1


def test_setting_up_an_app(client: Client, transactional_db: None) -> None:
    person("ben")
    give_password(client, "ben")
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert codes.content.decode().count("<li><code>") == 10
    assert "not shown again" in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert types()[-1] == "person.second_factor_added"


def test_setting_up_asks_for_the_password_when_that_was_long_ago(client: Client) -> None:
    client.force_login(person("ben"))
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))


def test_the_security_page_shows_what_there_is(client: Client) -> None:
    sign_in_fresh(client, person("ben"))
    page = client.get(reverse("mfa_index")).content.decode()
    assert "Authenticator app" in page
    assert "You have no second factor yet" not in page


def test_who_is_sent_to_set_up_a_factor_comes_back_to_the_page(client: Client, transactional_db: None) -> None:
    page = reverse("admin:govern_person_change", args=[person("ben").pk])
    person("olive")
    give_password(client, "olive")
    act = reverse("admin:govern_person_reset_second_factors", args=[person("ben").pk])
    sent = client.post(act, headers={"referer": f"http://testserver{page}"}, follow=True)
    assert "This needs a second factor, and you have none yet" in sent.content.decode()
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert reverse("account_continue") in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert client.get(reverse("account_continue"))["Location"] == page
    assert client.get(reverse("account_continue"))["Location"] == reverse("mfa_index")
    assert client.post(act)["Location"] == page
