"""Reading everything of a kind that is in force, for pages that relate kinds to each other."""

from typing import Any, NamedTuple

from django.urls import reverse

from govern.models import GOVERNED, Governed


class Found(NamedTuple):
    """One object in force, and its page."""

    target: Governed
    body: Any
    address: str


def in_force(kind: str) -> list[Found]:
    """What of a kind is in force, by name. One query."""
    return [Found(target, target.body, page_of(target)) for target in GOVERNED[kind].objects.in_force()]


def page_of(target: Governed) -> str:
    """The page of a governed object."""
    return reverse(f"admin:govern_{target._meta.model_name}_change", args=[target.pk])


def named(kind: str, name: str) -> str:
    """The address that leads to the page of what is called `name`, found without a query."""
    return reverse(f"admin:govern_{GOVERNED[kind]._meta.model_name}_named", args=[name])


def link(kind: str, name: str) -> tuple[str, str]:
    """A name with the address that leads to its page."""
    return name, named(kind, name)
