"""Whom a proposed version reaches: the applications or people that it covers before and after."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from govern.admin.in_force import named
from govern.changes.approvals import eligible
from govern.models import ChangeItem
from govern.policy.bodies import ApplicationBody
from govern.policy.scope import covers

Bodies = dict[str, dict[str, Any]]
APPLICATIONS = _("Applications that it reaches")
_TITLES: dict[str, str | Promise] = {
    "approval_rule": _("People who may approve by it"),
    "membership": _("The person"),
}


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
        frozenset() if body is None else _names(item, body, bodies)
        for body in (item.base and item.base.body, item.body)
    )
    people = item.kind in _TITLES
    rows = [
        Reached(
            name,
            None if people or name not in bodies["application"] else named("application", name),
            "same" if name in before & after else "added" if name in after else "removed",
        )
        for name in sorted(before | after)
    ]
    if people:
        return Reach(_TITLES[item.kind], rows)
    return Reach(APPLICATIONS, rows, len(bodies["application"]))


def _names(item: ChangeItem, body: Any, bodies: Bodies) -> frozenset[str]:
    match item.kind:
        case "approval_rule":
            return frozenset(person.username for person in eligible(body.groups, without=()))
        case "membership" | "application":
            return frozenset({item.object_name})
        case "guard_policy" | "exemption":
            return _applications(bodies, lambda app, tags: covers(body.scope, app.name, app.team, tags))
        case "budget":
            return _applications(bodies, lambda app, _tags: body.scope.covers(app.name, app.team))
        case "team":
            return _applications(bodies, lambda app, _tags: app.team == body.name)
        case "stop" if body.target == "everything":
            return frozenset(bodies["application"])
        case "stop" if body.target == "application":
            return frozenset({body.of})
    return _callers(_models(item.kind, body, bodies), bodies)


def _models(kind: str, body: Any, bodies: Bodies) -> set[str]:
    """The models that a body of the catalogue, of routing or of a stop has to do with."""
    match kind:
        case "routing_policy":
            return {
                name
                for rule in body.rules
                for name in (*rule.candidates, *rule.fallbacks, *((rule.canary.model,) if rule.canary else ()))
            }
        case "catalog_model":
            return {body.name}
        case "deployment":
            return {body.model}
        case "stop" if body.target == "model":
            return {body.of}
    provider = {"provider": "name", "provider_credential": "provider", "stop": "of"}[kind]
    return _served(bodies["deployment"].values(), getattr(body, provider))


def _served(deployments: Iterable[Any], provider: str) -> set[str]:
    return {deployment.model for deployment in deployments if deployment.provider == provider}


def _callers(models: set[str], bodies: Bodies) -> frozenset[str]:
    """Applications that may name one of the models."""
    return _applications(bodies, lambda app, _tags: not app.models or not models.isdisjoint(app.models))


def _applications(bodies: Bodies, holds: Callable[[ApplicationBody, tuple[str, ...]], bool]) -> frozenset[str]:
    return frozenset(
        name for name, app in bodies["application"].items() if holds(app, (*app.tags, *_team_tags(app, bodies)))
    )


def _team_tags(app: ApplicationBody, bodies: Bodies) -> tuple[str, ...]:
    team = bodies["team"].get(app.team)
    return team.tags if team else ()
