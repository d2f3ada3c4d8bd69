"""What somebody had typed when they were refused, or asked for their second factor: nothing of it is lost."""

from typing import Any

from django.http import HttpRequest

from govern.models import ChangeRequest

TYPED = ("reason", "verdict", "text", "incident", "hours", "later")
"""Fields whose content outlives a refusal or a confirmation."""


def keep_typed(request: HttpRequest, change: ChangeRequest) -> None:
    """Keeps what was typed until the page of the change is shown again."""
    request.session[_key(change)] = typed_in(request)


def typed_in(request: HttpRequest) -> dict[str, str]:
    """What was typed into the form that was sent."""
    return {name: request.POST[name][:4_000] for name in TYPED if name in request.POST}


def take_typed(request: HttpRequest, change: ChangeRequest) -> dict[str, str]:
    """What was kept, once."""
    kept: Any = request.session.pop(_key(change), None)
    return kept or {}


def _key(change: ChangeRequest) -> str:
    return f"govern.typed:{change.pk}"
