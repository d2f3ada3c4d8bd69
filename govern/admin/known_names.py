"""Tells the pages of the trail where the pages of what it names are."""

from collections.abc import Callable, Sequence

from django.urls import reverse

from audit.presentation.directory import register_kind
from audit.selectors.reach import register_ownership
from audit.selectors.search import register_spelling
from govern.admin.in_force import named
from govern.gateway.callers.callers_headers import spellings_on_record
from govern.identity.ownership import owned_applications
from govern.models import GOVERNED, Person

_CALLED = {"catalog_model": "model"}
"""Governed kinds that the trail calls otherwise."""


def _address(kind: str) -> Callable[[str], str]:
    return lambda name: named(kind, name)


def _names(kind: str) -> Callable[[], Sequence[str]]:
    return lambda: list(GOVERNED[kind].objects.order_by("name").values_list("name", flat=True))


def _workers() -> Sequence[str]:
    """Who may work violations, to give one to."""
    return list(
        Person.objects.filter(is_active=True, groups__permissions__codename="change_violation")
        .distinct()
        .order_by("username")
        .values_list("username", flat=True)
    )


def _revision(number: str) -> str:
    return reverse("admin:govern_revision_change", args=[number])


register_ownership(owned_applications)
register_spelling("session", spellings_on_record)
register_spelling("client_id", spellings_on_record)
for _kind in GOVERNED:
    register_kind(_CALLED.get(_kind, _kind), address=_address(_kind), names=_names(_kind))
register_kind("revision", address=_revision)
register_kind("person", address=lambda _name: reverse("admin:govern_person_changelist"), names=_workers)
