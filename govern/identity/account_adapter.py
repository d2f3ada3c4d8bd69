"""Accounts as allauth sees them: administrators create people, nobody signs up, and a second factor outranks a password."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from govern.identity.second_factor import is_enrolled


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks about accounts."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The username or the password is not right."),
        "incorrect_password": _("That is not your password."),
        "too_many_login_attempts": _("Too many wrong codes. Wait a quarter of an hour, then try again."),
        "rate_limited": _("Too many attempts. Wait a quarter of an hour, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: administrators create people."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Failed passwords are counted by django-axes."""

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Changing second factors asks to confirm, except for who has none and typed their password a moment ago."""
        request = self.request
        if is_enrolled(request.user):
            return True
        return not _password_typed_lately(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """One way to confirm: with a second factor for who has one, by password for who has none."""
        if not user.is_authenticated:
            return []
        if Authenticator.objects.filter(user=user).exists():
            return [{"id": "mfa_reauthenticate", "url": reverse("mfa_reauthenticate")}]
        if user.has_usable_password():
            return [{"id": "reauthenticate", "url": reverse("account_reauthenticate")}]
        return []

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *a: Any, **k: Any
    ) -> None:
        """Says what happened, except what the page shows anyway."""
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *a, **k)


def _password_typed_lately(request: HttpRequest) -> bool:
    session: SessionBase = request.session
    oldest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return bool(session) and any(
        record["method"] == "password" and record["at"] >= oldest
        for record in get_authentication_records(request, request.user)
    )
