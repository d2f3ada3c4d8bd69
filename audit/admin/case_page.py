"""The page of one violation: its evidence, what may be done with it, and what has been done."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.models import AuditEvent, State, Violation, ViolationComment
from audit.models.violation import OPEN_STATES
from audit.presentation.values import rule_label
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


class Since(NamedTuple):
    """How often a case was seen since it was closed; `number` is None where the closing did not record how many calls it had."""

    at: datetime
    by: str
    number: int | None


def since_closed(case: Violation, history: Sequence[AuditEvent]) -> Since | None:
    """What came after a case was closed, which stays closed and goes on counting; None for an open one, and where nothing came."""
    if State(case.state).is_open:
        return None
    closing = next((event for event in reversed(history) if event.fields.get("after") == case.state), None)
    if closing is None:
        return None
    then = closing.fields.get("calls")
    number = case.count - then if isinstance(then, int) else None
    if number == 0 or (number is None and case.last_at <= closing.at):
        return None
    return Since(closing.at, closing.actor or "", number)


CALL_LASTS = timedelta(minutes=16)
"""An outcome comes at most so long after what a guard saw in its call."""


def calls_query(case: Violation) -> str:
    """The query of the list of calls that gives those of a case."""
    first = case.first_at.astimezone(UTC) - timedelta(milliseconds=1)
    last = case.last_at.astimezone(UTC) + CALL_LASTS
    return urlencode(
        {
            "application": case.application,
            "guard": case.guard,
            "rule": case.rule,
            "since": first.isoformat(),
            "until": last.isoformat(),
        }
    )


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
    return {"guard": GUARDS.get(case.guard, case.guard), "rule": rule_label(case.rule)}


def _icon(event: AuditEvent) -> str:
    if event.type == "violation.assigned":
        return "person"
    after = STATES.get(str(event.fields.get("after", "")))
    return after.icon if after else "swap_horiz"
