"""Of which applications a person may see the calls and cases. Who owns what is known elsewhere, and registered here."""

from collections.abc import Callable
from typing import Any

Applications = frozenset[str] | None
"""Names of applications; None for all of them."""


def _nobody_owns(_person: Any) -> frozenset[str] | None:
    return None


_owned_applications: Callable[[Any], frozenset[str] | None] = _nobody_owns


def register_ownership(owned_applications: Callable[[Any], frozenset[str] | None]) -> None:
    """Says how to find what a person owns; the function gives None for somebody who is no owner."""
    global _owned_applications
    _owned_applications = owned_applications


def may_see_some(person: Any, permission: str) -> bool:
    """Whether a person may see anything: all by the permission, or what they own."""
    return person.has_perm(permission) or _owned_applications(person) is not None


def reach_of(person: Any, permission: str) -> Applications:
    """Of which applications a person may see what the permission opens."""
    return None if person.has_perm(permission) else _owned_applications(person) or frozenset()


def is_within(application: str | None, reach: Applications) -> bool:
    """Whether something of an application lies within reach; what belongs to none only where all does."""
    return reach is None or application in reach
