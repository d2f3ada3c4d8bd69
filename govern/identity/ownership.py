"""What an application owner may see and do: what belongs to their applications, and nothing else.

Whose applications are whose is part of the role assignment, which changes as every policy does.
"""

from typing import Any, NamedTuple

from govern.models import Application, Membership
from govern.policy.bodies import BudgetScope

PERMISSION = "govern.own_applications"


class Owned(NamedTuple):
    """Names. applications: those that were named, and those of the teams."""

    teams: frozenset[str]
    applications: frozenset[str]


_NOTHING = Owned(frozenset(), frozenset())


def owned_by(person: Any) -> Owned | None:
    """What a person owns, read once for each request; None for who is no application owner. Three queries."""
    if not person.has_perm(PERMISSION) or person.is_superuser:
        return None
    if not hasattr(person, "_owned"):
        person._owned = _read(person.get_username())
    owned: Owned = person._owned
    return owned


def owned_applications(person: Any) -> frozenset[str] | None:
    """Names of the applications that a person owns; None for who is no application owner."""
    owned = owned_by(person)
    return None if owned is None else owned.applications


def reach(person: Any, permission: str) -> frozenset[str] | None:
    """Of which applications a person may see or do something: None for all, by a role that has `permission`; else their own."""
    return None if person.has_perm(permission) else owned_applications(person) or frozenset()


def is_own(scope: BudgetScope, owned: Owned) -> bool:
    """Whether a budget counts only what an owner's own applications or whole teams of theirs spend."""
    return scope.owner in owned.applications if scope.owner else scope.team in owned.teams


def _read(username: str) -> Owned:
    assigned = Membership.objects.in_force().filter(name=username).first()
    if assigned is None or assigned.body is None:
        return _NOTHING
    teams = frozenset(assigned.body.teams)
    of_teams = {found.name for found in Application.objects.in_force() if found.body.team in teams} if teams else set()
    return Owned(teams, frozenset(assigned.body.applications) | of_teams)
