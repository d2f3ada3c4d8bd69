"""What is still needed before a change may come into force, and who could give it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from govern.changes.approvals import Requirement
from govern.identity.role_words import role_label
from govern.models import Person


class Waiting(NamedTuple):
    """One requirement with who could still meet it."""

    needed: Requirement
    groups: str
    could: list[str]

    @property
    def missing(self) -> int:
        """How many approvals are still needed."""
        return max(0, self.needed.quorum - len(self.needed.given))

    @property
    def dots(self) -> range:
        """One for each approval that is still needed."""
        return range(self.missing)

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return min(100, round(100 * len(self.needed.given) / self.needed.quorum))


def waiting(
    progress: Iterable[Requirement], people: Mapping[str, Iterable[tuple[int, str]]], without: Iterable[int]
) -> list[Waiting]:
    """Each requirement with the names of who could still approve. people: group → (id, username) of who may sign in."""
    left_out = set(without)
    return [
        Waiting(
            needed,
            _(", ").join(str(role_label(group)) for group in needed.groups),
            sorted(
                {
                    name
                    for group in needed.groups
                    for pk, name in people.get(group, ())
                    if pk not in left_out and name not in needed.given
                }
            ),
        )
        for needed in progress
    ]


def people_by_group(groups: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """Group → (id, username) of who may sign in and holds it. One query."""
    found: dict[str, list[tuple[int, str]]] = {}
    rows = Person.objects.filter(is_active=True, groups__name__in=set(groups)).order_by("username")
    for group, pk, name in rows.values_list("groups__name", "pk", "username"):
        found.setdefault(group, []).append((pk, name))
    return found
