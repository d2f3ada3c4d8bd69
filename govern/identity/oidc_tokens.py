"""People at the REST API: a token of the organisation's issuer (OpenID Connect) that says who it is, and with what proof.

A token counts if the issuer signed it for this installation, it has not expired, it says that a second factor was used, and
its identity is linked to somebody in Govern (`links.py`). An address links nobody here. An act that asks for a fresh second factor
(`second_factor.py`) takes the token's `auth_time`, at most five minutes old, if the settings trust this issuer with second factors.
"""

from dataclasses import dataclass
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from govern.identity.federation import PROVIDER
from govern.identity.issuer_claims import (
    ClaimsRefused,
    TokenExpired,
    oidc_identity,
    stated_factors,
    trusted_factor,
    verified_claims,
)
from govern.identity.issuer_keys import IssuerUnavailable
from govern.identity.links import counts
from govern.identity.second_factor import SecondFactor
from govern.models import Person

API_KEY = "gk-"


class IssuerDown(APIException):
    """The issuer cannot be asked for its keys."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("The identity provider cannot be reached; try again in a moment.")
    default_code = "issuer_unavailable"


@dataclass(frozen=True, slots=True)
class PersonToken:
    """What a token says: `second_factor` is None if it does not say when the person signed in, or is not trusted to."""

    subject: str
    second_factor: SecondFactor | None


class OidcTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN` of a person. API keys and requests without a token are left to others."""

    def authenticate(self, request: Request) -> tuple[Person, PersonToken] | None:
        """The person and what the token says. Raises `AuthenticationFailed` and `IssuerDown`."""
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or token.startswith(API_KEY):
            return None
        issuer, audience = settings.GOVERN_OIDC_ISSUER, settings.GOVERN_OIDC_AUDIENCE
        if not issuer or not audience:
            raise AuthenticationFailed(
                _("Tokens of people are not taken here: GOVERN_OIDC_ISSUER is not set."), code="issuer_not_configured"
            )
        try:
            claims = verified_claims(token.strip(), issuer=issuer, audience=audience)
            key = oidc_identity(claims, issuer=issuer)
        except TokenExpired:
            raise AuthenticationFailed(_("The token has expired."), code="token_expired") from None
        except ClaimsRefused:
            raise AuthenticationFailed(
                _("The token is not one of this installation's issuer."), code="token_invalid"
            ) from None
        except IssuerUnavailable:
            raise IssuerDown from None
        if not stated_factors(claims):
            raise AuthenticationFailed(
                _("The token does not say that a second factor was used."), code="second_factor_missing"
            )
        return _person(key), PersonToken(claims["sub"], trusted_factor(claims, issuer=issuer))

    def authenticate_header(self, request: Request) -> str:
        """What a 401 says should be sent."""
        return 'Bearer realm="Govern"'


def _person(key: str) -> Person:
    """Whose linked identity this is. Raises `AuthenticationFailed`."""
    account: Any = SocialAccount.objects.filter(provider=PROVIDER, uid=key).select_related("user").first()
    if account is None or not account.user.is_active:
        raise AuthenticationFailed(
            _("Nobody here is the person of this token. Sign in to Govern and link your organisation's account first."),
            code="person_unknown",
        )
    if not counts(account):
        raise AuthenticationFailed(
            _("Your roles let you act since: link your organisation's account on the page “Sign-in and security”."),
            code="link_unconfirmed",
        )
    person: Person = account.user
    return person
