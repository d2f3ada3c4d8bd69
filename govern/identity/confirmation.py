"""The page on which somebody confirms that it is them: a code of their authenticator app, or a passkey.

A recovery code is taken too, but leads only to their second factors, so that a lost telephone can be replaced.
"""

from typing import Any

from allauth.account.views import BaseReauthenticateView
from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from govern.identity.admin_frame import InFrame
from govern.identity.passkeys import options_text, passkeys_work_here
from govern.identity.unfinished import unfinished_at


@method_decorator([login_required, never_cache], name="dispatch")
class ConfirmationView(InFrame, BaseReauthenticateView):
    """Takes a code or the answer of a passkey, and goes back to where the person came from."""

    template_name = "mfa/reauthenticate.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuses nobody who has a way to confirm; the rest are sent to set one up."""
        self.types = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
        if not self.types:
            return HttpResponseRedirect(reverse("mfa_index"))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_form_class(self) -> type[forms.Form]:
        """The form that was sent."""
        form: type[forms.Form] = ReauthenticateWebAuthnForm if "credential" in self.request.POST else ReauthenticateForm
        return form

    def get_form_kwargs(self) -> dict[str, Any]:
        """Both forms check against the person."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        """Records the confirmation and goes on; with a recovery code, to the second factors."""
        form.save()
        if getattr(form, "authenticator", None) and form.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            messages.warning(
                self.request,
                _("A recovery code lets you change your second factors. Approving asks for the app or a passkey."),
            )
            return HttpResponseRedirect(reverse("mfa_index"))
        response: HttpResponse = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`passkey`: what the browser needs to ask for one, in JSON, or nothing. `kept`: the form that is done after this, if any."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        following = self.get_next_url()
        kept = unfinished_at(self.request, following) if following else None
        has_passkey = Authenticator.Type.WEBAUTHN in self.types and passkeys_work_here(self.request)
        return {
            **context,
            "kept": kept,
            "back": kept.page if kept else following or reverse("admin:index"),
            "takes_codes": bool(self.types & {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}),
            "has_app": Authenticator.Type.TOTP in self.types,
            "passkey": options_text(webauthn.begin_authentication(self.request.user)) if has_passkey else "",
        }
