"""What is done to many violations at once: read from the form of the queue, and told afterwards."""

import uuid
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import State, Violation
from audit.models.violation import OPEN_STATES
from audit.presentation.directory import names_of
from audit.services.bulk import Refused, Seen, Worked
from audit.services.violations import assign_violation, transition_violation

FILTERS = ("tab", "severity", "application", "guard")
MOST_TOLD = 20
"""Cases that could not be worked and are told one by one."""
LONGEST_REASON = 2_000
_SEPARATOR = "/"
_STATE = "state:"

Act = Callable[[uuid.UUID], object]


def chosen_value(case: Violation) -> str:
    """What the box of a case sends: the case as it is seen now."""
    return _SEPARATOR.join((str(case.pk), case.state, case.assignee))


def read_act(posted: QueryDict, *, actor: str) -> tuple[Sequence[Seen], Act, str]:
    """The cases, what is to be done to each, and what it is called once it was done. Raises `ValueError`, in words."""
    cases = [_seen(value) for value in posted.getlist("case")]
    if not cases:
        raise ValueError(_("Choose violations first, with the boxes before them."))
    what, assignee, reason = (posted.get(name, "").strip() for name in ("act", "assignee", "reason"))
    if what == "take":
        return cases, _assign(actor, actor), _("Assigned to %(person)s") % {"person": actor}
    if what == "assign":
        if assignee and assignee != actor and assignee not in names_of("person"):
            raise ValueError(_("There is nobody of that name."))
        done = _("Assigned to %(person)s") % {"person": assignee} if assignee else _("Released")
        return cases, _assign(assignee, actor), done
    state = what.removeprefix(_STATE)
    if not what.startswith(_STATE) or state not in State.values:
        raise ValueError(_("Choose what is to be done."))
    to = State(state)
    if to not in OPEN_STATES and not reason:
        raise ValueError(_("Say why the cases are closed: whoever reads it later will ask."))
    if len(reason) > LONGEST_REASON or "\x00" in reason:
        raise ValueError(
            _("%(field)s: write at most %(n)d characters, and no control characters.")
            % {"field": _("Reason"), "n": LONGEST_REASON}
        )
    return cases, lambda case: transition_violation(violation=case, to=to, actor=actor, reason=reason), str(to.label)


def _assign(assignee: str, actor: str) -> Act:
    return lambda case: assign_violation(violation=case, assignee=assignee, actor=actor)


def _seen(value: str) -> Seen:
    number, state, assignee = [*value.split(_SEPARATOR, 2), "", ""][:3]
    try:
        return Seen(uuid.UUID(number), state, assignee)
    except ValueError:
        raise ValueError(_("Something of the form is missing. Open the queue again.")) from None


def tell_worked(request: HttpRequest, worked: Worked, done: str) -> None:
    """Says how many were worked and, of each that was not, why."""
    if worked.done:
        told = ngettext("%(act)s: %(n)d violation.", "%(act)s: %(n)d violations.", worked.done)
        messages.success(request, told % {"act": done, "n": worked.done})
    for refused in worked.refused[:MOST_TOLD]:
        messages.warning(request, _told(refused))
    if (more := len(worked.refused) - MOST_TOLD) > 0:
        told = ngettext("%(n)d more was left as it is.", "%(n)d more were left as they are.", more)
        messages.warning(request, told % {"n": more})


def _told(refused: Refused) -> str:
    return _("%(case)s was left as it is. %(why)s") % {"case": refused.title or refused.id, "why": refused.why}


def queue_query(query: str) -> str:
    """The filters of the queue that a form came from; nothing else of what it says."""
    asked = QueryDict(query[:4_000])
    return urlencode({name: asked[name] for name in FILTERS if asked.get(name)})
