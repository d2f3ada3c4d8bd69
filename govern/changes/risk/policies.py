"""The risk of changing guard policies, routing policies and budgets."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from audit.payloads.content import LEVELS
from audit.presentation.words import guard_label as guard_word
from govern.changes.risk.reason import Reason, weighed
from govern.enforcement.bodies import Classifier, GuardPolicyBody, PolicyScope, guard_label
from govern.enforcement.verdict import STRENGTH
from govern.policy.bodies import BudgetBody
from routing.bodies import RoutingPolicyBody, RoutingRule


def guard_policy(before: GuardPolicyBody | None, after: GuardPolicyBody | None) -> Iterator[Reason]:
    """Less inspection is high; more that may block is medium, since it can stop honest traffic."""
    if after is None:
        yield Reason("high", _("retires a guard policy"))
        return
    yield from _addresses(before, after)
    if before is None:
        blocking = after.mode == "enforce" and any(guard.action == "block" for guard in after.guards)
        yield Reason("medium" if blocking else "low", _("adds a guard policy"))
        return
    if before.mode != after.mode:
        yield weighed(
            after.mode == "enforce",
            _("enforces what was only observed") if after.mode == "enforce" else _("only observes what was enforced"),
            tightened="medium",
        )
    if before.on_error != after.on_error:
        stronger = STRENGTH.index(after.on_error) > STRENGTH.index(before.on_error)
        yield weighed(stronger, _("changes what happens when a guard fails"), tightened="medium")
    if before.scope != after.scope:
        wider = _covers(after.scope, before.scope)
        yield weighed(
            wider,
            _("covers more applications") if wider else _("covers fewer or other applications"),
            tightened="medium",
        )
    if before.tool_results != after.tool_results:
        yield weighed(
            after.tool_results == "block",
            _("blocks calls for what tools said")
            if after.tool_results == "block"
            else _("lets calls go on without what tools said"),
            tightened="medium",
        )
    if before.streaming != after.streaming:
        yield weighed(after.streaming == "buffer", _("changes how streams are inspected"), loosened="medium")
    if before.payload != after.payload:
        more = LEVELS.index(after.payload) > LEVELS.index(before.payload)
        yield Reason(
            "high" if more else "medium", _("keeps more of prompts and answers") if more else _("keeps less evidence")
        )
    if before.time_limit_ms != after.time_limit_ms:
        yield Reason("medium", _("changes how long a guard may take"))
    yield from _guards(before, after)


def _addresses(before: GuardPolicyBody | None, after: GuardPolicyBody) -> Iterator[Reason]:
    """A classifier behind an address reads every text that it is asked about."""
    known = _classifiers(before) if before else {}
    for url, private in _classifiers(after).items():
        if url not in known:
            yield Reason("high", _("sends texts to a classifier at another address"))
        if private and not known.get(url):
            yield Reason("high", _("lets Govern call an address within its own network"))


def _classifiers(policy: GuardPolicyBody) -> dict[str, bool]:
    """The addresses of its classifiers, and whether each may be private."""
    return {
        guard.url: guard.allow_private_address
        for guard in policy.guards
        if isinstance(guard, Classifier) and guard.url is not None
    }


def _covers(wide: PolicyScope, narrow: PolicyScope) -> bool:
    """Whether everything that `narrow` covers is covered by `wide` too."""
    return all(
        not getattr(wide, field)
        or (getattr(narrow, field) and set(getattr(narrow, field)) <= set(getattr(wide, field)))
        for field in PolicyScope.__struct_fields__
    )


def _guards(before: GuardPolicyBody, after: GuardPolicyBody) -> Iterator[Reason]:
    old, new = _labelled(before), _labelled(after)
    for label in old.keys() - new.keys():
        yield Reason("high", _("removes the guard %(guard)s") % _said(label))
    for label in new.keys() - old.keys():
        blocks = new[label].action == "block"
        yield Reason("medium" if blocks else "low", _("adds the guard %(guard)s") % _said(label))
    for label in old.keys() & new.keys():
        yield from _guard(label, old[label], new[label])


def _labelled(policy: GuardPolicyBody) -> dict[str, Any]:
    labelled: dict[str, Any] = {}
    for guard in policy.guards:
        label = stem = guard_label(guard)
        number = 2
        while label in labelled:
            label, number = f"{stem}#{number}", number + 1
        labelled[label] = guard
    return labelled


def _said(label: str) -> dict[str, str]:
    """A guard as people call it; the second of a sort keeps its number."""
    stem, sign, number = label.partition("#")
    return {"guard": f"{guard_word(stem)}{' ' if sign else ''}{number}"}


def _guard(label: str, old: Any, new: Any) -> Iterator[Reason]:
    said = _said(label)
    if type(old) is not type(new):
        yield Reason("high", _("replaces the guard %(guard)s by another sort") % said)
        return
    for field in old.__struct_fields__:
        was, now = getattr(old, field), getattr(new, field)
        if was == now:
            continue
        match field:
            case "action":
                stronger = STRENGTH.index(now) > STRENGTH.index(was)
                text = _("makes %(guard)s stricter") if stronger else _("makes %(guard)s milder")
                yield weighed(stronger, text % said, tightened="medium" if now == "block" else "low")
            case "on":
                more = set(was) <= set(now)
                yield weighed(more, _("changes where %(guard)s looks") % said, tightened="medium")
            case "types":
                more = not now or (bool(was) and set(was) <= set(now))
                yield weighed(more, _("changes what %(guard)s looks for") % said)
            case "terms" | "patterns":
                yield weighed(set(was) <= set(now), _("changes what %(guard)s looks for") % said)
            case "block_at" | "flag_at" | "min_score":
                yield weighed(now < was, _("moves a threshold of %(guard)s") % said, tightened="medium")
            case "own_text":
                lower = now.block_at <= was.block_at and now.flag_at <= was.flag_at
                yield weighed(lower, _("moves a threshold of %(guard)s") % said, tightened="medium")
            case _:
                yield Reason("medium", _("changes %(field)s of %(guard)s") % {**said, "field": field.replace("_", " ")})


def routing_policy(before: RoutingPolicyBody | None, after: RoutingPolicyBody | None) -> Iterator[Reason]:
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


def budget(before: BudgetBody | None, after: BudgetBody | None) -> Iterator[Reason]:
    """More money is high, less is low."""
    if after is None:
        yield Reason("high", _("retires a budget"))
        return
    if before is None:
        yield Reason("low", _("adds a budget"))
        return
    if before.action != after.action:
        yield weighed(
            after.action == "block",
            _("refuses calls beyond the limit")
            if after.action == "block"
            else _("only tells when the limit is passed"),
            tightened="medium",
        )
    raised = Decimal(after.limit_usd) > Decimal(before.limit_usd)
    if Decimal(after.limit_usd) != Decimal(before.limit_usd):
        yield weighed(not raised, _("raises the limit") if raised else _("lowers the limit"))
    if before.period != after.period:
        yield Reason("high", _("changes the period of the limit"))
    if before.scope != after.scope:
        yield Reason("high", _("changes whom the budget covers"))
    if before.per_end_user != after.per_end_user:
        yield weighed(
            before.per_end_user,
            _("gives every end user the limit") if after.per_end_user else _("makes all end users share the limit"),
        )
    if before.alert_at != after.alert_at:
        yield Reason("low", _("changes when somebody is told"))
