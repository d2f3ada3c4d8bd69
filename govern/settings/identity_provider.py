"""Single sign-on, where an organisation has it: one OpenID Connect issuer, one SAML identity provider, or both.

Nothing here adds people. Whoever the identity provider vouches for must already be in Govern.
"""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from govern.parts.secrets import given_secret
from govern.settings.environment import env, required

GOVERN_OIDC_ISSUER = env.str("GOVERN_OIDC_ISSUER", default="").rstrip("/")
GOVERN_OIDC_CLIENT_ID = env.str("GOVERN_OIDC_CLIENT_ID", default="")
GOVERN_OIDC_NAME = env.str("GOVERN_OIDC_NAME", default="OpenID Connect")
GOVERN_OIDC_AUDIENCE = env.str("GOVERN_OIDC_AUDIENCE", default=GOVERN_OIDC_CLIENT_ID)
GOVERN_OIDC_ACR_VALUES = env.list("GOVERN_OIDC_ACR_VALUES", default=["phr", "phrh"])
GOVERN_OIDC_TENANT = env.str("GOVERN_OIDC_TENANT", default="")
"""The `tid` that every token must have; where it is empty, a token's tenant is part of who somebody is."""
GOVERN_OIDC_TRUST_EMAIL = env.bool("GOVERN_OIDC_TRUST_EMAIL", default=False)
"""Whether an address counts where the issuer does not say if it is verified: whoever can write addresses there can be anybody here."""
GOVERN_OIDC_TRUST_SECOND_FACTOR = [
    issuer.rstrip("/") for issuer in env.list("GOVERN_OIDC_TRUST_SECOND_FACTOR", default=[])
]
"""Issuers whose `amr`, `acr` and `auth_time` stand for a fresh second factor at `/api/`."""

GOVERN_SAML_METADATA_URL = env.str("GOVERN_SAML_METADATA_URL", default="")
GOVERN_SAML_ENTITY_ID = env.str("GOVERN_SAML_ENTITY_ID", default="")
GOVERN_SAML_NAME = env.str("GOVERN_SAML_NAME", default="SAML")


def oidc_app(*, issuer: str, client_id: str, secret: str, name: str) -> dict[str, Any]:
    """An OpenID Connect issuer as allauth wants it described."""
    return {
        "provider_id": "sso",
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }


def saml_app(*, metadata_url: str, entity_id: str, name: str, certificate: str, private_key: str) -> dict[str, Any]:
    """A SAML identity provider as allauth wants it described; what it sends must be signed and answer a request of ours."""
    ours = {"x509cert": certificate, "private_key": private_key, "authn_request_signed": True} if private_key else {}
    return {
        "provider_id": "saml",
        "name": name,
        "client_id": "sso",
        "settings": {
            "idp": {"entity_id": entity_id, "metadata_url": metadata_url},
            "attribute_mapping": {"email": ["email", *_ADDRESSES]},
            "advanced": {
                "strict": True,
                "want_assertion_signed": True,
                "want_name_id": True,
                "reject_idp_initiated_sso": True,
                "allow_single_label_domains": True,
                **ours,
            },
        },
    }


_ADDRESSES = (
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
)
"""What identity providers call the attribute with the e-mail address, beside `email`."""
_ANY_TENANT = ("common", "organizations", "consumers", "{tenantid}")


def check_issuer(issuer: str, tenant: str, *, trust_email: bool) -> None:
    """Raises `ImproperlyConfigured` for an issuer in whose name anybody's directory could speak."""
    parts = urlsplit(issuer)
    if any(part.lower() in _ANY_TENANT for part in parts.path.split("/")):
        raise ImproperlyConfigured(
            "GOVERN_OIDC_ISSUER stands for every tenant there is: name the one of your organisation in its place."
        )
    if trust_email and not tenant and (parts.hostname or "").endswith(_DIRECTORIES):
        raise ImproperlyConfigured(
            "GOVERN_OIDC_TRUST_EMAIL is set: set GOVERN_OIDC_TENANT to the tenant of your organisation too."
        )


_DIRECTORIES = ("microsoftonline.com", "microsoftonline.us", "chinacloudapi.cn", "windows.net")


def _oidc_apps() -> list[dict[str, Any]]:
    if not GOVERN_OIDC_ISSUER:
        return []
    check_issuer(GOVERN_OIDC_ISSUER, GOVERN_OIDC_TENANT, trust_email=GOVERN_OIDC_TRUST_EMAIL)
    return [
        oidc_app(
            issuer=GOVERN_OIDC_ISSUER,
            client_id=required("GOVERN_OIDC_CLIENT_ID", "write the client that GOVERN_OIDC_ISSUER knows Govern as"),
            secret=required("GOVERN_OIDC_CLIENT_SECRET", "write the secret that the issuer gave with that client"),
            name=GOVERN_OIDC_NAME,
        )
    ]


def _saml_apps() -> list[dict[str, Any]]:
    if not GOVERN_SAML_METADATA_URL:
        return []
    certificate, private_key = given_secret("GOVERN_SAML_CERTIFICATE"), given_secret("GOVERN_SAML_PRIVATE_KEY")
    if bool(certificate) != bool(private_key):
        raise ImproperlyConfigured(
            "Only one of GOVERN_SAML_CERTIFICATE and GOVERN_SAML_PRIVATE_KEY is set: set both, or neither."
        )
    return [
        saml_app(
            metadata_url=GOVERN_SAML_METADATA_URL,
            entity_id=required("GOVERN_SAML_ENTITY_ID", "write the entity ID in the metadata of the identity provider"),
            name=GOVERN_SAML_NAME,
            certificate=certificate or "",
            private_key=private_key or "",
        )
    ]


SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {"APPS": _oidc_apps(), "provider_class": "govern.identity.identity_providers.OidcProvider"},
    "saml": {"APPS": _saml_apps(), "provider_class": "govern.identity.identity_providers.GovernSamlProvider"},
}
