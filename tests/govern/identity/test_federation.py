"""Signing in through the organisation's issuer: who is here already is let in, and nobody is added."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from govern.identity.links import BY_ADDRESS, BY_PERSON
from govern.models import Person
from govern.settings.identity_provider import oidc_app
from tests.cast import person
from tests.govern.identity.issuer import AUDIENCE, Issuer
from tests.govern.identity.linked import link
from tests.second_factor import code_of, enrol, sign_in_fresh

pytestmark = pytest.mark.usefixtures("db", "own_cache")
WHERE_TO = "/admin/govern/team/"


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    """The issuer that the settings name."""
    found = Issuer()
    app = oidc_app(issuer=found.url, client_id=AUDIENCE, secret="hush", name="Example Bank")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}, "saml": {"APPS": []}}
    Person.objects.filter(pk=person("eve").pk).update(email="eve@example.com")
    found.claims = {"email": "eve@example.com"}
    Person.objects.filter(pk=person("ben").pk).update(email="ben@example.com")
    yield found
    found.close()


def set_out(client: Client) -> str:
    """Sets out to link one's own account; the state that comes back."""
    sent_to = client.post(reverse("account_link", args=["sso"]))["Location"]
    return parse_qs(urlsplit(sent_to).query)["state"][0]


def link_own(client: Client) -> Any:
    """Links one's own account; the last answer of Govern."""
    state = set_out(client)
    return client.get(reverse("openid_connect_callback", args=["sso"]), {"code": "c0de", "state": state})


def sign_in(client: Client, **parameters: str) -> Any:
    """Goes to the issuer and comes back with a code; the last answer of Govern."""
    address = reverse("openid_connect_login", args=["sso"])
    sent_to = client.get(address, {"next": WHERE_TO, **parameters})["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent_to).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert {"openid", "email"} <= set(asked["scope"].split())
    return client.get(reverse("openid_connect_callback", args=["sso"]), {"code": "c0de", "state": asked["state"]})


def test_the_sign_in_page_offers_it(client: Client, issuer: Issuer) -> None:
    assert "Sign in with Example Bank" in client.get(reverse("account_login")).content.decode()


def test_a_verified_address_lets_in_who_may_do_nothing_and_links_the_account(client: Client, issuer: Issuer) -> None:
    assert sign_in(client)["Location"] == WHERE_TO
    account = SocialAccount.objects.get()
    assert account.user == person("eve")
    assert account.extra_data == {"issuer": issuer.url, "linked_by": BY_ADDRESS}
    assert issuer.sent["code_verifier"]
    types = AuditEvent.objects.filter(actor="eve").order_by("seq").values_list("type", flat=True)
    assert list(types) == ["person.signed_in", "person.linked"]


@pytest.mark.parametrize("name", ["amy", "ben", "dan", "olive"])
def test_an_address_alone_lets_nobody_in_who_may_act(client: Client, issuer: Issuer, name: str) -> None:
    Person.objects.filter(pk=person(name).pk).update(email=f"{name}@example.com")
    issuer.claims = {"email": f"{name}@example.com"}
    assert sign_in(client)["Location"] == reverse("account_login")
    assert "word alone does not sign you in" in client.get(reverse("account_login")).content.decode()
    assert not SocialAccount.objects.exists()


def test_a_superuser_is_let_in_by_no_address(client: Client, issuer: Issuer) -> None:
    Person.objects.filter(username="eve").update(is_superuser=True)
    sign_in(client)
    assert not SocialAccount.objects.exists()


def test_people_link_their_own_account_and_it_signs_them_in(client: Client, issuer: Issuer) -> None:
    sign_in_fresh(client, person("ben"))
    assert link_own(client)["Location"] == reverse("mfa_index")
    assert SocialAccount.objects.get().user == person("ben")
    assert AuditEvent.objects.filter(type="person.linked_own", actor="ben").exists()
    again = Client()
    assert sign_in(again)["Location"] == reverse("mfa_authenticate")


def test_linking_needs_a_fresh_second_factor(client: Client, issuer: Issuer) -> None:
    client.force_login(person("ben"))
    answer = client.post(reverse("account_link", args=["sso"]))
    assert answer["Location"] == reverse("mfa_index")
    assert not issuer.requests


def test_nobody_is_led_to_link_by_an_address_in_a_mail(client: Client, issuer: Issuer) -> None:
    sign_in_fresh(client, person("ben"))
    sign_in(client, process="connect")
    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.filter(type="person.federation_refused").exists()


def test_a_trip_that_one_began_links_nobody_else(client: Client, issuer: Issuer) -> None:
    sign_in_fresh(client, person("ben"))
    state = set_out(client)
    session = client.session
    states = session["socialaccount_states"]
    sign_in_fresh(client, person("cara"))
    session = client.session
    session["socialaccount_states"] = states
    session.save()
    client.get(reverse("openid_connect_callback", args=["sso"]), {"code": "c0de", "state": state})
    assert not SocialAccount.objects.exists()


def test_somebody_else_s_identity_is_not_taken_over(client: Client, issuer: Issuer) -> None:
    link(person("cara"), issuer=issuer.url)
    sign_in_fresh(client, person("ben"))
    link_own(client)
    assert SocialAccount.objects.get().user == person("cara")


def test_who_was_linked_by_address_and_may_act_since_confirms_it(client: Client, issuer: Issuer) -> None:
    sign_in(client)
    assert "_auth_user_id" in client.session
    person("eve").groups.add(Group.objects.get(name="approver"))
    client.get(WHERE_TO)
    assert "_auth_user_id" not in client.session
    assert sign_in(Client())["Location"] == reverse("account_login")
    sign_in_fresh(client, person("eve"))
    link_own(client)
    assert SocialAccount.objects.get().extra_data["linked_by"] == BY_PERSON


def test_a_sign_in_that_is_not_finished_links_nothing(client: Client, issuer: Issuer) -> None:
    secret = enrol(person("eve"))
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert not SocialAccount.objects.exists()
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})["Location"] == WHERE_TO
    assert SocialAccount.objects.get().user == person("eve")


