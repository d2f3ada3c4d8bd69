"""Routing policies in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.typesetting import composed
from govern.admin.sentences.conditions import always, condition
from govern.admin.sentences.sentence import Sentence, dollars, listing, strong
from routing.bodies import NOT_YET, CacheRule, Canary, Constraints, RoutingPolicyBody, RoutingRule
from routing.latency_budget import latency_class

_OBJECTIVES: dict[str, str | Promise] = {
    "quality": gettext_lazy("the best by quality of {models}"),
    "cost": gettext_lazy("the cheapest of {models}"),
    "latency": gettext_lazy("the fastest of {models}"),
    "balanced": gettext_lazy("the best balance of quality, cost and latency among {models}"),
    "value": gettext_lazy("what gives the most quality for its cost of {models}"),
    "priority": gettext_lazy("the first that can take the call of {models}"),
    "weighted": gettext_lazy("one of {models}, in proportion to their weights"),
}
_STICKY: dict[str, str | Promise] = {
    "application": gettext_lazy("an application stays with what it got"),
    "user": gettext_lazy("a user stays with what they got"),
    "conversation": gettext_lazy("a conversation stays with what it got"),
    "request": gettext_lazy("drawn anew for each request"),
}
_SHARED: dict[str, str | Promise] = {
    "key": gettext_lazy(
        "The same request with the same key gets the same answer again for {minutes} min; {most} answers are kept."
    ),
    "application": gettext_lazy(
        "The same request of the same application gets the same answer again for {minutes} min; {most} answers are kept."
    ),
    "team": gettext_lazy(
        "The same request of any application of the team gets the same answer again for {minutes} min; {most} answers are kept."
    ),
}


def routing_policy(body: RoutingPolicyBody) -> list[Sentence]:
    """For which calls the policy speaks, and what each rule does, in order."""
    if always(body.when):
        whom = _("Speaks for every call. The first rule that matches decides.")
    else:
        whom = composed(
            _("Speaks for calls when {condition}. The first rule that matches decides."), condition=condition(body.when)
        )
    return [
        Sentence(whom, "public", about="when"),
        *(_rule(rule, number) for number, rule in enumerate(body.rules, start=1)),
    ]


def _rule(rule: RoutingRule, number: int) -> Sentence:
    models = listing(rule.candidates, last=_("or"))
    chosen = models if len(rule.candidates) == 1 else composed(str(_OBJECTIVES[rule.objective]), models=models)
    if always(rule.when):
        text = composed(
            _("{number}. {name}: every other call goes to {chosen}."),
            number=number,
            name=strong(rule.name),
            chosen=chosen,
        )
    else:
        text = composed(
            _("{number}. {name}: when {condition}, a call goes to {chosen}."),
            number=number,
            name=strong(rule.name),
            condition=condition(rule.when),
            chosen=chosen,
        )
    return Sentence(text, "alt_route", "info", tuple(_fine(rule)), f"rule {rule.name}")


def _fine(rule: RoutingRule) -> list[str]:
    fine: list[str] = []
    if rule.fallbacks:
        fine.append(composed(_("If none of them answers: {models}."), models=listing(rule.fallbacks)))
    fine.extend(_constraints(rule.constraints))
    if rule.canary:
        fine.append(_canary(rule.canary))
    if rule.worth_usd is not None:
        fine.append(composed(_("A good answer is worth {usd}."), usd=strong(dollars(rule.worth_usd))))
    if rule.small_when:
        fine.append(
            composed(
                _("Smaller siblings are asked first when {condition}."),
                condition=condition(rule.small_when),
            )
        )
    if rule.latency_budget_ms is not None:
        fine.append(_latency_budget(rule.latency_budget_ms))
    if rule.cache:
        fine += _cache(rule.cache)
    fine += [
        composed(_("It also says something about {field}, which this version does not act on."), field=strong(field))
        for field in sorted(NOT_YET["RoutingRule"])
        if getattr(rule, field) is not None
    ]
    return fine


def _latency_budget(budget_ms: int) -> str:
    said: dict[str, str | Promise] = {
        "single": _("{budget} are left for an answer to begin: only the fastest is asked."),
        "routed": _("{budget} are left for an answer to begin: only the best is asked."),
        "hybrid": _("{budget} are left for an answer to begin: one more is asked if the first fails."),
        "multi_model": _("{budget} are left for an answer to begin: all are asked in turn if need be."),
    }
    return composed(str(said[latency_class(budget_ms).name]), budget=strong(f"{budget_ms} ms"))


def _constraints(constraints: Constraints) -> list[str]:
    limits = [
        (constraints.max_latency_ms, _("answers within %(value)s ms")),
        (constraints.min_quality, _("has a quality of %(value)s or more")),
        (dollars(constraints.max_cost_usd) if constraints.max_cost_usd else None, _("costs %(value)s a call at most")),
        (_(", ").join(constraints.regions) or None, _("is in the region %(value)s")),
    ]
    said = [text % {"value": value} for value, text in limits if value is not None]
    return [composed(_("Only what {limits}."), limits=listing(said))] if said else []


def _cache(cache: CacheRule) -> list[str]:
    fine: list[str] = [
        composed(
            str(_SHARED[cache.share]),
            minutes=strong(f"{max(1, round(cache.ttl_s / 60)):,}"),
            most=strong(f"{cache.most_answers:,}"),
        )
    ]
    if cache.tools:
        fine.append(_("This holds for calls with tools, too."))
    if cache.personal_data:
        fine.append(_("This holds for calls with personal data, too."))
    return fine


def _canary(canary: Canary) -> str:
    return composed(
        _("{percent} of the calls try {model} first; {sticky}."),
        percent=f"{canary.percent:g}%",
        model=strong(canary.model),
        sticky=_STICKY[canary.sticky],
    )
