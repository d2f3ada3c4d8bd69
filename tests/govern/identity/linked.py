"""Identities that people of the cast have linked."""

from allauth.socialaccount.models import SocialAccount

from govern.identity.issuer_claims import identity_key
from govern.identity.links import BY_PERSON
from govern.models import Person


def link(someone: Person, *, issuer: str, subject: str = "0b5e", tenant: str = "", how: str = BY_PERSON) -> str:
    """Links what the issuer calls `subject`; returns the key under which it is stored."""
    key = identity_key("oidc", issuer, tenant, subject)
    SocialAccount.objects.create(user=someone, provider="sso", uid=key, extra_data={"linked_by": how})
    return key
