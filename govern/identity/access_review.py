"""Who may do what, and what about it should make a reviewer stop: one row a person, from three queries."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.db.models import Count
from django.utils import timezone

from govern.identity.groups import GROUPS, PRIVILEGED
from govern.identity.second_factor import COUNTED
from govern.models import Person

DORMANT_AFTER = timedelta(days=90)


class Access(NamedTuple):
    """What one person may do. `factors` are types of second factors; `warnings` are codes of `WARNINGS`."""

    person: Person
    roles: tuple[str, ...]
    may_author: bool
    may_approve: bool
    factors: tuple[str, ...]
    warnings: tuple[str, ...]


WARNINGS = (
    "no_second_factor",
    "superuser",
    "approves_and_authors",
    "approves_and_administers",
    "dormant",
    "locked_out_with_roles",
    "rights_without_role",
)
"""What may be wrong, the gravest first."""


def review_access() -> list[Access]:
    """Everybody, those with warnings first, then by name."""
    factors: dict[int, list[str]] = {}
    found = Authenticator.objects.filter(type__in=COUNTED).order_by("type").values_list("user_id", "type")
    for person_id, type_ in found:
        factors.setdefault(person_id, []).append(type_)
    people = Person.objects.annotate(extra_rights=Count("user_permissions")).prefetch_related("groups")
    now = timezone.now()
    rows = [_access(person, sorted(set(factors.get(person.pk, []))), now) for person in people]
    return sorted(rows, key=lambda row: (not row.warnings, row.person.username))


def may(groups: Iterable[str], action: str) -> bool:
    """Whether one of the groups may do something to changes: `propose` or `review`."""
    return any("change" in GROUPS.get(group, {}).get(action, ()) for group in groups)


def _access(person: Person, factors: list[str], now: datetime) -> Access:
    roles = tuple(sorted(group.name for group in person.groups.all()))
    authors, approves = may(roles, "propose"), may(roles, "review")
    privileged = person.is_superuser or bool(PRIVILEGED.intersection(roles))
    seen = person.last_login or person.date_joined
    holds = {
        "no_second_factor": person.is_active and privileged and not factors,
        "superuser": person.is_superuser,
        "approves_and_authors": authors and approves,
        "approves_and_administers": approves and "platform_administrator" in roles,
        "dormant": person.is_active and now - seen > DORMANT_AFTER,
        "locked_out_with_roles": not person.is_active and bool(roles),
        "rights_without_role": getattr(person, "extra_rights", 0) > 0,
    }
    return Access(person, roles, authors, approves, tuple(factors), tuple(code for code in WARNINGS if holds[code]))
