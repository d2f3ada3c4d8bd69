"""Choosing who answers: the first rule that matches, its candidates filtered and ranked, then its fallbacks.

Pure functions of plain values. What is measured, drawn or expected goes into a `Choice`, from which alone the order follows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from routing.bodies import RoutingPolicyBody, RoutingRule
from routing.catalog import Catalog, Deployment, Model
from routing.choice import MAX_ATTEMPTS, Candidate, Choice, Served, canary_place, order_of
from routing.figures import chances_of, expected_cost, expected_quality, measured_latency
from routing.fitness import Barred, Live, PassedOver, excluded, not_served_by, unfit
from routing.latency_budget import latency_class
from routing.money import nano_usd
from routing.wish import Wish

Condition = Callable[[Mapping[str, object]], bool]
_FIGURES = {
    "quality": frozenset(("quality",)),
    "cost": frozenset(("cost",)),
    "latency": frozenset(("latency",)),
    "balanced": frozenset(("quality", "cost", "latency")),
    "value": frozenset(("quality", "cost")),
}
"""Objective → the figures of the candidates that it looks at."""


class CompiledRule(NamedTuple):
    """A rule and its conditions."""

    body: RoutingRule
    condition: Condition
    names: frozenset[str]
    """What the condition reads."""
    small_when: Condition | None = None
    """When the small siblings of its candidates go first."""
    all_names: frozenset[str] = frozenset()
    """What either of them reads."""


class CompiledPolicy(NamedTuple):
    """A routing policy and its conditions."""

    body: RoutingPolicyBody
    condition: Condition
    rules: tuple[CompiledRule, ...]


class Route(NamedTuple):
    """Whom to ask, in order, and how that came about."""

    name: str
    """`policy/rule`, or `direct` when the caller named the model and no rule spoke of it."""
    deployments: tuple[Deployment, ...]
    passed_over: tuple[PassedOver, ...]
    rule: RoutingRule | None
    canary: bool = False
    choice: Choice | None = None
    """What it was chosen by; None where no rule and no name said anything."""


def choose(
    catalog: Catalog,
    policies: Sequence[CompiledPolicy],
    wish: Wish,
    facts: Mapping[str, object],
    *,
    failed: type[Exception] = Exception,
    live: Live | None = None,
    barred: Barred | None = None,
) -> Route:
    """Decides the route of a call. `failed` is what a condition raises when it cannot be evaluated: then its rule does not match.

    The caller's own model is honoured where the matching rule lists it or does not speak of models at all; a rule whose condition
    reads `model` was written about the request's model and may send it elsewhere. A rule's constraints hold for whoever answers under
    it: candidates, fallbacks, the canary and the model that the caller named.
    """
    passed: list[PassedOver] = []
    matched = first_match(policies, facts, failed, passed)
    explicit = wish.model != "auto"
    if explicit and not _speaks_of(matched, wish.model):
        field = _Field(catalog, wish, facts, None, live, barred, passed)
        return field.route("direct", field.named(wish.model, ()))
    if matched is None:
        return Route("none", (), tuple(passed), None)
    rule = matched[1].body
    name = f"{matched[0].body.name}/{rule.name}"
    field = _Field(catalog, wish, facts, rule, live, barred, passed)
    if explicit and wish.model in (*rule.candidates, *rule.fallbacks):
        return field.route(name, field.named(wish.model, rule.fallbacks))
    small = _small_siblings(catalog, matched[1], facts, failed, passed)
    return field.route(name, field.by_rule(rule, small))


def first_match(
    policies: Sequence[CompiledPolicy],
    facts: Mapping[str, object],
    failed: type[Exception],
    passed: list[PassedOver],
) -> tuple[CompiledPolicy, CompiledRule] | None:
    """The policy and the rule that speak for a call. Conditions that could not be evaluated are noted in `passed`."""
    for policy in policies:
        try:
            if not policy.condition(facts):
                continue
        except failed:
            passed.append(PassedOver(policy.body.name, "its condition could not be evaluated"))
            continue
        for rule in policy.rules:
            try:
                if rule.condition(facts):
                    return policy, rule
            except failed:
                passed.append(
                    PassedOver(f"{policy.body.name}/{rule.body.name}", "its condition could not be evaluated")
                )
    return None


def too_long_for_all(route: Route) -> list[PassedOver]:
    """The models that the call cannot fit, if it has no other to go to: then it is too long, now and later. Otherwise none."""
    if route.deployments or any(passed.passing for passed in route.passed_over):
        return []
    return [passed for passed in route.passed_over if passed.too_long]


def unfit_for_all(route: Route) -> list[PassedOver]:
    """The models that have not what the call needs, if it has no other to go to, now and later. Otherwise none."""
    if route.deployments or any(passed.passing for passed in route.passed_over):
        return []
    return [passed for passed in route.passed_over if passed.unfit]


def _speaks_of(matched: tuple[CompiledPolicy, CompiledRule] | None, model: str) -> bool:
    if matched is None:
        return False
    rule = matched[1]
    return model in rule.body.candidates or model in rule.body.fallbacks or "model" in rule.names


def _small_siblings(
    catalog: Catalog,
    rule: CompiledRule,
    facts: Mapping[str, object],
    failed: type[Exception],
    passed: list[PassedOver],
) -> list[str]:
    """The small siblings of a rule's candidates, where its condition for them holds."""
    if rule.small_when is None:
        return []
    try:
        if not rule.small_when(facts):
            return []
    except failed:
        passed.append(PassedOver(rule.body.name, "its condition for small siblings could not be evaluated"))
        return []
    siblings = (catalog[name].body.smaller_sibling for name in rule.body.candidates if name in catalog)
    return list(dict.fromkeys(name for name in siblings if name is not None))


