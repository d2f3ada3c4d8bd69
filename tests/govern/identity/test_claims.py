"""Whatever an issuer sends in a claim, nobody becomes anybody else: refused in words, on the record, and nothing is stored."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from govern.identity.issuer_claims import vouched_address
from govern.models import Person
from govern.settings.identity_provider import oidc_app
from tests.cast import person
from tests.govern.identity.issuer import AUDIENCE, Issuer
from tests.govern.identity.test_federation import sign_in

pytestmark = pytest.mark.usefixtures("db", "own_cache")
EVE = "eve@example.com"

NOT_TRUE = [
    "false",
    "False",
    "0",
    "TRUE",
    "true ",
    "True",
    "yes",
    "",
    " ",
    "\0",
    0,
    1,
    1.0,
    False,
    None,
    [],
    ["no"],
    [True],
    {},
    {"a": 1},
]
NOT_EVES = [
    "\u0435ve@example.com",
    "\uff45ve@example.com",
    "eve@ex\u0430mple.com",
    "e\u0301ve@example.com",
    "eve@example.com.",
    "eve@xn--exmple-cua.com",
    " eve@example.com",
    "eve@example.com ",
    "eve@example.com\n",
    "eve\0@example.com",
    "eve@example.com\0",
    "eve@example.com,ben@example.com",
    "eve@example.com ben@example.com",
    "eve@example.com;x@example.com",
    "<eve@example.com>",
    '"eve"@example.com',
    "eve(x)@example.com",
    "eve+x@example.com",
    "eve@@example.com",
    "eve@example.com@evil.example",
    "@example.com",
    "eve@",
    "eve",
    "",
    "e" * 1000 + "@example.com",
    "ev\u212a@example.com",
    ["eve@example.com"],
    ["ben@example.com", "eve@example.com"],
    {"value": "eve@example.com"},
    1,
    True,
    None,
]
NO_SUBJECTS = ["", " ", "0b5e ", "0b5e\0", "0" * 1000, "0b5\u0435", 5, 0, True, None, ["0b5e"], {"a": 1}, "0b5e\n"]


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    """The issuer that the settings name; Eve may do nothing here, so that her address would be enough."""
    found = Issuer()
    app = oidc_app(issuer=found.url, client_id=AUDIENCE, secret="hush", name="Example Bank")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}, "saml": {"APPS": []}}
    for name in ("eve", "ben"):
        Person.objects.filter(pk=person(name).pk).update(email=f"{name}@example.com")
    yield found
    found.close()


def refused(client: Client, issuer: Issuer, claims: dict[str, Any]) -> None:
    """Signs in with the claims in userinfo, and in the ID token those that one can hold; nobody comes in."""
    issuer.answers["/userinfo"] = {"sub": "0b5e", "email": EVE, "email_verified": True, **claims}
    assert sign_in(client)["Location"] == reverse("account_login")
    assert client.get(reverse("account_login")).context["messages"]
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.filter(type="person.federation_refused").exists()


@pytest.mark.parametrize("value", NOT_TRUE, ids=repr)
def test_only_true_vouches(client: Client, issuer: Issuer, value: Any) -> None:
    issuer.claims = {"email": EVE, "email_verified": value}
    refused(client, issuer, {"email_verified": value})


@pytest.mark.parametrize("value", NOT_EVES, ids=repr)
def test_only_her_address_is_hers(client: Client, issuer: Issuer, value: Any) -> None:
    issuer.claims = {"email": value}
    refused(client, issuer, {"email": value})


@pytest.mark.parametrize("value", NO_SUBJECTS, ids=repr)
def test_a_subject_is_a_text_that_both_answers_have(client: Client, issuer: Issuer, value: Any) -> None:
    issuer.claims = {"email": EVE}
    refused(client, issuer, {"sub": value})


@pytest.mark.parametrize("path", ["/userinfo", "/token", "/.well-known/openid-configuration", "/keys"])
@pytest.mark.parametrize("value", [[], ["x"], "x", 1, None, True, {}], ids=repr)
def test_an_answer_of_another_shape_is_refused(client: Client, issuer: Issuer, path: str, value: Any) -> None:
    address = reverse("openid_connect_login", args=["sso"])
    state = client.get(address)["Location"].partition("state=")[2].partition("&")[0]
    issuer.answers[path] = value
    client.get(reverse("openid_connect_callback", args=["sso"]), {"code": "c0de", "state": state})
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.filter(type="person.federation_refused").exists()


@pytest.mark.parametrize(
    "change", [{"iss": "https://evil.example"}, {"aud": "payroll"}, {"aud": [AUDIENCE, "x"]}, {"azp": "x"}]
)
def test_an_id_token_of_others_is_refused(client: Client, issuer: Issuer, change: dict[str, Any]) -> None:
    issuer.claims = {"email": EVE, **change}
    refused(client, issuer, {})


@pytest.mark.parametrize("value", [True, "true"])
@pytest.mark.parametrize("email", [EVE, "EVE@Example.COM"])
def test_hers_in_capitals_is_hers(client: Client, issuer: Issuer, value: Any, email: str) -> None:
    issuer.claims = {"email": email, "email_verified": value}
    sign_in(client)
    assert SocialAccount.objects.get().user == person("eve")


def test_the_word_may_be_in_either_and_is_not_contradicted(settings: Any) -> None:
    yes, no, silent = {"email": EVE, "email_verified": True}, {"email": EVE, "email_verified": "false"}, {"email": EVE}
    assert vouched_address(yes, silent) == vouched_address(silent, yes) == EVE
    assert vouched_address(yes, no) is vouched_address(no, yes) is None
    assert vouched_address(yes, {"email": "ben@example.com"}) is None
    assert vouched_address(silent, silent) is None
    settings.GOVERN_OIDC_TRUST_EMAIL = True
    assert vouched_address(silent, silent) == EVE
    for word in NOT_TRUE:
        assert vouched_address(silent, {"email": EVE, "email_verified": word}) is None


@pytest.mark.parametrize(
    "twin", ["\u0131ve@example.com", "STRASSE@example.com", "stra\u00dfe@example.com", "\u0130ve@example.com"]
)
def test_what_a_database_folds_is_not_the_same(client: Client, issuer: Issuer, twin: str) -> None:
    Person.objects.filter(username="eve").update(email="ive@example.com")
    Person.objects.filter(pk=person("zoe").pk).update(email="stra\u00dfe@example.com")
    issuer.claims = {"email": twin}
    refused(client, issuer, {"email": twin})
