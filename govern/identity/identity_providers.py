"""Identity providers as allauth asks them, reading only claims that have the right type.

Of an identity two things are taken: the key under which it is linked (`issuer_claims.identity_key`), and the address that the provider
vouches for, if it does. Names, pictures and everything else stay where they are.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from allauth.socialaccount.providers.saml.views import FinishACSView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from lxml.etree import LxmlError  # type: ignore[import-untyped]
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError  # type: ignore[import-untyped]

from govern.identity.addresses import canonical_address
from govern.identity.issuer_claims import (
    ClaimsRefused,
    identity_key,
    oidc_identity,
    subject_of,
    verified_claims,
    vouched_address,
)
from govern.identity.issuer_keys import IssuerUnavailable

LONGEST_NAME_ID = 256
"""Characters of a persistent NameID (SAML 2.0 Core, section 8.3.7)."""
VERIFIED = ("email_verified", "http://schemas.auth0.com/email_verified")
"""Attributes that may say that the address is not verified. Where they are absent, the signature vouches for it."""
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_BAD_ANSWERS = (
    ArithmeticError,
    AttributeError,
    IssuerUnavailable,
    LookupError,
    LxmlError,
    OAuth2Error,
    OneLogin_Saml2_Error,
    OneLogin_Saml2_ValidationError,
    OSError,
    PermissionDenied,
    RecursionError,
    TypeError,
    ValueError,
)
"""What reading an answer of the wrong shape ends in, here or in a library."""

logger = logging.getLogger(__name__)


class Vouched(SocialLogin):
    """Somebody on their way in: `address` is what the provider vouches for, in canonical form, or None."""

    address: str | None = None


def _on_the_way(provider: Any, key: str, address: str | None, *, issuer: str) -> Vouched:
    # allauth writes `extra_data` of whoever comes back anew: it is what is stored, so that how they were linked stays.
    known = SocialAccount.objects.filter(provider=provider.sub_id, uid=key).first()
    account = SocialAccount(
        provider=provider.sub_id, uid=key, extra_data=known.extra_data if known else {"issuer": issuer}
    )
    login = Vouched(provider=provider, account=account)
    login.address = address
    return login


class OidcProvider(OpenIDConnectProvider):
    """An OpenID Connect issuer. Its ID token says who somebody is; userinfo may add their address."""

    package = "allauth.socialaccount.providers.openid_connect"

    def sociallogin_from_response(self, request: HttpRequest, response: dict[str, Any]) -> Vouched:
        """response: the claims of `id_token`, verified, and of `userinfo`. Raises `ClaimsRefused`."""
        token, userinfo = response["id_token"], response["userinfo"]
        if not isinstance(userinfo, dict) or subject_of(userinfo) != subject_of(token):
            raise ClaimsRefused("The issuer speaks of two people.")  # OpenID Connect Core 1.0, section 5.3.2
        key = oidc_identity(token, issuer=self.issuer)
        return _on_the_way(self, key, vouched_address(token, userinfo), issuer=self.issuer)

    @property
    def issuer(self) -> str:
        """The issuer as the settings name it."""
        return str(self.app.settings["server_url"]).rstrip("/")


class OidcAdapter(OpenIDConnectOAuth2Adapter):
    """How allauth talks to the issuer. The signature of an ID token is verified however it came."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        """Who came back. Raises `ClaimsRefused` and `IssuerUnavailable`."""
        given = kwargs["response"].get("id_token")
        if not isinstance(given, str):
            raise ClaimsRefused("The issuer gave no ID token.")
        provider = self.get_provider()
        claims = verified_claims(given, issuer=provider.issuer, audience=app.client_id, for_client=True)
        answer = {"id_token": claims, "userinfo": self._fetch_user_info(token.token)}
        login: SocialLogin = provider.sociallogin_from_response(request, answer)
        return login


class GovernSamlProvider(SAMLProvider):
    """A SAML identity provider. The NameID says who somebody is; one signed address vouches for them."""

    package = "allauth.socialaccount.providers.saml"

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> Vouched:
        """response: a processed answer of python3-saml. Raises `ClaimsRefused`."""
        name, form = response.get_nameid(), response.get_nameid_format() or ""
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME_ID or name != name.strip():
            raise ClaimsRefused("The NameID is no text of 1 to 256 characters.")
        if not name.isprintable() or form == TRANSIENT:
            raise ClaimsRefused("The NameID does not name anybody for good.")
        issuer = self.app.settings["idp"]["entity_id"]
        return _on_the_way(
            self, identity_key("saml", issuer, form, name), self._address(response.get_attributes()), issuer=issuer
        )

    def _address(self, attributes: dict[str, list[Any]]) -> str | None:
        """The one address of all attributes that hold addresses; None if there are two, it is no address, or is said to be unverified."""
        if any(attributes[name] != ["true"] for name in VERIFIED if name in attributes):
            return None
        names = self.app.settings["attribute_mapping"]["email"]
        found = {canonical_address(value) for name in names for value in attributes.get(name, [])}
        return found.pop() if len(found) == 1 else None


def refuses_bad_answers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorates a view to which people come back: an answer in a wrong shape is refused in words."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponseBase:
        try:
            return view(request, **named)
        except SocialApp.DoesNotExist:
            raise Http404 from None
        except _BAD_ANSWERS as error:
            logger.warning("An answer of the identity provider could not be read (%s).", type(error).__name__)
            refused: HttpResponseBase = get_adapter().refuse_answer(request)
            return refused

    return guarded


@login_not_required
@refuses_bad_answers
def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Goes to the issuer."""
    answer: HttpResponseBase = OAuth2LoginView.adapter_view(OidcAdapter(request, provider_id))(request)
    return answer


@login_not_required
@refuses_bad_answers
def oidc_callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Comes back from the issuer."""
    answer: HttpResponseBase = OAuth2CallbackView.adapter_view(OidcAdapter(request, provider_id))(request)
    return answer


saml_finish = login_not_required(refuses_bad_answers(FinishACSView.as_view()))
