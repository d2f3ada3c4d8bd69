"""Pages of one's own account: signing in, and second factors and sessions in the frame of the admin."""

from typing import Any

from allauth.account.views import LoginView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from allauth.socialaccount.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from govern.identity.admin_frame import InFrame
from govern.identity.federation import LINKS
from govern.identity.invitations import accept_invitation, invited_person
from govern.identity.passkeys import options_text, passkeys_work_here
from govern.identity.second_factor import RETURN_TO, ask_for_second_factor, has_fresh_second_factor, is_enrolled
from govern.identity.session_limits import end_sessions
from govern.identity.sessions import stored_key
from govern.identity.sign_in_code import sign_in_code


class SignInView(InFrame, LoginView):
    """Signing in by password, passkey, or through the organisation."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`providers`: (name, address) of each identity provider; `passkeys`: whether they work at this address."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "providers": [
                (provider.name, provider.get_login_url(self.request, next=self.get_next_url() or ""))
                for provider in get_adapter().list_providers(self.request)
            ],
            "passkeys": passkeys_work_here(self.request),
        }


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class InvitationView(InFrame, FormView[Any]):
    """Setting one's own password with a link that somebody was sent. It signs nobody in: they do that next, with what they chose."""

    template_name = "account/invitation.html"
    form_class = SetPasswordForm
    title = gettext_lazy("Set your password")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuses a link that is spent, too old or nobody's, all in the same words."""
        self.person = invited_person(kwargs["number"], kwargs["token"])
        if self.person is None:
            return self._gone()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The validators know whose password it becomes."""
        return {**super().get_form_kwargs(), "user": self.person}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`person`: whose password it becomes."""
        return {**super().get_context_data(**kwargs), "person": self.person}

    def form_valid(self, form: Any) -> HttpResponse:
        """Sets it, once."""
        number, token = self.kwargs["number"], self.kwargs["token"]
        if accept_invitation(number=number, token=token, password=form.cleaned_data["new_password1"]) is None:
            return self._gone()
        messages.success(self.request, _("Your password is set. Sign in with it, then set up a second factor."))
        return HttpResponseRedirect(reverse("account_login"))

    def _gone(self) -> HttpResponse:
        messages.error(
            self.request, _("This link does not work any more. Ask the administrator who sent it for a new one.")
        )
        return HttpResponseRedirect(reverse("account_login"))


class SecondStepView(InFrame, AuthenticateView):
    """The second step of signing in: a code, or a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`passkey`: what the browser needs to ask for one, in JSON; nothing for who has none or where none works."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        person = self.stage.login.user
        types = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
        offered = Authenticator.Type.WEBAUTHN in types and passkeys_work_here(self.request)
        return {
            **context,
            "person": person,
            "has_app": Authenticator.Type.TOTP in types,
            "passkey": options_text(context["js_data"]["request_options"]) if offered else "",
        }


@method_decorator(never_cache, name="dispatch")
class SecurityView(InFrame, IndexView):
    """One's own second factors and sessions."""

    title = gettext_lazy("Sign-in and security")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`codes_left`: unused recovery codes; `sessions`: where the person is signed in, the newest use first."""
        context = super().get_context_data(**kwargs)
        authenticators = context["authenticators"]
        codes = authenticators.get(Authenticator.Type.RECOVERY_CODES)
        return {
            **context,
            "enrolled": bool({Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN} & set(authenticators)),
            "app": authenticators.get(Authenticator.Type.TOTP),
            "passkeys": authenticators.get(Authenticator.Type.WEBAUTHN, []),
            "codes_left": len(codes.get_unused_codes()) if codes else None,
            "passkeys_work": passkeys_work_here(self.request),
            "sessions": UserSession.objects.filter(user=self.request.user).order_by("-last_seen_at"),
            "this_session": stored_key(self.request.session.session_key),
            "return_to": self.request.session.get(RETURN_TO),
            "sign_in_code": sign_in_code(self.request.user),  # type: ignore[arg-type]
            "providers": [(found.name, found.sub_id) for found in get_adapter().list_providers(self.request)],
        }


class SetUpAppView(InFrame, ActivateTOTPView):
    """Setting up an authenticator app."""

    title = gettext_lazy("Set up an authenticator app")


class RemoveAppView(InFrame, DeactivateTOTPView):
    """Removing the authenticator app."""

    title = gettext_lazy("Remove the authenticator app")


class AddPasskeyView(InFrame, AddWebAuthnView):
    """Adding a passkey."""

    title = gettext_lazy("Add a passkey")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`passkey`: what the browser needs to make one, in JSON."""
        context = super().get_context_data(**kwargs)
        return {**context, "passkey": options_text(context["js_data"]["creation_options"])}


class RemovePasskeyView(InFrame, RemoveWebAuthnView):
    """Removing a passkey."""

    title = gettext_lazy("Remove a passkey")


class RecoveryCodesView(InFrame, ViewRecoveryCodesView):
    """The recovery codes, shown once."""

    title = gettext_lazy("Recovery codes")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`return_to`: the page from which somebody was sent to set up their first factor."""
        context = super().get_context_data(**kwargs)
        return {**context, "return_to": self.request.session.get(RETURN_TO)}


class NewRecoveryCodesView(InFrame, GenerateRecoveryCodesView):
    """Making new recovery codes; the old ones stop working."""

    title = gettext_lazy("New recovery codes")


class PasswordConfirmationView(InFrame, ReauthenticateView):
    """Confirming by password, for who has no second factor yet."""

    title = gettext_lazy("Confirm that it is you")


@method_decorator(login_required, name="dispatch")
class ContinueView(View):
    """Leads back to the page from which somebody was sent to set up a second factor."""

    def get(self, request: HttpRequest) -> HttpResponseRedirect:
        """Forgets the page once it has led there."""
        page = request.session.pop(RETURN_TO, None) if is_enrolled(request.user) else None  # type: ignore[arg-type]
        return HttpResponseRedirect(page or reverse("mfa_index"))


@method_decorator(login_required, name="dispatch")
class EndSessionsView(View):
    """Ends one of one's own sessions, or all but this one."""

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponseRedirect:
        """Ends them and says how many."""
        ended = end_sessions(
            person=request.user,  # type: ignore[arg-type]
            by=request.user,  # type: ignore[arg-type]
            keep=request.session.session_key,
            only=pk,
        )
        if ended:
            text = ngettext("%(number)s session was ended.", "%(number)s sessions were ended.", ended)
            messages.success(request, text % {"number": ended})
        else:
            messages.info(request, _("There was no other session."))
        return HttpResponseRedirect(reverse("mfa_index"))


@method_decorator(login_required, name="dispatch")
class LinkView(View):
    """Goes to an identity provider to link one's own account there, with a fresh second factor of one's own."""

    def post(self, request: HttpRequest, provider: str) -> HttpResponseBase:
        """The trip carries along who set out: nobody else's return links anything."""
        if not has_fresh_second_factor(request):
            return ask_for_second_factor(request, _("Link my organisation account"))
        for found in get_adapter().list_providers(request):
            if found.sub_id == provider:
                gone: HttpResponseBase = found.redirect(request, "connect", data={LINKS: request.user.pk})
                return gone
        raise Http404
