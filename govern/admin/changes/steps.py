"""The way of a change request, as a row of steps: what was done and when, where it stands, and what is ahead."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.presentation.words import Word
from govern.admin.changes.words import STATES
from govern.models import ChangeRequest, ChangeState, ChangeTransition
from govern.models.change import TRANSITIONS

_USUAL = (ChangeState.DRAFT, ChangeState.IN_REVIEW, ChangeState.APPROVED, ChangeState.APPLIED)
_SCHEDULED = (*_USUAL[:3], ChangeState.SCHEDULED, ChangeState.APPLIED)
_EMERGENCY = (ChangeState.DRAFT, ChangeState.EMERGENCY, ChangeState.APPLIED)
_RATIFIED = Word(_("Ratified"), "verified", "ok")
STATUS: dict[str, str | Promise] = {"done": _("done"), "now": _("now"), "ahead": _("to come")}


class Step(NamedTuple):
    """status: `done`, `now` or `ahead`. at and by: of the last time that it came to this."""

    word: Word
    status: str
    at: datetime | None = None
    by: str = ""

    @property
    def status_word(self) -> str | Promise:
        """The status, for who does not see the line."""
        return STATUS[self.status]


def steps(change: ChangeRequest, transitions: Iterable[ChangeTransition]) -> list[Step]:
    """The steps of a change; a side state, such as rejected, stands where the way ended or was left."""
    reached = {transition.after: transition for transition in transitions}
    state = ChangeState(change.state)
    emergency = change.mode == ChangeRequest.Mode.EMERGENCY
    way = _EMERGENCY if emergency else _SCHEDULED if change.effective_at or state == ChangeState.SCHEDULED else _USUAL
    if state in way:
        here = way.index(state)
        ended = state not in TRANSITIONS
        statuses = [
            "done" if place < here or (ended and place == here) else "now" if place == here else "ahead"
            for place in range(len(way))
        ]
        states = list(way)
    else:
        before = [passed for passed in way if passed in reached and passed != ChangeState.APPLIED]
        rest = way[way.index(ChangeState.IN_REVIEW) + 1 :] if state == ChangeState.CHANGES_REQUESTED else ()
        states = [*[passed for passed in before if passed not in rest], state, *rest]
        statuses = ["now" if one == state else "ahead" if one in rest else "done" for one in states]
    return [
        Step(
            _RATIFIED if emergency and one == ChangeState.APPLIED else STATES[one],
            status,
            *((reached[one].at, reached[one].actor) if one in reached and status != "ahead" else (None, "")),
        )
        for one, status in zip(states, statuses, strict=True)
    ]
