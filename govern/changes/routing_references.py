"""Whether a routing policy can do what it says: names that exist, rules that can match, and somebody left who may answer."""

import re
from collections.abc import Iterator

from govern.changes.known import Known
from govern.policy.shadows import conjuncts, never_matches, shadowing
from routing.bodies import NOT_YET, CatalogModelBody, RoutingPolicyBody, RoutingRule
from routing.catalog import Model
from routing.fitness import excluded
from routing.saying import Saying

_DEMANDED = re.compile(r"""^(["'])(text|image|audio|document)\1 in modalities$""")


def check_routing_policy(known: Known, place: str, body: RoutingPolicyBody) -> None:
    """Reports what of a policy cannot hold, each at its place."""
    known.condition(f"{place}.when", body.when)
    seen: set[str] = set()
    for index, rule in enumerate(body.rules):
        at = f"{place}.rules[{index}]"
        if rule.name in seen:
            known.report(f"{at}.name", Saying("two rules of this policy are named `%(name)s`.", name=rule.name))
        seen.add(rule.name)
        known.condition(f"{at}.when", rule.when)
        if never_matches(rule.when):
            known.report(f"{at}.when", Saying("is false for every call, so this rule can never match."))
        for field in sorted(NOT_YET["RoutingRule"]):
            if getattr(rule, field) is not None:
                known.report(
                    f"{at}.{field}", Saying("is not part of this version: nothing would act on it. Leave it out.")
                )
        _models(known, at, rule)
        _wishes(known, at, rule)
        _somebody_left(known, at, rule)
    for index, earlier in shadowing([rule.when for rule in body.rules]).items():
        known.report(
            f"{place}.rules[{earlier}].when",
            Saying(
                "holds whenever the condition of `%(name)s` does, so that rule can never match. Move `%(earlier)s` behind it.",
                name=body.rules[index].name,
                earlier=body.rules[earlier].name,
            ),
        )
    if body.rules[-1].when.strip() != "true":
        last = f"{place}.rules[{len(body.rules) - 1}]"
        known.report(f"{last}.when", Saying("the last rule must match every call: give it the condition `true`."))


def _models(known: Known, at: str, rule: RoutingRule) -> None:
    """Who is named is served, and named once."""
    asked: dict[str, str] = {}
    for field in ("candidates", "fallbacks"):
        for position, model in enumerate(getattr(rule, field)):
            place = f"{at}.{field}[{position}]"
            known.served(place, model)
            if model in asked:
                known.report(
                    place,
                    Saying(
                        "`%(model)s` stands in %(where)s already: it would be asked in a circle. Name it once.",
                        model=model,
                        where=asked[model],
                    ),
                )
            asked.setdefault(model, field)
    if rule.canary:
        known.served(f"{at}.canary.model", rule.canary.model)
        if rule.candidates == (rule.canary.model,):
            known.report(
                f"{at}.canary.model", Saying("is the only candidate, so that the canary changes nothing. Name another.")
            )
    for model in rule.weights:
        if model not in rule.candidates:
            known.report(f"{at}.weights.{model}", Saying("has a weight but is no candidate of this rule."))
    if rule.weights and not any(rule.weights.get(model, 1.0) for model in rule.candidates):
        known.report(f"{at}.weights", Saying("are all 0, so that no candidate would be drawn. Give one a share."))


def _wishes(known: Known, at: str, rule: RoutingRule) -> None:
    """What belongs together is said together."""
    if rule.objective == "value" and rule.worth_usd is None:
        known.report(f"{at}.worth_usd", Saying("is needed to choose by value: say what a good answer is worth."))
    if rule.objective != "value" and rule.worth_usd is not None:
        known.report(f"{at}.worth_usd", Saying("counts only where candidates are chosen by value. Leave it out."))
    if not rule.small_when:
        return
    known.condition(f"{at}.small_when", rule.small_when)
    siblings = [body.smaller_sibling for body in _bodies(known, rule.candidates) if body.smaller_sibling]
    if not siblings:
        known.report(f"{at}.small_when", Saying("has no effect: none of the candidates has a smaller sibling."))
    for sibling in siblings:
        known.served(f"{at}.small_when", sibling)


def _somebody_left(known: Known, at: str, rule: RoutingRule) -> None:
    """Of candidates and fallbacks at least one must satisfy the rule's own constraints, and read what its condition demands."""
    demanded = [found[2] for part in conjuncts(rule.when) if (found := _DEMANDED.match(part))]
    reasons: list[str] = []
    for field in ("candidates", "fallbacks"):
        for position, name in enumerate(getattr(rule, field)):
            for body in _bodies(known, (name,)):
                lacks = [each for each in demanded if each not in body.modalities]
                if lacks:
                    known.report(f"{at}.{field}[{position}]", _lacks(name, lacks[0]))
                reason = _why_not(known, rule, body)
                if reason is not None:
                    reasons.append(f"{name}: {reason}")
    named = (*rule.candidates, *rule.fallbacks)
    if reasons and len(reasons) == len(named):
        known.report(
            f"{at}.constraints",
            Saying("leave nobody to answer (%(reasons)s). Loosen one, or add a candidate.", reasons="; ".join(reasons)),
        )
    if rule.canary:
        for body in _bodies(known, (rule.canary.model,)):
            if (reason := _why_not(known, rule, body)) is not None:
                known.report(
                    f"{at}.canary.model",
                    Saying("is kept out by the rule's own constraints: %(reason)s.", reason=reason),
                )
            lacks = [each for each in demanded if each not in body.modalities]
            if lacks:
                known.report(f"{at}.canary.model", _lacks(body.name, lacks[0]))


def _lacks(model: str, modality: str) -> Saying:
    return Saying(
        "`%(model)s` does not take %(modality)s, which the rule's condition demands.", model=model, modality=modality
    )


def _why_not(known: Known, rule: RoutingRule, body: CatalogModelBody) -> str | None:
    """Why a rule's constraints keep a model out of every call."""
    reason = excluded(Model(body.name, body, None, ()), rule.constraints)
    if reason is not None or not rule.constraints.regions:
        return reason
    regions = set(_regions(known, body.name))
    if regions and not regions & set(rule.constraints.regions):
        return f"served in {', '.join(sorted(regions))} only"
    return None


def _regions(known: Known, model: str) -> Iterator[str]:
    """Where a model is served."""
    providers = known.bodies["provider"]
    for _place, deployment in known.bodies["deployment"].values():
        if getattr(deployment, "model", None) == model:
            _at, provider = providers.get(getattr(deployment, "provider", ""), ("", None))
            yield getattr(deployment, "region", "") or getattr(provider, "region", "") or "unknown"


def _bodies(known: Known, names: tuple[str, ...]) -> Iterator[CatalogModelBody]:
    for name in names:
        _place, body = known.bodies["catalog_model"].get(name, ("", None))
        if isinstance(body, CatalogModelBody):
            yield body
