"""Sessions end: half an hour after the last request, twelve hours after signing in, and when somebody ends them."""

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from govern.identity.events import person_sessions_ended
from govern.identity.links import IN_DOUBT, may_act
from govern.identity.sessions import stored_key
from govern.models import Person

SIGNED_IN_AT = "govern.signed_in_at"
SEEN_AT = "govern.seen_at"
WRITE_EVERY_S = 60
"""How exactly the last request is kept: a write to the session for every click would buy nothing."""


class SessionLimits:
    """Middleware that ends sessions which are too old, and keeps when each was last used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Calls of applications carry no cookie and ask for no session.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        now = time.time()
        session = request.session
        # Whoever came in by an address alone, and was given a role since that lets them act, is not known well enough any more.
        if _has_ended(session, now) or (session.get(IN_DOUBT) and may_act(request.user)):
            logout(request)
            messages.warning(request, _("Your session has ended. Sign in again to go on."))
            return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("admin:index"))
        if now - session.get(SEEN_AT, 0) >= WRITE_EVERY_S:
            session[SEEN_AT] = now
            UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())
        return self.get_response(request)


def connect() -> None:
    """Begins to note when people sign in. Connecting twice notes once."""
    user_logged_in.connect(_started, dispatch_uid="govern.session_started")


def end_sessions(*, person: Person, by: Person, keep: str | None = None, only: int | None = None) -> int:
    """Ends the sessions of a person: all, all but the one whose key is `keep`, or only the one numbered `only`.

    Returns how many there were, and leaves one event.
    """
    sessions = UserSession.objects.filter(user=person)
    if only is not None:
        sessions = sessions.filter(pk=only)
    ended = [session for session in sessions if keep is None or session.session_key != stored_key(keep)]
    for session in ended:
        session.end()
    if ended:
        person_sessions_ended(actor=by.username, username=person.username, number=str(len(ended)))
    return len(ended)


def _has_ended(session: Any, now: float) -> bool:
    started, seen = session.get(SIGNED_IN_AT), session.get(SEEN_AT)
    if started is None or seen is None:
        return False
    return bool(
        now - started > settings.GOVERN_SESSION_LIFETIME.total_seconds()
        or now - seen > settings.GOVERN_SESSION_IDLE.total_seconds()
    )


def _started(*, request: HttpRequest | None, **_: Any) -> None:
    if request is not None:
        request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()
