"""Reading what a simulation compares."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from govern.changes.contents import bodies_in_force, bodies_with
from govern.changes.simulation.sides import Sides
from govern.models import Budget, ChangeRequest, CredentialSecret, Revision
from govern.parts.secrets import given_secret
from govern.policy.contents import InForce

_NO_OBJECT = UUID(int=0)


def read_sides(change: ChangeRequest | None) -> Sides:
    """What is in force now, and what would be with a change; without one both sides are the same.

    Read again if something comes into force meanwhile. About thirty queries.
    """
    while True:
        number = newest_revision()
        items = list(change.items.select_related("base")) if change is not None else []
        identifiers = dict(Budget.objects.values_list("name", "pk"))
        identifiers.update({item.object_name: item.object_id for item in items if item.kind == Budget.KIND})
        before, after = (_contents(bodies, identifiers) for bodies in (bodies_in_force(), bodies_with(items)))
        held = set(CredentialSecret.objects.values_list("credential__name", flat=True).distinct())
        held |= {item.object_name for item in items if item.secret}
        held |= {
            name
            for side in (before, after)
            for name, entry in side["provider_credential"].items()
            if entry.body.env and given_secret(entry.body.env)
        }
        if number == newest_revision():
            return Sides(
                number,
                before,
                after,
                frozenset(held),
                timezone.now().timestamp(),
                settings.GOVERN_EMBEDDED_MODEL_URL,
                settings.GOVERN_DIGEST_KEY,
            )


def newest_revision() -> int:
    """The number of the revision in force."""
    return Revision.objects.order_by("-number").values_list("number", flat=True)[0]


def _contents(bodies: Mapping[str, Mapping[str, Any]], budgets: Mapping[str, UUID]) -> dict[str, dict[str, InForce]]:
    """Only budgets need to be told apart by more than their names, since their accounts are."""
    return {
        kind: {
            name: InForce(budgets[name] if kind == Budget.KIND else _NO_OBJECT, body) for name, body in named.items()
        }
        for kind, named in bodies.items()
    }
