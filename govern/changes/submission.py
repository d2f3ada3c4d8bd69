"""Putting a draft before its reviewers, and taking it back."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from govern.changes.check import Check
from govern.changes.checks import failed, run_checks
from govern.changes.digest import change_digest
from govern.changes.events import change_expired, change_reopened, change_submitted, change_withdrawn
from govern.changes.locking import locked_change, move_change, require_edition, require_state
from govern.changes.notifications.telling import tell_of_decision, tell_of_submission
from govern.changes.proofs import submission_proof
from govern.changes.refused import ChangeRefused
from govern.changes.risk import assess_item, assess_items
from govern.changes.simulation.asking import ask_for_simulation
from govern.models import ChangeAuthor, ChangeRequest, ChangeState, Person
from govern.models.change import EDITABLE

TO_APPROVE = timedelta(days=7)
TO_APPLY = timedelta(days=7)
"""How long there is for approving from submission on, and for applying from then or from the effective time on."""


class ChecksFailed(ChangeRefused):
    """The change cannot be submitted; `checks` says everything that is wrong with it."""

    def __init__(self, checks: list[Check]) -> None:
        self.checks = checks
        lines = "\n".join(f"{check.place}: {check.message}" if check.place else check.message for check in checks)
        super().__init__("checks_failed", lines)


@transaction.atomic
def submit_change(*, change: ChangeRequest, by: Person, edition: int) -> ChangeRequest:
    """Fixes what is proposed, computes its risk and puts it in review.

    Raises `ChecksFailed` with everything that is wrong, or `ChangeRefused`.
    """
    draft = locked_change(change, by=by)
    require_state(draft, *EDITABLE)
    require_edition(draft, edition)
    ChangeAuthor.objects.get_or_create(change=draft, person=by)
    seal_submission(draft)
    move_change(draft, ChangeState.IN_REVIEW)
    ask_for_simulation(change=draft, by=by)
    change_submitted(
        actor=by.username, change=str(draft), title=draft.title, risk=draft.risk, digest=draft.content_digest
    )
    tell_of_submission(draft)
    return draft


def seal_submission(draft: ChangeRequest) -> None:
    """Checks a draft and fills in what reviewers are bound to: risk, assessment, window, digest and proof. Does not save."""
    now = timezone.now()
    draft.approve_by = draft.approve_by if draft.approve_by and draft.approve_by > now else now + TO_APPROVE
    if draft.apply_by is None:
        draft.apply_by = max(draft.approve_by, draft.effective_at or now) + TO_APPLY
    checks = run_checks(draft)
    if problems := failed(checks):
        raise ChecksFailed(problems)
    items = list(draft.items.select_related("base"))
    draft.risk = assess_items(items)
    with translation.override("en"):
        draft.assessment = {
            "reasons": {
                f"{item.kind}/{item.object_name}": [list(reason) for reason in assess_item(item)] for item in items
            },
            "checks": [check.kept() for check in checks],
        }
    draft.submitted_at = now
    draft.content_digest = change_digest(draft)
    draft.submission_proof = submission_proof(draft)


@transaction.atomic
def reopen_change(*, change: ChangeRequest, by: Person) -> ChangeRequest:
    """Makes a submitted change a draft again. Any edit makes the approvals given so far stale; they stay on record.

    Raises `ChangeRefused`.
    """
    found = locked_change(change, by=by)
    require_state(
        found, ChangeState.IN_REVIEW, ChangeState.CHANGES_REQUESTED, ChangeState.APPROVED, ChangeState.SCHEDULED
    )
    _require_author(found, by)
    move_change(found, ChangeState.DRAFT, edition=found.edition + 1)
    change_reopened(actor=by.username, change=str(found), title=found.title)
    return found


@transaction.atomic
def withdraw_change(*, change: ChangeRequest, by: Person, reason: str = "") -> ChangeRequest:
    """Gives a change up. Raises `ChangeRefused` unless `by` is its author and it is still open."""
    found = locked_change(change, by=by)
    require_state(
        found,
        ChangeState.DRAFT,
        ChangeState.IN_REVIEW,
        ChangeState.CHANGES_REQUESTED,
        ChangeState.APPROVED,
        ChangeState.SCHEDULED,
    )
    _require_author(found, by)
    move_change(found, ChangeState.WITHDRAWN)
    change_withdrawn(actor=by.username, change=str(found), title=found.title, reason=reason)
    return found


def _require_author(change: ChangeRequest, by: Person) -> None:
    if change.requested_by_id != by.pk and not change.authors.filter(person=by).exists():
        raise ChangeRefused("not_author", _("Only an author of %(change)s may do this.") % {"change": change})


@transaction.atomic
def expire_changes() -> int:
    """Ends changes whose time to be approved or applied has passed. Returns how many."""
    now = timezone.now()
    late = ChangeRequest.objects.filter(state=ChangeState.IN_REVIEW, approve_by__lt=now) | ChangeRequest.objects.filter(
        state__in=(ChangeState.IN_REVIEW, ChangeState.APPROVED, ChangeState.SCHEDULED), apply_by__lt=now
    )
    count = 0
    for change in late:
        found = locked_change(change, by=None)
        if found.state not in (ChangeState.IN_REVIEW, ChangeState.APPROVED, ChangeState.SCHEDULED):
            continue
        move_change(found, ChangeState.EXPIRED)
        change_expired(change=str(found), title=found.title)
        tell_of_decision(found)
        count += 1
    return count
