"""People at the REST API: a token of the organisation's issuer (OpenID Connect) that says who it is, and with what proof.

A token counts if the issuer signed it for this installation, it has not expired, it says that a second factor was used, and
its person is already in Govern. Nobody is created. An act that asks for a fresh second factor (`second_factor.py`) takes the
token's `auth_time`, which must then be at most five minutes old.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from govern.identity.federation import PROVIDER, person_of_address
from govern.identity.issuer_keys import IssuerUnavailable, UnknownKey, issuer_keys
from govern.identity.second_factor import SecondFactor
from govern.models import Person

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
TYPES = (None, "JWT", "at+jwt", "application/at+jwt")
SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "sc", "phr", "phrh"})
"""Values of `amr` that say that a second factor was used (RFC 8176; `phr` and `phrh`: OpenID EAP ACR values 1.0)."""
LEEWAY_S = 30
API_KEY = "gk-"


class IssuerDown(APIException):
    """The issuer cannot be asked for its keys."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("The identity provider cannot be reached; try again in a moment.")
    default_code = "issuer_unavailable"


@dataclass(frozen=True, slots=True)
class PersonToken:
    """What a token says: `second_factor` is None if it does not say when the person signed in."""

    subject: str
    second_factor: SecondFactor | None


class OidcTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN` of a person. API keys and requests without a token are left to others."""

    def authenticate(self, request: Request) -> tuple[Person, PersonToken] | None:
        """The person and what the token says. Raises `AuthenticationFailed` and `IssuerDown`."""
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or token.startswith(API_KEY):
            return None
        claims = verified_claims(token.strip())
        used = second_factors(claims)
        if not used:
            raise AuthenticationFailed(
                _("The token does not say that a second factor was used."), code="second_factor_missing"
            )
        return _person(claims), PersonToken(claims["sub"], _factor(claims, used))

    def authenticate_header(self, request: Request) -> str:
        """What a 401 says should be sent."""
        return 'Bearer realm="Govern"'


def verified_claims(token: str) -> dict[str, Any]:
    """The claims of a token that this installation's issuer signed for it.

    Raises `AuthenticationFailed`, without a word of the token, and `IssuerDown`.
    """
    issuer, audience = settings.GOVERN_OIDC_ISSUER, settings.GOVERN_OIDC_AUDIENCE
    if not issuer or not audience:
        raise AuthenticationFailed(
            _("Tokens of people are not taken here: GOVERN_OIDC_ISSUER is not set."), code="issuer_not_configured"
        )
    try:
        header = jwt.get_unverified_header(token)
        if header.get("typ") not in TYPES or header.get("alg") not in ALGORITHMS:
            raise _invalid()
        claims: dict[str, Any] = jwt.decode(
            token,
            issuer_keys(issuer).find(header.get("kid")),
            algorithms=list(ALGORITHMS),
            audience=audience,
            issuer=[issuer, f"{issuer}/"],
            leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.ExpiredSignatureError:
        raise AuthenticationFailed(_("The token has expired."), code="token_expired") from None
    except (jwt.PyJWTError, UnknownKey):
        raise _invalid() from None
    except IssuerUnavailable:
        raise IssuerDown from None
    return claims


def second_factors(claims: dict[str, Any]) -> list[str]:
    """What the issuer says of a second factor: values of `amr`, or the `acr`, that count; nothing if none does."""
    methods = claims.get("amr")
    named = [str(method) for method in methods] if isinstance(methods, list) else []
    acr = claims.get("acr")
    return sorted(SECOND_FACTORS.intersection(named)) or ([str(acr)] if acr in settings.GOVERN_OIDC_ACR_VALUES else [])


def _factor(claims: dict[str, Any], used: list[str]) -> SecondFactor | None:
    at = claims.get("auth_time")
    if isinstance(at, bool) or not isinstance(at, int | float):
        return None
    return SecondFactor(f"oidc:{'+'.join(used)}", datetime.fromtimestamp(at, UTC))


def _person(claims: dict[str, Any]) -> Person:
    """Who signed in here as this subject before, or who has the verified address. Raises `AuthenticationFailed`."""
    linked = SocialAccount.objects.filter(provider=PROVIDER, uid=claims["sub"]).select_related("user").first()
    if linked is not None:
        person: Person | None = linked.user if linked.user.is_active else None
    else:
        verified = claims.get("email_verified") is True
        person = person_of_address([str(claims.get("email") or "")]) if verified else None
    if person is None:
        raise AuthenticationFailed(_("Nobody here is the person of this token."), code="person_unknown")
    return person


def _invalid() -> AuthenticationFailed:
    return AuthenticationFailed(_("The token is not one of this installation's issuer."), code="token_invalid")
