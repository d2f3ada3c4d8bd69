"""What states, risks, actions and verdicts are called: a word and an icon each, so that nothing is told by colour alone."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.presentation.words import Word
from govern.changes.kinds import KINDS
from govern.models import ChangeItem, ChangeRequest, ChangeState, Review

STATES: dict[str, Word] = {
    ChangeState.DRAFT: Word(ChangeState.DRAFT.label, "edit_note", "calm"),
    ChangeState.IN_REVIEW: Word(ChangeState.IN_REVIEW.label, "rate_review", "info"),
    ChangeState.CHANGES_REQUESTED: Word(ChangeState.CHANGES_REQUESTED.label, "edit", "warn"),
    ChangeState.APPROVED: Word(ChangeState.APPROVED.label, "how_to_reg", "ok"),
    ChangeState.SCHEDULED: Word(ChangeState.SCHEDULED.label, "schedule", "ok"),
    ChangeState.APPLIED: Word(ChangeState.APPLIED.label, "task_alt", "ok"),
    ChangeState.EMERGENCY: Word(ChangeState.EMERGENCY.label, "e911_emergency", "bad"),
    ChangeState.REVERTED: Word(ChangeState.REVERTED.label, "undo", "calm"),
    ChangeState.REJECTED: Word(ChangeState.REJECTED.label, "block", "bad"),
    ChangeState.WITHDRAWN: Word(ChangeState.WITHDRAWN.label, "cancel", "calm"),
    ChangeState.EXPIRED: Word(ChangeState.EXPIRED.label, "event_busy", "calm"),
}

RISKS: dict[str, Word] = {
    ChangeRequest.Risk.LOW: Word(_("Low risk"), "keyboard_arrow_down", "calm"),
    ChangeRequest.Risk.MEDIUM: Word(_("Medium risk"), "drag_handle", "info"),
    ChangeRequest.Risk.HIGH: Word(_("High risk"), "keyboard_arrow_up", "warn"),
    ChangeRequest.Risk.CRITICAL: Word(_("Critical risk"), "keyboard_double_arrow_up", "bad"),
}

ACTIONS: dict[str, Word] = {
    ChangeItem.Action.CREATE: Word(pgettext_lazy("proposed version", "New"), "add", "ok"),
    ChangeItem.Action.UPDATE: Word(pgettext_lazy("proposed version", "Changed"), "edit", "info"),
    ChangeItem.Action.RETIRE: Word(pgettext_lazy("proposed version", "Retired"), "archive", "warn"),
}

VERDICTS: dict[str, Word] = {
    Review.Verdict.APPROVE: Word(pgettext_lazy("review", "Approved"), "check", "ok"),
    Review.Verdict.REQUEST_CHANGES: Word(_("Requested changes"), "edit", "warn"),
    Review.Verdict.REJECT: Word(pgettext_lazy("review", "Rejected"), "block", "bad"),
}

SYMBOLS: dict[str, str] = {name: kind.icon for name, kind in KINDS.items()}


def kind_word(kind: str) -> str | Promise:
    """A kind of governed object, as people call it."""
    return KINDS[kind].label
