"""Who signs in, who signs out and who fails to is in the trail."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from govern.identity.client_address import client_address
from govern.identity.events import person_locked_out, person_sign_in_failed, person_signed_in, person_signed_out
from govern.models import Person

UNKNOWN = "an unknown name"
"""Stands for a name that nobody has: it may be a password typed into the wrong field."""


def connect() -> None:
    """Begins to record. Connecting twice records once."""
    user_logged_in.connect(_signed_in, dispatch_uid="govern.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="govern.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="govern.sign_in_failed")
    user_locked_out.connect(_locked_out, dispatch_uid="govern.locked_out")


def _signed_in(*, request: HttpRequest | None, user: Person, **_: Any) -> None:
    person_signed_in(actor=user.username, address=_address(request))


def _signed_out(*, request: HttpRequest | None, user: Person | None, **_: Any) -> None:
    if user is not None:
        person_signed_out(actor=user.username, address=_address(request))


def _failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    person_sign_in_failed(username=_name(credentials.get("username")), address=_address(request))


def _locked_out(*, username: str | None, request: HttpRequest | None = None, **_: Any) -> None:
    person_locked_out(username=_name(username), address=_address(request))


def _name(typed: str | None) -> str:
    return typed if typed and Person.objects.filter(username=typed).exists() else UNKNOWN


def _address(request: HttpRequest | None) -> str | None:
    return client_address(request) if request is not None else None
