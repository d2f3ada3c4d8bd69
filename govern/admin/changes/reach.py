"""Whom a proposed version reaches: the applications or people that it covers before and after."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from govern.admin.faces import FACES
from govern.admin.in_force import named
from govern.changes.kinds import KINDS
from govern.changes.reach import Bodies
from govern.models import ChangeItem

APPLICATIONS = _("Applications that it reaches")


class Reached(NamedTuple):
    """One application or person. change: `added`, `removed` or `same`."""

    name: str
    address: str | None
    change: str


class Reach(NamedTuple):
    """What is reached, and how many of it there are in all (0: not counted)."""

    title: str | Promise
    rows: list[Reached]
    of: int = 0


def reach(item: ChangeItem, bodies: Bodies) -> Reach:
    """Whom one proposed version reaches. bodies: what is in force, by kind and name."""
    before, after = (
        frozenset() if body is None else KINDS[item.kind].reach(body, bodies)
        for body in (item.base and item.base.body, item.body)
    )
    people = FACES[item.kind].reaches
    rows = [
        Reached(
            name,
            None if people or name not in bodies["application"] else named("application", name),
            "same" if name in before & after else "added" if name in after else "removed",
        )
        for name in sorted(before | after)
    ]
    if people:
        return Reach(people, rows)
    return Reach(APPLICATIONS, rows, len(bodies["application"]))
