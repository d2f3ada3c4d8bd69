"""Choosing who answers: the first rule that matches, its candidates filtered and ranked, then its fallbacks.

Pure functions of plain values, so that a decision can be made again from what the trail recorded.
"""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from routing.bodies import RoutingPolicyBody, RoutingRule
from routing.catalog import Catalog, Deployment, Model
from routing.sizes import Size
from routing.sizes.media import family_of

Condition = Callable[[Mapping[str, object]], bool]
MAX_ATTEMPTS = 4
_RANDOM = random.Random()


class CompiledRule(NamedTuple):
    """A rule and its condition."""

    body: RoutingRule
    condition: Condition
    names: frozenset[str]
    """What the condition reads."""


class CompiledPolicy(NamedTuple):
    """A routing policy and its conditions."""

    body: RoutingPolicyBody
    condition: Condition
    rules: tuple[CompiledRule, ...]


class PassedOver(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A model or deployment that was considered and not taken, and why."""

    name: str
    reason: str
    too_long: bool = False
    """The call cannot fit its context, whatever tokenizer it has."""
    unfit: bool = False
    """It has not what the call needs: it does not read pictures, say, or call tools."""
    passing: bool = False
    """It may be taken another time: it fits, and nobody serves it now."""


class Route(NamedTuple):
    """Whom to ask, in order, and how that came about."""

    name: str
    """`policy/rule`, or `direct` when the caller named the model and no rule spoke of it."""
    deployments: tuple[Deployment, ...]
    passed_over: tuple[PassedOver, ...]
    rule: RoutingRule | None
    canary: bool = False


class Wish(NamedTuple):
    """What the call asks for, as far as routing decides on it."""

    model: str
    """A catalogue name, or `auto`."""
    modalities: tuple[str, ...]
    needs_tools: bool
    input_tokens: int
    sticky: Mapping[str, str]
    """Identity of the application, user and conversation, for canaries."""
    size: Size | None = None
    """None where the call itself is not known any more, only its estimate."""

    def tokens_for(self, model: Model) -> int:
        """About how many tokens would have to fit into the model's context at once."""
        return self.size.at_once(family_of(model.body.family or model.name)) if self.size else self.input_tokens


def choose(
    catalog: Catalog,
    policies: Sequence[CompiledPolicy],
    wish: Wish,
    facts: Mapping[str, object],
    *,
    failed: type[Exception] = Exception,
    rng: random.Random = _RANDOM,
) -> Route:
    """Decides the route of a call. `failed` is what a condition raises when it cannot be evaluated: then its rule does not match.

    The caller's own model is honoured where the matching rule lists it or does not speak of models at all; a rule whose condition
    reads `model` was written about the request's model and may send it elsewhere. A rule's constraints hold for whoever answers under
    it: candidates, fallbacks, the canary and the model that the caller named.
    """
    passed: list[PassedOver] = []
    matched = _first_match(policies, facts, failed, passed)
    explicit = wish.model != "auto"
    rule = matched[1].body if matched else None
    canary = False
    if explicit and not _speaks_of(matched, wish.model):
        name, order = "direct", [wish.model]
        rule = None
    elif matched and rule:
        name = f"{matched[0].body.name}/{rule.name}"
        if explicit and wish.model in (*rule.candidates, *rule.fallbacks):
            order = [wish.model, *(m for m in rule.fallbacks if m != wish.model)]
        else:
            order = rank(catalog, rule, wish, passed, rng)
            if rule.canary and _in_canary(rule, wish):
                canary = True
                order = [rule.canary.model, *(m for m in order if m != rule.canary.model)]
            order += [m for m in rule.fallbacks if m not in order]
    else:
        name, order = "none", []
    deployments: list[Deployment] = []
    too_long: list[Deployment] = []
    for model_name in order:
        model = catalog.get(model_name)
        tokens = wish.tokens_for(model) if model is not None else 0
        unfit = PassedOver(model_name, "not in the catalogue") if model is None else _unfit(model, wish, tokens)
        if unfit is None and model is not None and rule is not None and (excluded := _excluded(model, rule)):
            unfit = PassedOver(model_name, excluded)
        if model is None or unfit:
            passed += [unfit] if unfit else []
            continue
        likely = tokens <= model.body.context_window
        (deployments if likely else too_long).extend(_deployments(model, rule, passed, rng))
    deployments += too_long  # an estimate may be wrong: they are asked last, and say themselves what they cannot take
    return Route(name, tuple(deployments[:MAX_ATTEMPTS]), tuple(passed), rule, canary)


def _first_match(
    policies: Sequence[CompiledPolicy],
    facts: Mapping[str, object],
    failed: type[Exception],
    passed: list[PassedOver],
) -> tuple[CompiledPolicy, CompiledRule] | None:
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


def _speaks_of(matched: tuple[CompiledPolicy, CompiledRule] | None, model: str) -> bool:
    if matched is None:
        return False
    rule = matched[1]
    return model in rule.body.candidates or model in rule.body.fallbacks or "model" in rule.names


def rank(catalog: Catalog, rule: RoutingRule, wish: Wish, passed: list[PassedOver], rng: random.Random) -> list[str]:
    """A rule's candidates, best first by its objective; those that its constraints exclude are left out with the reason."""
    fit: list[Model] = []
    for name in rule.candidates:
        model = catalog.get(name)
        reason = "not in the catalogue" if model is None else _excluded(model, rule)
        if model is None or reason:
            passed.append(PassedOver(name, reason or ""))
        else:
            fit.append(model)
    match rule.objective:
        case "quality":
            fit.sort(key=lambda m: -m.quality)
        case "cost":
            fit.sort(key=lambda m: m.cost_nano_usd)
        case "latency":
            fit.sort(key=lambda m: m.body.base_latency_ms)
        case "balanced":
            fit = sorted(fit, key=lambda m: _balance(m, fit))  # `sort` would hide the list from its own key
        case "weighted":
            return _weighted([m.name for m in fit], [rule.weights.get(m.name, 1.0) for m in fit], rng)
    return [model.name for model in fit]


def _excluded(model: Model, rule: RoutingRule) -> str | None:
    limits = rule.constraints
    if limits.max_latency_ms is not None and model.body.base_latency_ms > limits.max_latency_ms:
        return f"expected latency {model.body.base_latency_ms} ms is over {limits.max_latency_ms} ms"
    if limits.min_quality is not None and model.quality < limits.min_quality:
        return f"quality {model.quality:.2f} is under {limits.min_quality:.2f}"
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


def _unfit(model: Model, wish: Wish, tokens: int) -> PassedOver | None:
    missing = [m for m in wish.modalities if m not in model.body.modalities]
    if missing:
        return PassedOver(model.name, f"does not take {', '.join(missing)}", unfit=True)
    if wish.needs_tools and not model.body.tools:
        return PassedOver(model.name, "does not call tools", unfit=True)
    window = model.body.context_window
    if wish.size is not None and tokens > window and wish.size.cannot_fit(window):
        return PassedOver(model.name, f"about {tokens} tokens cannot fit its context of {window}", too_long=True)
    return None


def _deployments(
    model: Model, rule: RoutingRule | None, passed: list[PassedOver], rng: random.Random
) -> list[Deployment]:
    regions = rule.constraints.regions if rule else []
    fit: list[Deployment] = []
    for deployment in model.deployments:
        if deployment.unusable:
            passed.append(PassedOver(deployment.name, deployment.unusable, passing=True))
        elif deployment.weight == 0:
            passed.append(PassedOver(deployment.name, "its weight is 0", passing=True))
        elif regions and deployment.region not in regions:
            passed.append(
                PassedOver(deployment.name, f"region {deployment.region or 'unknown'} is not allowed", passing=True)
            )
        else:
            fit.append(deployment)
    if not model.deployments:
        passed.append(PassedOver(model.name, "nobody serves it", passing=True))
    if len(fit) < 2:
        return fit
    order = _weighted([d.name for d in fit], [float(d.weight) for d in fit], rng)
    return sorted(fit, key=lambda d: order.index(d.name))


def _weighted(names: list[str], weights: list[float], rng: random.Random) -> list[str]:
    """Names in a random order in which the first follows the weights (Efraimidis and Spirakis, 2006)."""
    keys = {
        name: rng.random() ** (1 / weight) if weight > 0 else -1.0 for name, weight in zip(names, weights, strict=True)
    }
    return sorted(names, key=lambda name: -keys[name])


def _balance(model: Model, among: Sequence[Model]) -> float:
    cost = max(m.cost_nano_usd for m in among) or 1
    latency = max(m.body.base_latency_ms for m in among) or 1
    return model.cost_nano_usd / cost + model.body.base_latency_ms / latency - 2 * model.quality


def _in_canary(rule: RoutingRule, wish: Wish) -> bool:
    canary = rule.canary
    if canary is None or canary.percent <= 0:
        return False
    identity = wish.sticky.get(canary.sticky, "")
    digest = hashlib.blake2b(f"{rule.name}/{canary.model}/{identity}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % 10_000 < canary.percent * 100
