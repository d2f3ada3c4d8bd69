"""Tokens of people: signed by the issuer, for this installation, with a second factor, of somebody who is already here."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from govern.identity.links import BY_ADDRESS
from govern.identity.oidc_tokens import IssuerDown, OidcTokenAuthentication, PersonToken
from govern.identity.second_factor import has_fresh_second_factor
from govern.models import Person
from tests.cast import person
from tests.govern.identity.issuer import AUDIENCE, Issuer
from tests.govern.identity.linked import link

OTHER = generate_private_key(SECP256R1())


@pytest.fixture
def issuer(db: None, settings: Any) -> Iterator[Issuer]:
    """The issuer that this installation takes tokens of."""
    found = Issuer()
    settings.GOVERN_OIDC_ISSUER, settings.GOVERN_OIDC_AUDIENCE = found.url, AUDIENCE
    settings.GOVERN_OIDC_TRUST_SECOND_FACTOR = [found.url]
    Person.objects.filter(pk=person("ben").pk).update(email="Ben@example.com")
    link(person("ben"), issuer=found.url)
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
    "factors in one text": ({"amr": "mfa"}, "second_factor_missing"),
    "factors that are not all texts": ({"amr": ["otp", 1]}, "second_factor_missing"),
    "an acr that is a list": ({"amr": None, "acr": ["phr"]}, "second_factor_missing"),
    "a stranger with a verified address": ({"sub": "stranger"}, "person_unknown"),
    "another tenant": ({"tid": "elsewhere"}, "person_unknown"),
    "a tenant that is no text": ({"tid": ["elsewhere"]}, "token_invalid"),
    "a subject in capitals": ({"sub": "0B5E"}, "person_unknown"),
    "a subject with a blank": ({"sub": "0b5e "}, "token_invalid"),
    "a subject with NUL": ({"sub": "0b5e\0"}, "token_invalid"),
    "an empty subject": ({"sub": ""}, "token_invalid"),
    "a subject that is a number": ({"sub": 5}, "token_invalid"),
    "a subject that is a list": ({"sub": ["0b5e"]}, "token_invalid"),
    "a subject of 1,000 characters": ({"sub": "0" * 1000}, "token_invalid"),
    "a subject in other letters": ({"sub": "0b5\u0435"}, "token_invalid"),
    "an end that is a text": ({"exp": "4000000000"}, "token_invalid"),
    "an end without end": ({"exp": float("inf")}, "token_invalid"),
    "a start that is true": ({"nbf": True}, "token_invalid"),
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


@pytest.mark.parametrize("auth_time", ["1800000000", 1e9, True, [1], 10**30, -5, 0])
def test_when_is_a_whole_number_of_the_past(issuer: Issuer, auth_time: Any) -> None:
    found = authenticate(issuer.token(auth_time=auth_time))
    assert found is not None
    assert found[1].second_factor is None or not found[1].second_factor.is_fresh()


def test_factors_count_only_of_issuers_that_the_settings_trust_with_them(issuer: Issuer, settings: Any) -> None:
    settings.GOVERN_OIDC_TRUST_SECOND_FACTOR = []
    found = authenticate(issuer.token())
    assert found is not None
    assert found[1].second_factor is None


def test_the_identity_counts_whatever_the_address(issuer: Issuer) -> None:
    Person.objects.filter(pk=person("cara").pk).update(email="cara@example.com")
    found = authenticate(issuer.token(email="cara@example.com"))
    assert found is not None
    assert found[0] == person("ben")


def test_a_link_of_another_issuer_is_another_identity(issuer: Issuer) -> None:
    link(person("cara"), issuer="https://former.example", subject="stranger")
    with pytest.raises(AuthenticationFailed) as refused:
        authenticate(issuer.token(sub="stranger"))
    assert refused.value.get_codes() == "person_unknown"


def test_a_link_by_address_does_not_count_for_who_may_act(issuer: Issuer) -> None:
    link(person("cara"), issuer=issuer.url, subject="early", how=BY_ADDRESS)
    with pytest.raises(AuthenticationFailed) as refused:
        authenticate(issuer.token(sub="early"))
    assert refused.value.get_codes() == "link_unconfirmed"


def test_somebody_locked_out_is_refused(issuer: Issuer) -> None:
    Person.objects.filter(username="ben").update(is_active=False)
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
