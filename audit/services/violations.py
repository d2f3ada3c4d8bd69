"""Working a violation: move it, assign it, comment on it. Its evidence is never touched."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.models import State, Violation, ViolationComment
from audit.services.regression import keep_false_positive, take_back_false_positive
from audit.trail.events import record_event
from audit.trail.vouching import vouch


class TransitionRefused(ValueError):
    """The case cannot become that; the message says what it can."""


@transaction.atomic
def transition_violation(*, violation: uuid.UUID, to: State, actor: str, reason: str = "") -> Violation:
    """Move a case to another state. `actor` is the person's username.

    The text of a false positive is kept for the regression corpus, until the case is taken up again.

    Raises `TransitionRefused` and `Violation.DoesNotExist`.
    """
    case = Violation.objects.select_for_update().get(pk=violation)
    before = State(case.state)
    if to not in case.may_become():
        allowed = ", ".join(str(state.label) for state in case.may_become())
        raise TransitionRefused(
            _("A violation that is %(before)s cannot become %(to)s, but: %(allowed)s.")
            % {"before": before.label, "to": to.label, "allowed": allowed}
        )
    case.state = to
    vouch("violation.worked", case.pk, before, to, case.assignee)
    case.save(update_fields=["state"])
    _record(case, "violation.transitioned", actor, before=before.value, after=to.value, reason=reason, calls=case.count)
    if to is State.FALSE_POSITIVE:
        keep_false_positive(violation=case, actor=actor)
    elif before is State.FALSE_POSITIVE:
        take_back_false_positive(violation=case, actor=actor)
    return case


@transaction.atomic
def assign_violation(*, violation: uuid.UUID, assignee: str, actor: str) -> Violation:
    """Give a case to a person (a username), or to nobody (""). Raises `Violation.DoesNotExist`."""
    case = Violation.objects.select_for_update().get(pk=violation)
    case.assignee = assignee
    vouch("violation.worked", case.pk, case.state, case.state, assignee)
    case.save(update_fields=["assignee"])
    _record(case, "violation.assigned", actor, assignee=assignee)
    return case


@transaction.atomic
def comment_violation(*, violation: uuid.UUID, text: str, actor: str) -> ViolationComment:
    """Add a comment to a case. Raises `Violation.DoesNotExist` and `ValueError` for an empty text."""
    text = text.strip()
    if not text:
        raise ValueError(_("A comment needs a text."))
    case = Violation.objects.get(pk=violation)
    vouch("violation.commented", case.pk, actor, text)
    comment = ViolationComment.objects.create(violation=case, author=actor, text=text)
    _record(case, "violation.commented", actor, comment=comment.pk)
    return comment


def _record(case: Violation, type: str, actor: str, **context: Any) -> None:
    record_event(
        type=type,
        actor=actor,
        context={
            "violation": str(case.pk),
            "application": case.application,
            "team": case.team,
            "rule": case.rule,
            **context,
        },
    )
