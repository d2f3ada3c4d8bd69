"""What every page warns of while it lasts: stopped traffic, and changes in force that nobody ratified."""

from datetime import datetime
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from govern.admin.not_as_signed import what_differs
from govern.admin.stop_words import stopped_words
from govern.models import ChangeRequest, ChangeState, Stop
from govern.policy.contents import NotAsSigned

NAMES = 3
"""How many names a warning spells out."""


class Alarm(NamedTuple):
    """One line across the top of the page. until: when it ends by itself, if it does."""

    icon: str
    text: str
    address: str
    link: str
    until: datetime | None = None


def alarms(request: HttpRequest) -> list[Alarm]:
    """What the person who asks is warned of. Two queries."""
    person = request.user
    found: list[Alarm] = []
    if person.has_perm("govern.view_stop"):
        found += _stopped()
    if person.has_perm("govern.view_changerequest"):
        found += _unratified()
    return found


def _stopped() -> list[Alarm]:
    address = reverse("admin:govern_stop_changelist")
    try:
        bodies = [stop.body for stop in Stop.objects.in_force()]
    except NotAsSigned as error:
        return [Alarm("gpp_bad", what_differs(error), address, _("See what is stopped"))]
    if not bodies:
        return []
    stopped = [stopped_words(body) for body in bodies]
    ends = [body.until for body in bodies if body.until is not None]
    shown = _(", ").join(stopped[:NAMES])
    if len(stopped) > NAMES:
        shown = _("%(names)s and %(n)d others") % {"names": shown, "n": len(stopped) - NAMES}
    text = _("Traffic is stopped: %(what)s.") % {"what": shown}
    until = max(ends) if len(ends) == len(bodies) else None
    return [Alarm("front_hand", text, address, _("See what is stopped"), until)]


def _unratified() -> list[Alarm]:
    return [
        Alarm(
            "e911_emergency",
            _("%(change)s is in force without approval, for %(incident)s: %(title)s.")
            % {"change": change, "incident": change.incident, "title": change.title.rstrip(".")},
            reverse("admin:govern_changerequest_change", args=[change.pk]),
            _("Ratify or revert it"),
            change.lapses_at,
        )
        for change in ChangeRequest.objects.filter(state=ChangeState.EMERGENCY).order_by("lapses_at")
    ]
