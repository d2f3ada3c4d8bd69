"""Tokens of people: signed by the issuer, for this installation, with a second factor, of somebody who is already here."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from govern.identity.oidc_tokens import IssuerDown, OidcTokenAuthentication, PersonToken
from govern.identity.second_factor import has_fresh_second_factor
from govern.models import Person
from tests.cast import person
from tests.govern.identity.issuer import AUDIENCE, Issuer

OTHER = generate_private_key(SECP256R1())


@pytest.fixture
def issuer(db: None, settings: Any) -> Iterator[Issuer]:
    """The issuer that this installation takes tokens of."""
    found = Issuer()
    settings.GOVERN_OIDC_ISSUER, settings.GOVERN_OIDC_AUDIENCE = found.url, AUDIENCE
    Person.objects.filter(pk=person("ben").pk).update(email="Ben@example.com")
    yield found
    found.close()


def authenticate(token: str) -> tuple[Person, PersonToken] | None:
    request = Request(APIRequestFactory().get("/api/", HTTP_AUTHORIZATION=f"Bearer {token}"))
    return OidcTokenAuthentication().authenticate(request)


def test_a_token_is_its_person_with_a_fresh_second_factor(issuer: Issuer) -> None:
    found = authenticate(issuer.token())
    assert found is not None
    assert found[0] == person("ben")
    assert found[1].second_factor is not None
    assert found[1].second_factor.evidence["method"] == "oidc:otp"
    request = Request(
        APIRequestFactory().get("/api/", HTTP_AUTHORIZATION=f"Bearer {issuer.token()}"),
        authenticators=[OidcTokenAuthentication()],
    )
    assert request.user == person("ben")
    assert has_fresh_second_factor(request)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"exp": 1_700_000_000}, "token_expired"),
    "no expiry": ({"exp": None}, "token_invalid"),
    "another audience": ({"aud": "payroll"}, "token_invalid"),
    "another issuer": ({"iss": "https://issuer.example"}, "token_invalid"),
    "signed by another key": ({"key": OTHER}, "token_invalid"),
    "a key that the issuer has not": ({"headers": {"kid": "two"}}, "token_invalid"),
    "a token for signing out": ({"headers": {"typ": "logout+jwt"}}, "token_invalid"),
    "a password alone": ({"amr": ["pwd"]}, "second_factor_missing"),
    "nothing said of factors": ({"amr": None}, "second_factor_missing"),
    "an acr that is not one of ours": ({"amr": None, "acr": "0"}, "second_factor_missing"),
    "an address nobody verified": ({"email_verified": False}, "person_unknown"),
    "a stranger": ({"email": "eve@example.com"}, "person_unknown"),
    "no address": ({"email": None}, "person_unknown"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused(issuer: Issuer, why: str) -> None:
    changes, code = REFUSED[why]
    people = Person.objects.count()
    with pytest.raises(AuthenticationFailed) as refused:
        authenticate(issuer.token(**changes))
    assert refused.value.get_codes() == code
    assert Person.objects.count() == people


def test_a_token_that_names_no_algorithm_or_a_shared_secret_is_refused(issuer: Issuer) -> None:
    claims = jwt.decode(issuer.token(), options={"verify_signature": False})
    for token in (
        jwt.encode(claims, None, algorithm="none", headers={"kid": "one"}),
        jwt.encode(claims, "s" * 32, algorithm="HS256", headers={"kid": "one"}),
        jwt.encode(claims, generate_rsa_key(65537, 2048), algorithm="RS256", headers={"kid": "one"}),
        "not a token",
        "",
    ):
        with pytest.raises(AuthenticationFailed) as refused:
            authenticate(token)
        assert refused.value.get_codes() == "token_invalid"


def test_an_acr_of_the_settings_is_enough(issuer: Issuer, settings: Any) -> None:
    settings.GOVERN_OIDC_ACR_VALUES = ["urn:example:mfa"]
    found = authenticate(issuer.token(amr=None, acr="urn:example:mfa"))
    assert found is not None
    assert found[1].second_factor is not None
    assert found[1].second_factor.method == "oidc:urn:example:mfa"


@pytest.mark.parametrize("auth_time", [lambda now: now - 400, lambda now: now + 120, lambda now: None])
def test_who_signed_in_long_ago_is_known_but_not_fresh(issuer: Issuer, auth_time: Callable[[int], int | None]) -> None:
    token = issuer.token(auth_time=auth_time(int(time.time())))
    request = Request(
        APIRequestFactory().get("/api/", HTTP_AUTHORIZATION=f"Bearer {token}"),
        authenticators=[OidcTokenAuthentication()],
    )
    assert request.user == person("ben")
    assert not has_fresh_second_factor(request)


def test_a_linked_account_is_found_by_its_subject_whatever_the_address(issuer: Issuer) -> None:
    SocialAccount.objects.create(user=person("cara"), provider="sso", uid="0b5e")
    found = authenticate(issuer.token())
    assert found is not None
    assert found[0] == person("cara")


def test_somebody_locked_out_is_refused(issuer: Issuer) -> None:
    Person.objects.filter(username="ben").update(is_active=False)
    with pytest.raises(AuthenticationFailed):
        authenticate(issuer.token())


def test_an_address_that_two_people_have_is_nobody_s(issuer: Issuer) -> None:
    Person.objects.filter(pk=person("cara").pk).update(email="ben@example.com")
    with pytest.raises(AuthenticationFailed):
        authenticate(issuer.token())


def test_keys_are_kept_and_unknown_ones_do_not_make_them_be_read_again_and_again(issuer: Issuer) -> None:
    for _ in range(3):
        authenticate(issuer.token())
        with pytest.raises(AuthenticationFailed):
            authenticate(issuer.token(headers={"kid": "two"}))
    assert issuer.requests == ["/.well-known/openid-configuration", "/keys"]


def test_an_issuer_that_is_down_is_said(issuer: Issuer, settings: Any) -> None:
    settings.GOVERN_OIDC_ISSUER = "http://127.0.0.1:9"
    with pytest.raises(IssuerDown):
        authenticate(issuer.token(iss="http://127.0.0.1:9"))


def test_without_an_issuer_every_token_is_refused(issuer: Issuer, settings: Any) -> None:
    settings.GOVERN_OIDC_ISSUER = ""
    with pytest.raises(AuthenticationFailed) as refused:
        authenticate(issuer.token())
    assert refused.value.get_codes() == "issuer_not_configured"


def test_api_keys_and_silence_are_left_to_others(issuer: Issuer) -> None:
    assert authenticate("gk-test-0123456789") is None
    assert OidcTokenAuthentication().authenticate(Request(APIRequestFactory().get("/api/"))) is None
