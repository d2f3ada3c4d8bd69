"""The page of one violation: its evidence, what may be done with it, and what has been done."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.models import AuditEvent, State, Violation, ViolationComment
from audit.models.violation import OPEN_STATES
from audit.presentation.words import GUARDS, MOVES, STATES, Word


class Move(NamedTuple):
    """A button that brings the case into a state. `closes`: then a reason must be given."""

    state: str
    word: Word
    closes: bool


class Line(NamedTuple):
    """One line of the timeline; `said` is a comment."""

    at: datetime
    icon: str
    text: str
    said: str = ""


def moves_of(case: Violation) -> list[Move]:
    """What may be done with a case now."""
    return [Move(state.value, MOVES[state], state not in OPEN_STATES) for state in case.may_become()]


def is_overdue(case: Violation) -> bool:
    """Whether an open case has passed its due time."""
    return State(case.state).is_open and case.due_at < timezone.now()


def timeline(case: Violation, history: Sequence[AuditEvent], comments: Sequence[ViolationComment]) -> list[Line]:
    """What happened to the case, oldest first."""
    lines = [
        Line(case.first_at, "gpp_maybe", _("Opened: %(guard)s saw %(rule)s.") % _seen(case)),
        *(Line(event.at, _icon(event), str(event), event.fields.get("reason") or "") for event in history),
        *(
            Line(comment.at, "chat", _("%(author)s wrote") % {"author": comment.author}, comment.text)
            for comment in comments
        ),
    ]
    if case.reopened_at is not None:
        lines.append(Line(case.reopened_at, "restart_alt", _("Seen again after it had been resolved; opened again.")))
    elif case.count > 1:
        lines.append(Line(case.last_at, "visibility", _("Seen again; in %(n)d calls by now.") % {"n": case.count}))
    return sorted(lines, key=lambda line: line.at)


def _seen(case: Violation) -> dict[str, str | Promise]:
    return {"guard": GUARDS.get(case.guard, case.guard), "rule": case.rule}


def _icon(event: AuditEvent) -> str:
    if event.type == "violation.assigned":
        return "person"
    after = STATES.get(str(event.fields.get("after", "")))
    return after.icon if after else "swap_horiz"
