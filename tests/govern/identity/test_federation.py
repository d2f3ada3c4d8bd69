"""Signing in through the organisation's issuer: who is here already is let in, and nobody is added."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from govern.models import Person
from govern.settings.identity_provider import oidc_app
from tests.cast import person
from tests.govern.identity.issuer import AUDIENCE, Issuer
from tests.second_factor import enrol

pytestmark = pytest.mark.usefixtures("db", "own_cache")
WHERE_TO = "/admin/govern/team/"


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    """The issuer that the settings name."""
    found = Issuer()
    app = oidc_app(issuer=found.url, client_id=AUDIENCE, secret="hush", name="Example Bank")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}, "saml": {"APPS": []}}
    Person.objects.filter(pk=person("ben").pk).update(email="ben@example.com")
    yield found
    found.close()


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


def test_a_verified_address_lets_its_person_in_and_links_the_account(client: Client, issuer: Issuer) -> None:
    assert sign_in(client)["Location"] == WHERE_TO
    assert client.get(WHERE_TO).status_code == 200
    assert SocialAccount.objects.get().user == person("ben")
    assert issuer.sent["code_verifier"]
    types = AuditEvent.objects.filter(actor="ben").order_by("seq").values_list("type", flat=True)
    assert list(types) == ["person.linked", "person.signed_in"]


def test_from_then_on_the_subject_counts_and_not_the_address(client: Client, issuer: Issuer) -> None:
    sign_in(client)
    Person.objects.filter(username="ben").update(email="")
    Person.objects.filter(pk=person("cara").pk).update(email="ben@example.com")
    again = Client()
    assert sign_in(again)["Location"] == WHERE_TO
    assert again.get(WHERE_TO).wsgi_request.user == person("ben")


@pytest.mark.parametrize(
    "claims", [{"email": "eve@example.com"}, {"email_verified": False}, {"email": None}, {"email": "root@localhost"}]
)
def test_nobody_is_added(client: Client, issuer: Issuer, claims: dict[str, Any]) -> None:
    person("eve")
    issuer.claims = claims
    people = Person.objects.count()
    assert sign_in(client)["Location"] == reverse("account_login")
    assert "Nobody here has your verified e-mail address" in client.get(reverse("account_login")).content.decode()
    assert Person.objects.count() == people
    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.filter(type="person.federation_refused").exists()


def test_somebody_locked_out_is_not_let_in(client: Client, issuer: Issuer) -> None:
    sign_in(Client())
    Person.objects.filter(username="ben").update(is_active=False)
    sign_in(client)
    assert client.get(WHERE_TO).status_code == 302


def test_a_second_factor_kept_here_is_still_asked_for(client: Client, issuer: Issuer) -> None:
    enrol(person("ben"))
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")


def test_an_account_is_not_linked_from_inside(client: Client, issuer: Issuer) -> None:
    client.force_login(person("cara"))
    sign_in(client, process="connect")
    assert not SocialAccount.objects.exists()


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, issuer: Issuer) -> None:
    client.get(reverse("openid_connect_callback", args=["sso"]), {"code": "c0de", "state": "made-up"})
    assert client.get(WHERE_TO).status_code == 302


def test_a_row_in_the_database_makes_no_identity_provider(client: Client, db: None) -> None:
    SocialApp.objects.create(
        provider="openid_connect", provider_id="evil", name="Evil", client_id="x", settings={"server_url": "http://x"}
    )
    assert client.get(reverse("openid_connect_login", args=["evil"])).status_code == 404
    assert "Evil" not in client.get(reverse("account_login")).content.decode()
