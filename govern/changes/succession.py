"""The change that puts a model's successor in its place: in routing policies, in what applications may use, and as a smaller sibling."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from msgspec.structs import replace

from govern.changes.contents import bodies_in_force
from govern.changes.drafts import Proposed, draft_of
from govern.changes.refused import ChangeRefused
from govern.models import ChangeRequest, Person
from routing.bodies import CatalogModelBody, RoutingPolicyBody, RoutingRule

Bodies = Mapping[str, Mapping[str, Any]]


def succession_of(name: str, bodies: Bodies) -> list[Proposed]:
    """Everything that names a model and would name its successor; nothing for a model without one."""
    model: CatalogModelBody | None = bodies["catalog_model"].get(name)
    if model is None or model.successor is None:
        return []
    heir = model.successor
    proposed = [
        *(("routing_policy", body, _in_policy(body, name, heir)) for body in bodies["routing_policy"].values()),
        *(
            ("application", body, replace(body, models=_renamed(body.models, name, heir)))
            for body in bodies["application"].values()
        ),
        *(
            ("catalog_model", body, replace(body, smaller_sibling=heir if heir != body.name else None))
            for body in bodies["catalog_model"].values()
            if body.smaller_sibling == name
        ),
    ]
    return [Proposed(kind, after.name, after) for kind, before, after in proposed if before != after]


def propose_succession(*, model: str, by: Person) -> ChangeRequest:
    """A draft of all that. Raises `ChangeRefused` where nothing names the model, or it has no successor."""
    bodies = bodies_in_force()
    items = succession_of(model, bodies)
    if not items:
        raise ChangeRefused(
            "no_difference",
            _("Nothing in force names this model, or it has no successor: there is nothing to propose."),
        )
    body = bodies["catalog_model"][model]
    words = {"model": model, "successor": body.successor, "day": body.retired_on}
    reason = (
        _("%(model)s is retired on %(day)s.") % words if body.retired_on else _("%(model)s has a successor.") % words
    )
    return draft_of(items, title=_("%(successor)s in place of %(model)s") % words, reason=reason, by=by)


def _in_policy(policy: RoutingPolicyBody, name: str, heir: str) -> RoutingPolicyBody:
    return replace(policy, rules=tuple(_in_rule(rule, name, heir) for rule in policy.rules))


def _in_rule(rule: RoutingRule, name: str, heir: str) -> RoutingRule:
    candidates = _renamed(rule.candidates, name, heir)
    fallbacks = tuple(each for each in _renamed(rule.fallbacks, name, heir) if each not in candidates)
    weights = {heir if each == name else each: weight for each, weight in rule.weights.items() if each != heir}
    if heir in rule.weights and name not in rule.weights:
        weights[heir] = rule.weights[heir]
    canary = rule.canary
    if canary is not None and canary.model == name:
        canary = replace(canary, model=heir)
    if canary is not None and candidates == (canary.model,):
        canary = None
    return replace(rule, candidates=candidates, fallbacks=fallbacks, weights=weights, canary=canary)


def _renamed(names: Iterable[str], name: str, heir: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(heir if each == name else each for each in names))
