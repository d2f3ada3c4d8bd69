"""Putting an approved change in force: one transaction writes the versions, the signed revision and the event."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from govern.changes.approvals import progress
from govern.changes.contents import manifest_with
from govern.changes.events import change_applied, change_not_applied, credential_stored
from govern.changes.identification import identified_by
from govern.changes.in_force import call_door
from govern.changes.locking import lock_what_is_in_force, locked_change, move_change, require_state
from govern.changes.notifications.telling import tell_of_force
from govern.changes.refused import ChangeRefused
from govern.changes.revisions import sign_manifest
from govern.identity.second_factor import SecondFactor
from govern.models import ChangeRequest, ChangeState, Person

BY_THE_CLOCK = "schedule"
"""Who applies a scheduled change, as the revision and the trail have it."""


@transaction.atomic
def apply_change(
    *, change: ChangeRequest, by: Person | None, second_factor: SecondFactor | None = None
) -> ChangeRequest:
    """Puts a change in force. Whoever comes second finds it applied already, and that is no error.

    by: who pressed the button, with the second factor they gave; None: the schedule. Raises `ChangeRefused`.
    """
    identified = identified_by(by, second_factor) if by else ""
    lock_what_is_in_force()
    found = locked_change(change, by=by)
    if found.state == ChangeState.APPLIED:
        return found
    require_state(found, ChangeState.APPROVED, ChangeState.SCHEDULED)
    _require_due(found)
    _require_approvals(found)
    signed = sign_manifest(manifest_with(found.items.all()))
    actor = by.username if by else BY_THE_CLOCK
    call_door("govern_apply_change", found.pk, signed.as_json(), actor)
    found.refresh_from_db()
    change_applied(
        actor=actor,
        change=str(found),
        title=found.title,
        revision=signed.number,
        sha256=signed.sha256,
        second_factor=identified,
        approved_by=sorted({name for needed in progress(found) for name in needed.given}),
    )
    for item in found.items.exclude(secret=None):
        ends_with = (item.secret or {}).get("last_four", "")
        credential_stored(actor=actor, credential=item.object_name, ends_with=ends_with, change=str(found))
    tell_of_force(found)
    return found


def _require_due(change: ChangeRequest) -> None:
    now = timezone.now()
    if change.effective_at and change.effective_at > now:
        raise ChangeRefused("not_yet", _("%(change)s takes effect later, and by itself.") % {"change": change})
    if change.apply_by and change.apply_by < now:
        raise ChangeRefused(
            "expired", _("%(change)s had to be applied earlier. Its author can submit it again.") % {"change": change}
        )


def _require_approvals(change: ChangeRequest) -> None:
    for needed in progress(change):
        if not needed.is_met:
            raise ChangeRefused(
                "not_approved",
                _(
                    "%(given)d of %(quorum)d approvals from %(groups)s count today; an approver may have lost the role since."
                )
                % {"given": len(needed.given), "quorum": needed.quorum, "groups": ", ".join(needed.groups)},
            )


def apply_due_changes() -> int:
    """Applies approved changes whose effective time has come. One that cannot be applied goes back to its author, with the reason in
    the trail. Returns how many."""
    count = 0
    for change in ChangeRequest.objects.ready().filter(effective_at__lte=timezone.now()):
        try:
            apply_change(change=change, by=None)
            count += 1
        except ChangeRefused as refused:
            with transaction.atomic():
                found = locked_change(change, by=None)
                if found.state in (ChangeState.APPROVED, ChangeState.SCHEDULED):
                    move_change(found, ChangeState.CHANGES_REQUESTED)
                    change_not_applied(change=str(found), title=found.title, reason=refused.message)
    return count
