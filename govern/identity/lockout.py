"""Lock-out after failed sign-ins: django-axes counts by name and address, and everything else waits."""

from typing import Any

from axes.helpers import get_cool_off
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

LOCKED_STATUS = 429


def typed_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name that somebody tries to sign in with: what is authenticated, or what the form says."""
    return str((credentials or {}).get("username") or request.POST.get("login") or "")


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """The page for who must wait; it says how long and not whether there is such a person."""
    cool_off = get_cool_off(request)
    minutes = int(cool_off.total_seconds() // 60) if cool_off else 0
    return render(request, "account/locked_out.html", {"minutes": minutes}, status=LOCKED_STATUS)
