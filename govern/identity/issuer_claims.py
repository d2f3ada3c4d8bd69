"""What tokens and answers of an OpenID Connect issuer say, taken at their word only where the word has the right type."""

import hashlib
import json
import time
from datetime import UTC, datetime
from typing import Any

import jwt
from django.conf import settings

from govern.identity.addresses import canonical_address
from govern.identity.issuer_keys import UnknownKey, issuer_keys
from govern.identity.second_factor import SecondFactor

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
TYPES = (None, "JWT", "at+jwt", "application/at+jwt")
SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "sc", "phr", "phrh"})
"""Values of `amr` that say that a second factor was used (RFC 8176; `phr` and `phrh`: OpenID EAP ACR values 1.0)."""
LEEWAY_S = 30
LONGEST_SUBJECT = 255
"""ASCII characters of a `sub` (OpenID Connect Core 1.0, section 2)."""


class ClaimsRefused(ValueError):
    """A token or an answer of the issuer does not say who somebody is."""


class TokenExpired(ClaimsRefused):
    """It did, until a moment ago."""


def verified_claims(token: str, *, issuer: str, audience: str, for_client: bool = False) -> dict[str, Any]:
    """The claims of a token that the issuer signed for this audience.

    for_client: it is an ID token, so `azp` must name the audience too. Raises `ClaimsRefused`, without a word of the token, and
    `IssuerUnavailable`.
    """
    try:
        key = issuer_keys(issuer).find(key_named(token))
    except UnknownKey:
        raise ClaimsRefused("The token is not one of the issuer for this installation.") from None
    return claims_signed(token, key, issuer=issuer, audience=audience, for_client=for_client)


def key_named(token: str) -> str | None:
    """Which key a token says that it is signed with, if it is signed in a way that is taken. Nothing else of its header is read: no key
    or address in it counts. Raises `ClaimsRefused`."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise ClaimsRefused("The token cannot be read.") from None
    key_id = header.get("kid")
    taken = header.get("typ") in TYPES and header.get("alg") in ALGORITHMS and "crit" not in header
    if not taken or not isinstance(key_id, str | None):
        raise ClaimsRefused("The token is signed in a way that is not taken here.")
    return key_id


def claims_signed(
    token: str, key: jwt.PyJWK, *, issuer: str, audience: str, for_client: bool = False
) -> dict[str, Any]:
    """The claims of a token that is signed with this key of the issuer. Raises `ClaimsRefused`."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=audience,
            issuer=[issuer, f"{issuer}/"],
            leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.ExpiredSignatureError:
        raise TokenExpired("The token has expired.") from None
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
        raise ClaimsRefused("The token is not one of the issuer for this installation.") from None
    times = [claims[name] for name in ("exp", "iat", "nbf") if name in claims]
    if any(isinstance(at, bool) or not isinstance(at, int | float) for at in times):
        raise ClaimsRefused("The token says in no number when it holds.")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    # OpenID Connect Core 1.0, section 3.1.3.7
    if for_client and claims.get("azp", None if several else audience) != audience:
        raise ClaimsRefused("The token was given to another client.")
    return claims


def subject_of(claims: dict[str, Any]) -> str:
    """The `sub`: 1 to 255 printable ASCII characters without blanks at its ends. Raises `ClaimsRefused`."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or subject != subject.strip():
        raise ClaimsRefused("The subject is no text of 1 to 255 characters.")
    if not (subject.isascii() and subject.isprintable()):
        raise ClaimsRefused("The subject holds characters that none has.")
    return subject


def tenant_of(claims: dict[str, Any]) -> str:
    """The `tid`, empty if there is none: the one that the settings name, where they name one. Raises `ClaimsRefused`."""
    tenant = claims.get("tid", "")
    if not isinstance(tenant, str) or (settings.GOVERN_OIDC_TENANT and tenant != settings.GOVERN_OIDC_TENANT):
        raise ClaimsRefused("The token is of another tenant.")
    return tenant


def identity_key(kind: str, *parts: str) -> str:
    """What an identity is stored under: a digest of its kind, its issuer, its tenant and its subject, so that none stands for another's."""
    return "sha256:" + hashlib.sha256(json.dumps([kind, *parts]).encode()).hexdigest()


def oidc_identity(claims: dict[str, Any], *, issuer: str) -> str:
    """Under which key the person of verified claims is linked. Raises `ClaimsRefused`."""
    return identity_key("oidc", issuer, tenant_of(claims), subject_of(claims))


def vouched_address(*sources: dict[str, Any]) -> str | None:
    """The canonical address that the issuer vouches for; None if it does not.

    sources: the claims of the ID token and of userinfo. They must not contradict each other. `email_verified` vouches if it is true, or
    the text "true", wherever it is said. An issuer whose addresses the settings trust may leave it out; it is believed when it says no.
    """
    said = [claims["email_verified"] for claims in sources if "email_verified" in claims]
    addresses = {canonical_address(claims["email"]) for claims in sources if "email" in claims}
    if not all(word is True or (isinstance(word, str) and word == "true") for word in said):
        return None
    if len(addresses) != 1 or not (said or settings.GOVERN_OIDC_TRUST_EMAIL):
        return None
    return addresses.pop()


def stated_factors(claims: dict[str, Any]) -> list[str]:
    """What the issuer says of a second factor: values of `amr`, or the `acr`, that count; nothing if none does.

    `amr` is a list of texts (RFC 8176); anything else says nothing.
    """
    methods, acr = claims.get("amr"), claims.get("acr")
    named = methods if isinstance(methods, list) and all(isinstance(method, str) for method in methods) else []
    return sorted(SECOND_FACTORS.intersection(named)) or (
        [acr] if isinstance(acr, str) and acr in settings.GOVERN_OIDC_ACR_VALUES else []
    )


def trusted_factor(claims: dict[str, Any], *, issuer: str) -> SecondFactor | None:
    """The second factor that the issuer says was given, if the settings trust this issuer with it; None otherwise.

    `auth_time` is a whole number of seconds, and not in the future.
    """
    used, at = stated_factors(claims), claims.get("auth_time")
    if not used or issuer not in settings.GOVERN_OIDC_TRUST_SECOND_FACTOR:
        return None
    if isinstance(at, bool) or not isinstance(at, int) or not 0 < at <= time.time():
        return None
    return SecondFactor(f"oidc:{'+'.join(used)}", datetime.fromtimestamp(at, UTC))
