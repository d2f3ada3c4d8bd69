"""Acts that a second factor interrupted: the form that somebody sent, kept on the server until they have confirmed that it is them.

A form is kept in the session of who sent it, under a token that works once, for its own address and for that person, for ten minutes. It is
shown while the code is asked for, and sent again afterwards through the very view that it was for: every check of that view is made again.
"""

import secrets
from datetime import timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from govern.identity.sessions import used_now

FIELD = "govern_unfinished"
"""The field of a form that names what is to be done."""
AGE_S = 600
MOST = 4
"""Forms that one session keeps: the newest."""
LONGEST = 20_000
"""Characters of a form that is kept. A longer one must be sent again."""
_KEPT = "govern.unfinished"
_NEVER_KEPT = ("password", "secret", "token", "credential", "code")
_SHOWN: dict[str, Promise] = {
    "reason": _("Reason"),
    "incident": _("Incident"),
    "hours": _("For how many hours"),
    "username": _("User name"),
    "name": _("Name"),
    "email": _("E-mail"),
}
"""Fields that are shown again, in words; the rest of a form names what it was about."""


class Unfinished(NamedTuple):
    """address: where the form was sent. page: the page that held it. typed: what was written, by label."""

    token: str
    address: str
    page: str
    doing: str
    typed: list[tuple[Promise, str]]

    @property
    def own_page(self) -> str:
        """Where it is finished."""
        return reverse("account_unfinished", args=[self.token])


def keep_form(request: HttpRequest, *, page: str, doing: str) -> Unfinished | None:
    """Keeps the form that was sent. None if it may not be kept: it is too long, carries a file, or holds something secret."""
    fields = {name: values for name, values in request.POST.lists() if name not in ("csrfmiddlewaretoken", FIELD)}
    if request.FILES or any(part in name.lower() for name in fields for part in _NEVER_KEPT):
        return None
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LONGEST:
        return None
    token = secrets.token_urlsafe(24)
    row = {
        "person": request.user.pk,
        "until": timezone.now().timestamp() + AGE_S,
        "address": request.get_full_path(),
        "page": page,
        "doing": doing,
        "fields": fields,
    }
    others = list(_kept(request).items())[1 - MOST :]
    request.session[_KEPT] = {**dict(others), token: row}
    return _shown(token, row)


def unfinished_form(request: HttpRequest, token: str) -> Unfinished | None:
    """What waits under a token, for the person who asks."""
    row = _kept(request).get(token)
    return _shown(token, row) if row else None


def unfinished_at(request: HttpRequest, address: str) -> Unfinished | None:
    """What waits at an address to which somebody is to be led, if it is a page of `own_page`."""
    try:
        found = resolve(address.partition("?")[0])
    except Resolver404:
        return None
    return unfinished_form(request, found.kwargs["token"]) if found.url_name == "account_unfinished" else None


def take_form(request: HttpRequest, token: str) -> tuple[Unfinished, QueryDict] | None:
    """What waits under a token and its fields, once: whoever asks again gets None, also in the same instant."""
    rows = _kept(request)
    row = rows.pop(token, None)
    if row is None or not used_now(token, timezone.now() + timedelta(seconds=2 * AGE_S)):
        return None
    request.session[_KEPT] = rows
    fields = QueryDict(mutable=True)
    for name, values in row["fields"].items():
        fields.setlist(name, values)
    return _shown(token, row), fields


def _kept(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """What waits for the person who asks and has not expired, oldest first."""
    now = timezone.now().timestamp()
    rows: dict[str, dict[str, Any]] = request.session.get(_KEPT, {})
    return {
        token: row
        for token, row in rows.items()
        if row["person"] == request.user.pk and now < row["until"] <= now + AGE_S
    }


def _shown(token: str, row: dict[str, Any]) -> Unfinished:
    typed = [(label, row["fields"][name][-1]) for name, label in _SHOWN.items() if "".join(row["fields"].get(name, ()))]
    return Unfinished(token, row["address"], row["page"], row["doing"], typed)
