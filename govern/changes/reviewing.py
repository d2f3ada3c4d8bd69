"""What others say about a change: approve, ask for changes, reject, comment."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from govern.changes.approvals import authors_of, hands_in, is_approved, may_review
from govern.changes.emergencies import ratify_if_approved
from govern.changes.events import change_commented, change_reviewed
from govern.changes.identification import SESSION_ALONE, identified_by
from govern.changes.locking import lock_what_is_in_force, locked_change, move_change, require_state
from govern.changes.notifications.telling import tell_of_decision
from govern.changes.proofs import sign_review
from govern.changes.refused import ChangeRefused
from govern.identity.second_factor import SecondFactor
from govern.identity.write_proofs import prove_write
from govern.models import ChangeComment, ChangeRequest, ChangeState, Person, Review

IN_REVIEW = (ChangeState.IN_REVIEW, ChangeState.APPROVED, ChangeState.SCHEDULED, ChangeState.EMERGENCY)
"""States in which a review is taken: until it is in force for good, anybody eligible may still object."""
_AFTER = {
    Review.Verdict.REQUEST_CHANGES: ChangeState.CHANGES_REQUESTED,
    Review.Verdict.REJECT: ChangeState.REJECTED,
}


@transaction.atomic
def review_change(
    *,
    change: ChangeRequest,
    by: Person,
    verdict: str,
    digest: str,
    second_factor: SecondFactor | None,
    reason: str = "",
) -> ChangeRequest:
    """Records a review of the very content that `digest` names, and moves the change on if it decides.

    second_factor: how the reviewer has just proved who they are; approving asks for one. Raises `ChangeRefused`.
    """
    lock_what_is_in_force()  # before the change itself, as whoever applies it does: ratifying needs both
    found = locked_change(change, by=by)
    require_state(found, *IN_REVIEW)
    _require_reviewer(found, by, verdict, digest, reason)
    approves = verdict == Review.Verdict.APPROVE
    identified = identified_by(by, second_factor) if approves or second_factor else SESSION_ALONE
    review = Review(
        change=found,
        reviewer=by,
        reviewer_name=by.username,
        groups=", ".join(sorted(by.groups.values_list("name", flat=True))),
        verdict=verdict,
        reason=reason,
        digest=digest,
        risk=found.risk,
        second_factor=identified,
    )
    sign_review(review)
    review.save(force_insert=True)
    change_reviewed(
        actor=by.username,
        change=str(found),
        title=found.title,
        verdict=verdict,
        digest=digest,
        second_factor=identified,
    )
    if found.state == ChangeState.EMERGENCY:
        return ratify_if_approved(found, by)
    if after := _AFTER.get(Review.Verdict(verdict)):
        _move(found, after)
    elif found.state == ChangeState.IN_REVIEW and is_approved(found):
        _move(found, ChangeState.APPROVED)
        if found.effective_at and found.effective_at > timezone.now():
            _move(found, ChangeState.SCHEDULED)
    return found


def _move(change: ChangeRequest, state: ChangeState) -> None:
    move_change(change, state)
    tell_of_decision(change)


def _require_reviewer(change: ChangeRequest, by: Person, verdict: str, digest: str, reason: str) -> None:
    if verdict not in Review.Verdict.values:
        raise ChangeRefused("unknown_verdict", _("A review approves, requests changes or rejects."))
    if by.credentials_in_doubt:
        raise ChangeRefused(
            "in_doubt",
            _(
                "More than one other person invited you or reset how you sign in, so nobody could say who approves. Ask for a change that "
                "confirms your sign-in code."
            ),
        )
    if by.pk in hands_in(change) - authors_of(change):
        raise ChangeRefused(
            "self_approval",
            _(
                "You count as one person with somebody whom %(change)s is by or about, because one of you invited the other or reset "
                "how they sign in. An approved change that confirms the sign-in code parts you."
            )
            % {"change": change},
        )
    if by.pk in hands_in(change):
        raise ChangeRefused(
            "self_approval",
            _("You requested or wrote a part of %(change)s, so somebody else must review it.") % {"change": change},
        )
    if digest != change.content_digest:
        raise ChangeRefused(
            "stale_review", _("%(change)s was edited since you looked at it. Load the page again.") % {"change": change}
        )
    if not reason.strip() and verdict != Review.Verdict.APPROVE:
        raise ChangeRefused("reason_missing", _("Say why, so that the author knows what to do."))
    if change.approve_by and change.approve_by < timezone.now() and change.state == ChangeState.IN_REVIEW:
        raise ChangeRefused(
            "expired",
            _("The time for approving %(change)s has passed. Its author can submit it again.") % {"change": change},
        )
    if not may_review(change, by):
        raise ChangeRefused(
            "not_eligible", _("Your review would not count: no approval rule for this change names one of your roles.")
        )


@transaction.atomic
def comment_on_change(*, change: ChangeRequest, by: Person, text: str) -> ChangeComment:
    """Adds a remark. Raises `ChangeRefused` if there is none."""
    if not text.strip():
        raise ChangeRefused("comment_empty", _("Write something first."))
    comment = ChangeComment(change=change, author=by, author_name=by.username, text=text.strip()[:4000])
    prove_write("change.commented", comment.pk, change.pk, by.pk, by.username, comment.text)
    comment.save(force_insert=True)
    change_commented(actor=by.username, change=str(change), title=change.title)
    return comment
