"""What change requests ask of a person: to ratify, to approve, to apply, to answer. The most urgent first."""

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from govern.admin.changes.inbox import awaiting
from govern.admin.changes.words import RISKS, STATES
from govern.admin.duty import Duty
from govern.models import ChangeRequest, ChangeState, Person

MOST = 5
"""Of each sort."""
SOON = timedelta(hours=48)


def change_duties(request: HttpRequest) -> list[Duty]:
    """Everything about changes that waits for the person who asks. At most four queries."""
    person: Person = request.user  # type: ignore[assignment]
    found: list[Duty] = []
    if person.has_perm("govern.review_change") or person.has_perm("govern.break_glass"):
        found += [_emergency(change) for change in ChangeRequest.objects.filter(state=ChangeState.EMERGENCY)[:MOST]]
    if person.has_perm("govern.review_change"):
        waiting = awaiting(person).exclude(state=ChangeState.EMERGENCY).order_by("approve_by")[:MOST]
        found += [_review(change) for change in waiting]
    if person.has_perm("govern.apply_change"):
        ready = ChangeRequest.objects.filter(state=ChangeState.APPROVED).order_by("apply_by")[:MOST]
        found += [_apply(change) for change in ready]
    if person.has_perm("govern.propose_change"):
        found += [_own(change) for change in _mine(person)]
    return found


def _mine(person: Person) -> list[ChangeRequest]:
    """A person's own changes that were sent back, or whose time to be approved is nearly over."""
    own = ChangeRequest.objects.by(person)
    back = own.filter(state=ChangeState.CHANGES_REQUESTED)
    ending = own.filter(state=ChangeState.IN_REVIEW, approve_by__lt=timezone.now() + SOON)
    return list((back | ending).order_by("-number")[:MOST])


def _emergency(change: ChangeRequest) -> Duty:
    return Duty(
        "e911_emergency",
        "bad",
        _("Ratify or revert %(change)s: %(title)s") % {"change": change, "title": change.title},
        _("in force without approval, for %(incident)s; by %(who)s")
        % {"incident": change.incident, "who": change.requested_by_name},
        _address(change),
        change.lapses_at,
    )


def _review(change: ChangeRequest) -> Duty:
    word = RISKS[change.risk]
    return Duty(
        "rate_review",
        word.tone,
        _("Review %(change)s: %(title)s") % {"change": change, "title": change.title},
        f"{word.label} · {_('requested by %(who)s') % {'who': change.requested_by_name}}",
        _address(change),
        change.approve_by,
        _is_late(change),
    )


def _apply(change: ChangeRequest) -> Duty:
    return Duty(
        "rocket_launch",
        "ok",
        _("Put %(change)s in force: %(title)s") % {"change": change, "title": change.title},
        _("it is approved"),
        _address(change),
        change.apply_by,
    )


def _own(change: ChangeRequest) -> Duty:
    sent_back = change.state == ChangeState.CHANGES_REQUESTED
    return Duty(
        STATES[change.state].icon,
        "warn",
        _("Answer what was asked about %(change)s: %(title)s") % {"change": change, "title": change.title}
        if sent_back
        else _("%(change)s expires soon: %(title)s") % {"change": change, "title": change.title},
        _("a reviewer requested changes") if sent_back else _("not everybody has approved it yet"),
        _address(change),
        None if sent_back else change.approve_by,
        not sent_back and _is_late(change),
    )


def _is_late(change: ChangeRequest) -> bool:
    return change.approve_by is not None and change.approve_by < timezone.now()


def _address(change: ChangeRequest) -> str:
    return reverse("admin:govern_changerequest_change", args=[change.pk])
