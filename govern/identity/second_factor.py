"""Whether the person behind a request has just proved themselves with a second factor, and what a record may say of it.

Approving, applying, breaking glass, revealing and exporting ask for one that is at most five minutes old. Codes of an
authenticator app and passkeys count; a recovery code lets somebody in to set up a new factor, and counts for nothing else.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from govern.identity.groups import PRIVILEGED
from govern.identity.unfinished import keep_form
from govern.models import Person

COUNTED = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
IMPERSONATED = ("impersonated_by", "hijack_history")
"""Session keys that say that somebody else is at the keyboard. Govern sets none; a session that has one is never fresh."""
RETURN_TO = "govern.return_to"
"""Session key: the page from which somebody was sent to set up their first factor."""

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A second factor that was given: `method` is `totp`, `webauthn` or `oidc:` and what the issuer says was used."""

    method: str
    at: datetime
    authenticator: str = ""

    @property
    def evidence(self) -> dict[str, str]:
        """What a record of a review keeps: method, when (ISO 8601, UTC), and which authenticator of that person."""
        return {**asdict(self), "at": self.at.isoformat()}

    def __str__(self) -> str:
        return f"{self.method} {self.at:%Y-%m-%dT%H:%M:%SZ}"

    def is_fresh(self, now: datetime | None = None) -> bool:
        """Whether it is at most `GOVERN_SECOND_FACTOR_AGE` old, and not from the future."""
        age = (now or timezone.now()) - self.at
        return timedelta() <= age <= settings.GOVERN_SECOND_FACTOR_AGE


def fresh_second_factor(request: Any) -> SecondFactor | None:
    """The newest second factor of the person who asks, if it is fresh; None otherwise, and for impersonated sessions.

    `request` is Django's or REST framework's. One query. An authenticator that was removed since does not count.
    """
    token_factor = getattr(getattr(request, "auth", None), "second_factor", None)
    if isinstance(token_factor, SecondFactor):
        return token_factor if token_factor.is_fresh() else None
    session: SessionBase | None = getattr(request, "session", None)
    if session is None or not request.user.is_authenticated or is_impersonated(session):
        return None
    for record in reversed(get_authentication_records(request, request.user)):
        if record.get("method") != "mfa" or record.get("type") not in COUNTED:
            continue
        factor = SecondFactor(record["type"], datetime.fromtimestamp(record["at"], UTC), str(record["id"]))
        if not factor.is_fresh():
            return None
        if Authenticator.objects.filter(pk=record["id"], user=request.user, type__in=COUNTED).exists():
            return factor
    return None


def has_fresh_second_factor(request: Any) -> bool:
    """Whether the person who asks gave a second factor at most five minutes ago."""
    return fresh_second_factor(request) is not None


def is_impersonated(session: SessionBase) -> bool:
    """Whether somebody else than the person signed in is said to use the session."""
    return any(key in session for key in IMPERSONATED)


def is_enrolled(person: Person) -> bool:
    """Whether a person has a second factor that counts. One query."""
    return Authenticator.objects.filter(user=person, type__in=COUNTED).exists()


def lacks_second_factor(person: Person) -> bool:
    """Whether a person's roles can influence what is in force, and they have no second factor yet. One query."""
    enrolled = Authenticator.objects.filter(user=OuterRef("pk"), type__in=COUNTED)
    held = Person.objects.filter(Q(is_superuser=True) | Q(groups__name__in=PRIVILEGED), ~Exists(enrolled))
    return held.filter(pk=person.pk).exists()


def ask_for_second_factor(request: HttpRequest, doing: str = "") -> HttpResponseRedirect:
    """Sends a person to confirm with a second factor, or to set one up, and from there back to the page.

    A form that was sent is kept and done once they have confirmed (`unfinished.py`); `doing` says in words what it does. Where it cannot be
    kept, they come back to the page that held it, and are told.
    """
    page = _page_of(request)
    sent = request.method not in ("GET", "HEAD")
    if is_impersonated(request.session):
        messages.error(request, _("Nothing was done: whoever acts for somebody else cannot approve in their name."))
        return HttpResponseRedirect(reverse("admin:index"))
    if not is_enrolled(request.user):  # type: ignore[arg-type]
        messages.warning(
            request, _("This needs a second factor, and you have none yet. Set one up; you come back to the page then.")
        )
        request.session[RETURN_TO] = page
        return HttpResponseRedirect(reverse("mfa_index"))
    if sent:
        if kept := keep_form(request, page=page, doing=doing or _("What you have sent")):
            page = kept.own_page
        else:
            messages.warning(request, _("Nothing was done yet. Confirm that it is you, then send the form again."))
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': page})}")


def fresh_second_factor_for(
    doing: str | Promise,
) -> Callable[[Callable[Concatenate[Any, P], R]], Callable[Concatenate[Any, P], R | HttpResponseRedirect]]:
    """Decorates a view, or a method of an admin that takes the request first: it runs with a fresh second factor only.

    `doing` says in words what it does: it is shown while the factor is asked for.
    """

    def decorate(
        view: Callable[Concatenate[Any, P], R],
    ) -> Callable[Concatenate[Any, P], R | HttpResponseRedirect]:
        @wraps(view)
        def guarded(first: Any, /, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponseRedirect:
            request = first if isinstance(first, HttpRequest) else args[0]
            if not isinstance(request, HttpRequest):
                raise TypeError(f"{view.__qualname__} takes no request.")
            if has_fresh_second_factor(request):
                return view(first, *args, **kwargs)
            return ask_for_second_factor(request, str(doing))

        return guarded

    return decorate


def _page_of(request: HttpRequest) -> str:
    """The page to come back to: this one or, for a form that was sent, the one that held it."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()
