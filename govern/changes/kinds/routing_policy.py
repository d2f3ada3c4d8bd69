"""Routing policies: rules that pick the model for a call."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, callers_of
from govern.changes.reasons import Reason
from govern.models import RoutingPolicy
from govern.policy.shadows import never_matches, shadowing
from routing.bodies import NOT_YET, RoutingPolicyBody, RoutingRule
from routing.saying import Saying


def _risk(before: RoutingPolicyBody | None, after: RoutingPolicyBody | None) -> Iterator[Reason]:
    """Another model or a region that was excluded is high or medium; every other change moves traffic."""
    if after is None:
        yield Reason("high", _("retires a routing policy"))
        return
    if before is None:
        yield Reason("medium", _("adds a routing policy"))
        return
    added = _models(after) - _models(before)
    if added:
        yield Reason(
            "high", _("lets calls go to %(models)s, which no rule of it used") % {"models": ", ".join(sorted(added))}
        )
    old = {rule.name: rule for rule in before.rules}
    for rule in after.rules:
        was = old.get(rule.name)
        if was is None:
            yield Reason("medium", _("adds the rule %(rule)s") % {"rule": rule.name})
        elif was != rule:
            yield from _rule(was, rule)
    for name in old.keys() - {rule.name for rule in after.rules}:
        yield Reason("medium", _("removes the rule %(rule)s") % {"rule": name})
    if before.when != after.when or [rule.name for rule in before.rules] != [rule.name for rule in after.rules]:
        yield Reason("medium", _("changes which rule decides"))


def _rule(was: RoutingRule, now: RoutingRule) -> Iterator[Reason]:
    said = {"rule": now.name}
    before, after = set(was.constraints.regions), set(now.constraints.regions)
    if before and (not after or after - before):
        yield Reason("high", _("lets the rule %(rule)s use more regions") % said)
    if was.constraints.max_cost_usd and not now.constraints.max_cost_usd:
        yield Reason("high", _("lifts the price limit of the rule %(rule)s") % said)
    yield Reason("medium", _("changes the rule %(rule)s") % said)


def _models(policy: RoutingPolicyBody) -> set[str]:
    return {
        name
        for rule in policy.rules
        for name in (*rule.candidates, *rule.fallbacks, *((rule.canary.model,) if rule.canary else ()))
    }


def _references(known: Known, place: str, body: RoutingPolicyBody) -> None:
    known.condition(f"{place}.when", body.when)
    seen: set[str] = set()
    for index, rule in enumerate(body.rules):
        at = f"{place}.rules[{index}]"
        if rule.name in seen:
            known.report(f"{at}.name", Saying("two rules of this policy are named `%(name)s`.", name=rule.name))
        seen.add(rule.name)
        known.condition(f"{at}.when", rule.when)
        for field in sorted(NOT_YET["RoutingRule"]):
            if getattr(rule, field) is not None:
                known.report(
                    f"{at}.{field}", Saying("is not part of this version: nothing would act on it. Leave it out.")
                )
        for field in ("candidates", "fallbacks"):
            for position, model in enumerate(getattr(rule, field)):
                known.served(f"{at}.{field}[{position}]", model)
        if rule.canary:
            known.served(f"{at}.canary.model", rule.canary.model)
        for model in rule.weights:
            if model not in rule.candidates:
                known.report(f"{at}.weights.{model}", Saying("has a weight but is no candidate of this rule."))
        if never_matches(rule.when):
            known.report(f"{at}.when", Saying("is false for every call, so this rule can never match."))
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


def _reach(body: RoutingPolicyBody, bodies: Bodies) -> frozenset[str]:
    return callers_of(_models(body), bodies)


KIND = Kind(
    model=RoutingPolicy,
    section="routing_policies",
    icon="alt_route",
    risk=_risk,
    references=_references,
    reach=_reach,
)
