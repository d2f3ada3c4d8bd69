"""The names that exist, for fields that mention them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from govern.enforcement import pii, secrets
from govern.enforcement.guards.body import guard_label
from govern.models import Person

Bodies = Mapping[str, Mapping[str, Any]]


def known_names(bodies: Bodies) -> dict[str, list[str]]:
    """List of names → the names, from what is in force and what a change proposes beside it. One query, when people are looked at."""
    applications, models, providers = (sorted(bodies[kind]) for kind in ("application", "catalog_model", "provider"))
    regions = {body.region for kind in ("provider", "deployment") for body in bodies[kind].values() if body.region}
    tags = {tag for kind in ("team", "application") for body in bodies[kind].values() for tag in body.tags}
    guards = {guard_label(guard) for body in bodies["guard_policy"].values() for guard in body.guards}
    return {
        "team": sorted(bodies["team"]),
        "application": applications,
        "catalog_model": models,
        "provider": providers,
        "use_case": sorted(bodies["use_case"]),
        "guard_policy": sorted(bodies["guard_policy"]),
        "guard": sorted(guards),
        "tag": sorted(tags),
        "region": sorted(regions),
        "target": [*applications, *models, *providers],
        "personal_data": sorted(kind.lower() for kind in pii.KIND_IDS),
        "secret": sorted(kind.lower() for kind in secrets.KIND_IDS),
    }


def usernames() -> list[str]:
    """Who may hold roles. One query."""
    people: QuerySet[Person] = Person.objects.filter(is_active=True).order_by("username")
    return list(people.values_list("username", flat=True))
