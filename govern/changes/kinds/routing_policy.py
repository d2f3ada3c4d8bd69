"""Routing policies: rules that pick the model for a call."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.reach import Bodies, callers_of
from govern.changes.reasons import Reason
from govern.changes.routing_references import check_routing_policy
from govern.models import RoutingPolicy
from routing.bodies import RoutingPolicyBody, RoutingRule


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
    if now.cache and now.cache.share == "team" and not (was.cache and was.cache.share == "team"):
        yield Reason("high", _("lets the applications of a team share answers under the rule %(rule)s") % said)
    if now.cache and now.cache.personal_data and not (was.cache and was.cache.personal_data):
        yield Reason("high", _("lets answers with personal data be kept for reuse under the rule %(rule)s") % said)
    yield Reason("medium", _("changes the rule %(rule)s") % said)


def _models(policy: RoutingPolicyBody) -> set[str]:
    return {
        name
        for rule in policy.rules
        for name in (*rule.candidates, *rule.fallbacks, *((rule.canary.model,) if rule.canary else ()))
    }


def _reach(body: RoutingPolicyBody, bodies: Bodies) -> frozenset[str]:
    return callers_of(_models(body), bodies)


KIND = Kind(
    model=RoutingPolicy,
    section="routing_policies",
    icon="alt_route",
    risk=_risk,
    references=check_routing_policy,
    reach=_reach,
)