def test_from_then_on_the_subject_counts_and_not_the_address(client: Client, issuer: Issuer) -> None:
    sign_in(client)
    Person.objects.filter(username="eve").update(email="")
    Person.objects.filter(pk=person("zoe").pk).update(email="eve@example.com")
    again = Client()
    assert sign_in(again)["Location"] == WHERE_TO
    assert again.get(WHERE_TO).wsgi_request.user == person("eve")


@pytest.mark.parametrize("change", [{"sub": "1"}, {"tid": "another"}])
def test_another_subject_or_tenant_is_somebody_else(client: Client, issuer: Issuer, change: dict[str, str]) -> None:
    link(person("ben"), issuer=issuer.url)
    issuer.claims = {"email": "ben@example.com", **change}
    assert sign_in(client)["Location"] == reverse("account_login")
    assert SocialAccount.objects.count() == 1


def test_somebody_locked_out_is_not_let_in(client: Client, issuer: Issuer) -> None:
    sign_in(Client())
    Person.objects.filter(username="eve").update(is_active=False)
    sign_in(client)
    assert client.get(WHERE_TO).status_code == 302


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, issuer: Issuer) -> None:
    client.get(reverse("openid_connect_callback", args=["sso"]), {"code": "c0de", "state": "made-up"})
    assert client.get(WHERE_TO).status_code == 302


def test_a_row_in_the_database_makes_no_identity_provider(client: Client, db: None) -> None:
    SocialApp.objects.create(
        provider="openid_connect", provider_id="evil", name="Evil", client_id="x", settings={"server_url": "http://x"}
    )
    assert client.get(reverse("openid_connect_login", args=["evil"])).status_code == 404
    assert "Evil" not in client.get(reverse("account_login")).content.decode()


def test_who_gets_an_address_later_is_not_who_had_it_first(client: Client, issuer: Issuer) -> None:
    issuer.claims = {"email": "eve@example.com"}
    Person.objects.filter(pk=person("eve").pk).update(email="eve@example.com")
    sign_in(client)
    assert SocialAccount.objects.get().user == person("eve")
    issuer.claims = {"email": "eve@example.com", "sub": "somebody-else"}
    other = Client()
    assert sign_in(other)["Location"] == reverse("account_login")
    assert "_auth_user_id" not in other.session
    assert SocialAccount.objects.count() == 1
