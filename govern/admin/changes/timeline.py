"""What happened to a change request, oldest first: its steps, what reviewers said, and comments."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from govern.admin.changes.words import STATES, VERDICTS
from govern.changes.applying import BY_THE_CLOCK
from govern.identity.role_words import role_label
from govern.models import ChangeComment, ChangeState, ChangeTransition, Review

_SYSTEM = ("", "system", BY_THE_CLOCK)


class Line(NamedTuple):
    """One line. said: what somebody wrote. stale: a review of content that has been edited since."""

    at: datetime
    icon: str
    tone: str
    who: str
    text: str
    said: str = ""
    stale: bool = False
    fine: str = ""


def timeline(
    digest: str,
    transitions: Iterable[ChangeTransition],
    reviews: Iterable[Review],
    comments: Iterable[ChangeComment],
) -> list[Line]:
    """All of it, in order. digest: of the content as it is now; reviews of other content are stale."""
    lines = [_step(transition) for transition in transitions]
    lines += [_review(digest, review) for review in reviews]
    lines += [Line(c.created_at, "chat", "calm", c.author_name, _("commented"), c.text) for c in comments]
    return sorted(lines, key=lambda line: line.at)


def _step(transition: ChangeTransition) -> Line:
    word = STATES[transition.after]
    who = "" if transition.actor in _SYSTEM else transition.actor
    return Line(transition.at, word.icon, word.tone, who, _text(transition, bool(who)))


def _text(transition: ChangeTransition, by_somebody: bool) -> str:
    match transition.before, transition.after:
        case "", _draft:
            return _("opened the draft")
        case _before, ChangeState.IN_REVIEW:
            return _("submitted it for review")
        case _before, ChangeState.DRAFT:
            return _("took it back to change it")
        case ChangeState.EMERGENCY, ChangeState.APPLIED:
            return _("ratified it: it stays in force")
        case _before, ChangeState.APPLIED:
            return _("put it in force") if by_somebody else _("It came into force at its time.")
        case _before, ChangeState.EMERGENCY:
            return _("broke the glass: it is in force without approval")
        case _before, ChangeState.REVERTED:
            return _("took it out of force") if by_somebody else _("It lapsed: nobody had ratified it in time.")
        case _before, ChangeState.WITHDRAWN:
            return _("withdrew it")
        case _before, ChangeState.EXPIRED:
            return _("It expired.")
        case _before, ChangeState.APPROVED:
            return _("gave the last approval that was needed")
        case _before, ChangeState.SCHEDULED:
            return _("scheduled it: it takes effect by itself")
        case _before, ChangeState.CHANGES_REQUESTED:
            return _("sent it back") if by_somebody else _("It could not be applied, and went back to its author.")
        case _before, ChangeState.REJECTED:
            return _("ended it by rejecting it")
    return str(STATES[transition.after].label)


def _review(digest: str, review: Review) -> Line:
    word = VERDICTS[review.verdict]
    text = {
        Review.Verdict.APPROVE: _("approved"),
        Review.Verdict.REQUEST_CHANGES: _("requested changes"),
        Review.Verdict.REJECT: _("rejected"),
    }[Review.Verdict(review.verdict)]
    fine = _("as %(groups)s, of content %(digest)s") % {
        "groups": _(", ").join(str(role_label(group)) for group in review.groups.split(", ")),
        "digest": review.digest[:8],
    }
    return Line(
        review.created_at,
        word.icon,
        word.tone,
        review.reviewer_name,
        text,
        review.reason,
        review.digest != digest,
        fine,
    )