class _Field:
    """The models that come into question for one call, each looked at once."""

    def __init__(
        self,
        catalog: Catalog,
        wish: Wish,
        facts: Mapping[str, object],
        rule: RoutingRule | None,
        live: Live | None,
        barred: Barred | None,
        passed: list[PassedOver],
    ) -> None:
        self._catalog, self._wish, self._rule = catalog, wish, rule
        self._live, self._barred, self._passed = live, barred, passed
        self._data_class = facts.get("data_class")
        self._candidates: dict[str, Candidate | None] = {}
        self._deployments: dict[str, Deployment] = {}
        self._draws = False
        """Some model is served by several deployments."""

    def route(self, name: str, choice: Choice) -> Route:
        """The route that a choice gives."""
        chosen = tuple([self._deployments[each] for each in order_of(choice)])
        return Route(name, chosen, tuple(self._passed), self._rule, choice.in_canary, choice)

    def named(self, model: str, fallbacks: Iterable[str]) -> Choice:
        """The caller's own model, then fallbacks."""
        candidates, others = self._fit([model]), self._fit(fallbacks)
        return Choice("priority", candidates, fallbacks=others, seed=self._wish.seed if self._draws else 0)

    def by_rule(self, rule: RoutingRule, small: Iterable[str]) -> Choice:
        """What a rule chooses by."""
        objective, attempts, canary = rule.objective, MAX_ATTEMPTS, rule.canary
        if rule.latency_budget_ms is not None:
            budget = latency_class(rule.latency_budget_ms)
            objective, attempts = "latency" if budget.fastest else objective, budget.attempts
        siblings, candidates = self._fit(small), self._fit(rule.candidates)
        siblings, candidates = self._figured(objective, siblings, candidates)
        fallbacks = self._fit(rule.fallbacks)
        first = self._fit([canary.model]) if canary is not None and canary.percent > 0 else ()
        place = 0
        if canary is not None and first:
            place = canary_place(rule.name, canary.model, self._wish.sticky.get(canary.sticky, ""))
        return Choice(
            objective,
            candidates,
            small=siblings,
            fallbacks=fallbacks,
            canary=first[0] if first else None,
            canary_place=place,
            canary_below=round(canary.percent * 100) if canary is not None and first else 0,
            worth_nano_usd=nano_usd(rule.worth_usd) if rule.worth_usd is not None and objective == "value" else 0,
            seed=self._wish.seed if objective == "weighted" or self._draws else 0,
            attempts=attempts,
        )

    def _fit(self, names: Iterable[str]) -> tuple[Candidate, ...]:
        found = []
        for name in names:
            if name not in self._candidates:
                self._candidates[name] = self._look_at(name)
            candidate = self._candidates[name]
            if candidate is not None:
                found.append(candidate)
        return tuple(found)

    def _look_at(self, name: str) -> Candidate | None:
        model, rule = self._catalog.get(name), self._rule
        if model is not None and model.retired:
            self._passed.append(PassedOver(name, model.retired, unfit=model.heir is None))
            model = self._catalog.get(model.heir) if model.heir is not None else None
            if model is None:
                return None
        if model is None:
            self._passed.append(PassedOver(name, "not in the catalogue"))
            return None
        tokens = self._wish.tokens_for(model)
        lacks = unfit(model, self._wish, tokens)
        if lacks is None and rule is not None and (reason := excluded(model, rule.constraints)):
            lacks = PassedOver(model.name, reason)
        if lacks is not None:
            self._passed.append(lacks)
            return None
        served = self._served(model)
        if not served:
            return None
        weight = rule.weights.get(name, 1.0) if rule is not None and rule.objective == "weighted" else 1.0
        return Candidate(model.name, served, weight=weight, doubtful=tokens > model.body.context_window)

    def _served(self, model: Model) -> tuple[Served, ...]:
        limits = self._rule.constraints if self._rule is not None else None
        fit: list[Deployment] = []
        for each in model.deployments:
            reason = not_served_by(each, limits, self._data_class, self._live, self._barred)
            if reason is None:
                fit.append(each)
                self._deployments[each.name] = each
            else:
                self._passed.append(PassedOver(each.name, reason, passing=True))
        if not model.deployments:
            self._passed.append(PassedOver(model.name, "nobody serves it", passing=True))
        if len(fit) == 1:
            return (Served(fit[0].name),)
        self._draws = self._draws or bool(fit)
        live = self._live
        return tuple([Served(each.name, each.weight, live.load_ms(each.name) if live else None) for each in fit])

    def _figured(
        self, objective: str, siblings: tuple[Candidate, ...], candidates: tuple[Candidate, ...]
    ) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
        """The candidates with the figures that the objective looks at. One alone needs none."""
        if objective not in _FIGURES or (len(candidates) < 2 and not siblings):
            return siblings, candidates
        looked_at = _FIGURES[objective]
        names = [each.model for each in (*siblings, *candidates)]
        chances = chances_of(self._wish, names) if "quality" in looked_at else {}
        latencies = self._latencies((*siblings, *candidates)) if "latency" in looked_at else {}
        figured = [
            msgspec.structs.replace(
                each,
                quality=expected_quality(model, chances) if "quality" in looked_at else None,
                cost_nano_usd=expected_cost(model, self._wish) if "cost" in looked_at else None,
                latency_ms=latencies.get(each.model),
            )
            for each in (*siblings, *candidates)
            for model in (self._catalog[each.model],)
        ]
        return tuple(figured[: len(siblings)]), tuple(figured[len(siblings) :])

    def _latencies(self, candidates: Sequence[Candidate]) -> dict[str, float]:
        """As measured lately, where that is known of all of them; else as the catalogue says, which measures otherwise."""
        known: dict[str, float] = {}
        for each in candidates:
            measured = measured_latency(each.served, self._live)
            if measured is None:
                return {one.model: float(self._catalog[one.model].body.base_latency_ms) for one in candidates}
            known[each.model] = measured
        return known
