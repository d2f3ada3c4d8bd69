"""Sign-in by the organisation's identity provider (OpenID Connect, SAML). It vouches for people; it adds none.

A person is known by the identifier that the provider gave them, once that is linked (`links.py` says how). A change of address neither
locks anybody out nor lets anybody in.
"""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from govern.identity.addresses import person_of_address
from govern.identity.events import person_federation_refused
from govern.identity.links import counts, is_known_to, link_by_person, may_act
from govern.identity.second_factor import has_fresh_second_factor

PROVIDER = "sso"
"""What the OpenID Connect issuer is called in addresses and on linked accounts; the settings name it so."""
LINKS = "links"
"""Key of what a trip to the provider carries along: the number of the person who links their account. No address can set it."""


class FederationAdapter(DefaultSocialAccountAdapter):
    """What allauth asks about identity providers."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: administrators create people."""
        return False

    def list_apps(self, request: HttpRequest | None, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Identity providers from the settings. A row in the database is nobody's configuration."""
        return [app for app in super().list_apps(request, provider, client_id) if app.pk is None]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Finds the person whom the provider vouches for, or refuses. Raises `ImmediateHttpResponse`.

        A first link is stored when every step of signing in is done, and not here.
        """
        name = sociallogin.account.get_provider().name
        process = sociallogin.state.get("process")
        if process == "connect":
            self._link_own(request, sociallogin, name)
        if process not in (None, "login"):
            self._refuse(request, name, _("Sign out first, then sign in through your organisation."))
        if sociallogin.is_existing:
            if not sociallogin.user.is_active:
                self._refuse(request, name, _("Your account here is locked. Ask an administrator."))
            if not counts(sociallogin.account):
                self._refuse(request, name, _own_act())
            return
        person = person_of_address(sociallogin.address)
        if person is None:
            self._refuse(
                request, name, _("Nobody here has your verified e-mail address. Ask an administrator to add you.")
            )
        if may_act(person) or is_known_to(sociallogin.account.extra_data.get("issuer", ""), person):
            self._refuse(request, name, _own_act())
        sociallogin.user = person

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_kwargs: Any) -> None:
        """Says that it did not work on our own page. Raises `ImmediateHttpResponse`."""
        self._refuse(request, provider.name, _("Your organisation did not sign you in. Try again."))

    def refuse_answer(self, request: HttpRequest) -> HttpResponse:
        """Says that what the provider sent cannot be taken; leads to the sign-in page."""
        try:
            self._refuse(
                request,
                _("your organisation"),
                _(
                    "What your organisation's identity provider sent says not clearly who you are. Ask an administrator."
                ),
            )
        except ImmediateHttpResponse as refused:
            return refused.response

    def _link_own(self, request: HttpRequest, sociallogin: SocialLogin, name: str) -> NoReturn:
        """The person who is signed in comes back from the provider to link their own account there."""
        sent = sociallogin.state.get("data")
        person = request.user
        if not (isinstance(sent, dict) and person.is_authenticated and sent.get(LINKS) == person.pk):
            self._refuse(request, name, _("Link your account from the page “Sign-in and security”."))
        if not has_fresh_second_factor(request):
            self._refuse(request, name, _("That took too long. Confirm with your second factor, then link it again."))
        if sociallogin.is_existing and sociallogin.user.pk != person.pk:
            self._refuse(request, name, _("That account of your organisation belongs to somebody else here."))
        link_by_person(sociallogin.account, person, name)
        messages.success(request, _("Your account at %(provider)s signs you in from now on.") % {"provider": name})
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("mfa_index")))

    def _refuse(self, request: HttpRequest, provider: str, why: str) -> NoReturn:
        person_federation_refused(provider=provider)
        messages.error(request, why)
        where = "mfa_index" if request.user.is_authenticated else "account_login"
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse(where)))


def _own_act() -> str:
    return _(
        "Your roles here let you act, so your organisation's word alone does not sign you in. Sign in with your Govern password and second "
        "factor, and link your account on the page “Sign-in and security”."
    )
