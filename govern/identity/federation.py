"""Sign-in by the organisation's identity provider (OpenID Connect, SAML). It vouches for people; it adds none.

The first time, a person is found by an e-mail address that the provider has verified; from then on by the provider's own
identifier, so that a change of address neither locks anybody out nor lets anybody in.
"""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.trail.events import record_event
from govern.models import Person

PROVIDER = "sso"
"""What the OpenID Connect issuer is called in addresses and on linked accounts; the settings name it so."""


def person_of_address(addresses: list[str]) -> Person | None:
    """Who has one of these verified addresses and may sign in; None if nobody has, or more than one."""
    found = {
        person.pk: person
        for address in addresses
        if address
        for person in Person.objects.filter(email__iexact=address, is_active=True)[:2]
    }
    return next(iter(found.values())) if len(found) == 1 else None


class FederationAdapter(DefaultSocialAccountAdapter):
    """What allauth asks about identity providers."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: administrators create people."""
        return False

    def list_apps(self, request: HttpRequest | None, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Identity providers from the settings. A row in the database is nobody's configuration."""
        return [app for app in super().list_apps(request, provider, client_id) if app.pk is None]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Finds the person whom the provider vouches for, or refuses. Raises `ImmediateHttpResponse`."""
        provider = sociallogin.account.get_provider()
        if sociallogin.state.get("process") not in (None, "login"):
            self._refuse(request, provider.name, _("Sign out first, then sign in through your organisation."))
        if sociallogin.is_existing:
            return
        person = person_of_address([found.email for found in sociallogin.email_addresses if found.verified])
        if person is None:
            self._refuse(
                request,
                provider.name,
                _("Nobody here has your verified e-mail address. Ask an administrator to add you."),
            )
        sociallogin.connect(request, person)
        record_event(
            type="person.linked",
            actor=person.username,
            context={"username": person.username, "provider": provider.name},
        )

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_kwargs: Any) -> None:
        """Says that it did not work on our own page. Raises `ImmediateHttpResponse`."""
        self._refuse(request, provider.name, _("Your organisation did not sign you in. Try again."))

    def _refuse(self, request: HttpRequest, provider: str, why: str) -> NoReturn:
        record_event(type="person.federation_refused", actor=None, context={"provider": provider})
        messages.error(request, why)
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
