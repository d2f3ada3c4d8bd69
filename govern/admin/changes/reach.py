"""Whom a proposed version reaches, with the pages of who it is."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from govern.admin.faces import FACES
from govern.admin.in_force import named
from govern.changes.reach import Bodies
from govern.changes.reached import reached
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
    people = FACES[item.kind].reaches
    rows = [
        Reached(name, None if people or name not in bodies["application"] else named("application", name), change)
        for name, change in reached(item, bodies).items()
    ]
    if people:
        return Reach(people, rows)
    return Reach(APPLICATIONS, rows, len(bodies["application"]))
