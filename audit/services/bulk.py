"""Working many violations at once: each in a transaction of its own, so that one that cannot be worked keeps none of the others."""

import time
import uuid
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import OperationalError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.models import State, Violation
from audit.selectors.reach import Applications, is_within

MOST = 500
"""Cases of one act."""
PATIENCE_S = 20.0
"""After so long the rest is left as it is, and told."""


class Seen(NamedTuple):
    """A case as the person saw it when they chose it."""

    id: uuid.UUID
    state: str
    assignee: str


class Refused(NamedTuple):
    """A case that was left as it is. `title` is empty for one that there is not."""

    id: uuid.UUID
    title: str
    why: str | Promise


class Worked(NamedTuple):
    """What became of the cases."""

    done: int
    refused: list[Refused]


class _Left(ValueError):
    """The case is left as it is; says why."""


def work_each(cases: Sequence[Seen], act: Callable[[uuid.UUID], object], *, within: Applications = None) -> Worked:
    """Does `act` to each case that still is as it was seen and lies within reach. `act` raises `ValueError`, in words, to refuse one.

    Raises `ValueError` for more than `MOST` cases: then nothing is done.
    """
    if len(cases) > MOST:
        raise ValueError(_("Choose at most %(n)d violations at once.") % {"n": MOST})
    until = time.monotonic() + PATIENCE_S
    done, refused = 0, []
    for seen in dict.fromkeys(cases):
        title = ""
        try:
            if time.monotonic() > until:
                raise _Left(_("It was not reached in time. Do it again for the rest."))
            with transaction.atomic():
                case = Violation.objects.select_for_update().filter(pk=seen.id).first()
                if case is None or not is_within(case.application, within):
                    raise _Left(_("There is no such violation."))
                title = str(case)
                _check_unchanged(case, seen)
                act(seen.id)
                done += 1
        except OperationalError:
            refused.append(Refused(seen.id, title, _("Somebody else is working on it this moment. Do it again.")))
        except ValueError as left:
            refused.append(Refused(seen.id, title, str(left)))
    return Worked(done, refused)


def _check_unchanged(case: Violation, seen: Seen) -> None:
    """Raises `_Left` if somebody else worked the case meanwhile."""
    if case.state != seen.state:
        raise _Left(_("Meanwhile it is: %(state)s.") % {"state": State(case.state).label})
    if case.assignee != seen.assignee:
        raise _Left(
            _("Meanwhile it was assigned to %(person)s.") % {"person": case.assignee}
            if case.assignee
            else _("Meanwhile it was released.")
        )
