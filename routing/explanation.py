"""Why a call goes where it goes: each rule, and each model that the deciding rule names, with the reason it is taken or not.

Made from the same route that a call would take, so that it cannot say anything else.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from routing.catalog import Catalog, Model
from routing.choice import Candidate, Choice, Scored, propensity_of, ranking
from routing.choose import CompiledPolicy, Condition, Route
from routing.figures import chances_of, expected_cost, expected_quality, measured_latency
from routing.fitness import Live
from routing.wish import Wish

Outcome = Literal["taken", "no", "failed", "later"]
"""Of a rule: it takes the call, its condition does not hold, cannot be evaluated, or an earlier rule took the call."""
Role = Literal["small", "candidate", "fallback", "canary", "named"]


class RuleStep(msgspec.Struct, frozen=True):
    """One rule as it was looked at."""

    policy: str
    rule: str
    outcome: Outcome


class Considered(msgspec.Struct, frozen=True):
    """One model as it was considered."""

    model: str
    role: Role
    place: int | None
    """In the order of asking, from 1; None where it is not asked."""
    reasons: tuple[str, ...]
    quality: float
    cost_nano_usd: int | None
    """None without a price."""
    latency_ms: float
    """As measured lately, else as the catalogue says."""
    propensity: float
    """The chance with which it is asked first."""


class Explanation(msgspec.Struct, frozen=True):
    """The decision about one call. drawn: another call of the same content may go elsewhere."""

    route: str
    objective: str | None
    rules: tuple[RuleStep, ...]
    considered: tuple[Considered, ...]
    order: tuple[str, ...]
    drawn: bool


def explain(
    catalog: Catalog,
    policies: Sequence[CompiledPolicy],
    wish: Wish,
    facts: Mapping[str, object],
    route: Route,
    *,
    failed: type[Exception],
    live: Live | None = None,
) -> Explanation:
    """Says how a route came about. The other arguments are those that it was chosen with."""
    choice = route.choice
    considered: tuple[Considered, ...] = ()
    if choice is not None:
        considered = tuple(_Considering(catalog, wish, route, choice, live).all())
    return Explanation(
        route=route.name,
        objective=choice.objective if choice is not None and route.rule is not None else None,
        rules=tuple(_steps(policies, facts, failed)),
        considered=considered,
        order=tuple([each.name for each in route.deployments]),
        drawn=choice is not None and (bool(choice.seed) or choice.canary_below > 0),
    )


def _steps(
    policies: Sequence[CompiledPolicy], facts: Mapping[str, object], failed: type[Exception]
) -> Iterator[RuleStep]:
    taken = False
    for policy in policies:
        applies = "later" if taken else _outcome(policy.condition, facts, failed)
        for rule in policy.rules:
            outcome = "later" if taken else applies
            if outcome == "taken":
                outcome = _outcome(rule.condition, facts, failed)
                taken = outcome == "taken"
            yield RuleStep(policy.body.name, rule.body.name, outcome)


def _outcome(condition: Condition, facts: Mapping[str, object], failed: type[Exception]) -> Outcome:
    try:
        return "taken" if condition(facts) else "no"
    except failed:
        return "failed"


class _Considering:
    """The models of one decision."""

    def __init__(self, catalog: Catalog, wish: Wish, route: Route, choice: Choice, live: Live | None) -> None:
        self._catalog, self._wish, self._route, self._choice, self._live = catalog, wish, route, choice, live
        self._scores = {each.candidate.model: each for each in ranking(choice)}
        self._chances = chances_of(wish, list(self._scores))
        self._places: dict[str, int] = {}
        for place, deployment in enumerate(route.deployments, start=1):
            self._places.setdefault(deployment.model, place)
        self._reasons = {each.name: each.reason for each in route.passed_over}

    def all(self) -> list[Considered]:
        """Every model that had a role, those that are asked first, in their order, then the others."""
        found: dict[str, Considered] = {}
        for role, name in self._named():
            if name not in found and (model := self._catalog.get(name)) is not None:
                found[name] = self._consider(role, model)
        return sorted(found.values(), key=lambda each: each.place if each.place is not None else len(self._places) + 99)

    def _named(self) -> Iterator[tuple[Role, str]]:
        choice, rule = self._choice, self._route.rule
        if rule is None or self._wish.model in (*rule.candidates, *rule.fallbacks):
            yield "named", self._wish.model
        else:
            if rule.canary is not None:
                yield "canary", rule.canary.model
            yield from (("small", each.model) for each in choice.small)
            yield from (("candidate", name) for name in rule.candidates)
        yield from (("fallback", name) for name in (rule.fallbacks if rule is not None else ()))

    def _consider(self, role: Role, model: Model) -> Considered:
        place = self._places.get(model.name)
        candidate = self._candidate(model.name)
        scored: Scored | None = self._scores.get(model.name)
        latency = measured_latency(candidate.served, self._live) if candidate is not None else None
        figured = scored.candidate if scored is not None else Candidate(model.name, ())
        return Considered(
            model=model.name,
            role=role,
            place=place,
            reasons=tuple(self._why_not(model, candidate, place)),
            quality=_first(figured.quality, expected_quality(model, self._chances)),
            cost_nano_usd=expected_cost(model, self._wish),
            latency_ms=_first(figured.latency_ms, latency, float(model.body.base_latency_ms)),
            propensity=propensity_of(self._choice, model.name) if candidate is not None else 0.0,
        )

    def _candidate(self, model: str) -> Candidate | None:
        choice = self._choice
        canary = (choice.canary,) if choice.canary is not None else ()
        return next(
            (each for each in (*canary, *choice.small, *choice.candidates, *choice.fallbacks) if each.model == model),
            None,
        )

    def _why_not(self, model: Model, candidate: Candidate | None, place: int | None) -> Iterator[str]:
        """Of the model itself, or of its deployments; for one that was fit, why it is not asked nevertheless."""
        if model.name in self._reasons:
            yield self._reasons[model.name]
        yield from (
            f"{each.name}: {self._reasons[each.name]}" for each in model.deployments if each.name in self._reasons
        )
        if place is not None or candidate is None:
            return
        if self._choice.canary is candidate:
            yield "this call is not in its share"
        else:
            yield f"only {self._choice.attempts} may be asked"


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)
