"""Break-glass: one person acts at once; two others ratify it or it ends by itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from govern.changes.approvals import is_approved
from govern.changes.contents import manifest_with, manifest_without
from govern.changes.events import change_glass_broken, change_ratified, change_reverted
from govern.changes.identification import identified_by
from govern.changes.in_force import call_door
from govern.changes.locking import lock_what_is_in_force, locked_change, require_edition, require_state
from govern.changes.notifications.telling import tell_of_broken_glass
from govern.changes.refused import ChangeRefused
from govern.changes.revisions import sign_manifest
from govern.changes.submission import seal_submission
from govern.identity.second_factor import SecondFactor
from govern.models import ChangeRequest, ChangeState, Person, Review

LONGEST = timedelta(hours=24)
RATIFIERS = 2


@transaction.atomic
def break_glass(
    *,
    change: ChangeRequest,
    incident: str,
    lapses_at: datetime,
    by: Person,
    edition: int,
    second_factor: SecondFactor | None,
) -> ChangeRequest:
    """Puts a draft in force at once, until `lapses_at`. Raises `ChangeRefused`."""
    lock_what_is_in_force()
    draft = locked_change(change, by=by)
    require_state(draft, ChangeState.DRAFT)
    require_edition(draft, edition)
    identified = identified_by(by, second_factor)
    if draft.requested_by_id != by.pk:
        raise ChangeRefused("not_author", _("Only whoever opened the draft may break the glass with it."))
    if not incident.strip():
        raise ChangeRefused("incident_missing", _("Name the incident, so that others can follow what happened."))
    if not timezone.now() < lapses_at <= timezone.now() + LONGEST:
        raise ChangeRefused("lapse_invalid", _("It must lapse within 24 hours from now."))
    draft.mode, draft.incident, draft.lapses_at = ChangeRequest.Mode.EMERGENCY, incident.strip(), lapses_at
    draft.effective_at = None
    seal_submission(draft)
    draft.save()
    signed = sign_manifest(manifest_with(draft.items.all()))
    call_door("govern_break_glass", draft.pk, signed.as_json())
    draft.refresh_from_db()
    change_glass_broken(
        actor=by.username,
        change=str(draft),
        title=draft.title,
        incident=draft.incident,
        lapses_at=lapses_at.isoformat(),
        revision=signed.number,
        second_factor=identified,
    )
    tell_of_broken_glass(draft)
    return draft


def ratify_if_approved(change: ChangeRequest, by: Person) -> ChangeRequest:
    """After a review of a break-glass change: two approvals, and whoever the rules ask for, make it stay."""
    said: dict[int, str] = dict(change.reviews.order_by("place").values_list("reviewer_id", "verdict"))
    if sum(verdict == Review.Verdict.APPROVE for verdict in said.values()) < RATIFIERS or not is_approved(change):
        return change
    call_door("govern_ratify_change", change.pk)
    change.refresh_from_db()
    change_ratified(actor=by.username, change=str(change), title=change.title)
    return change


@transaction.atomic
def revert_emergency(*, change: ChangeRequest, by: Person | None) -> ChangeRequest:
    """Takes a break-glass change out of force. by: who did it; None: it lapsed. Raises `ChangeRefused`."""
    lock_what_is_in_force()
    found = locked_change(change, by=by)
    require_state(found, ChangeState.EMERGENCY)
    signed = sign_manifest(manifest_without(found.items.all()))
    call_door("govern_revert_emergency", found.pk, signed.as_json(), by.username if by else "schedule")
    found.refresh_from_db()
    change_reverted(actor=by.username if by else None, change=str(found), title=found.title, revision=signed.number)
    return found


def lapse_emergencies() -> int:
    """Reverts break-glass changes that nobody ratified in time. Returns how many."""
    late = list(ChangeRequest.objects.filter(state=ChangeState.EMERGENCY, lapses_at__lte=timezone.now()))
    for change in late:
        revert_emergency(change=change, by=None)
    return len(late)
