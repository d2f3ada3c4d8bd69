"""Routing policies in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.routing import routing_policy
from routing.bodies import Canary, Constraints, RoutingRule

show(
    Face(
        kind="routing_policy",
        tell=routing_policy,
        menu=Menu("policy", 30, _("Routing policies")),
        words={
            "rules": Words(
                _("Rules"), _("The first whose condition holds decides. The last must hold for every call.")
            ),
            "objective": Words(_("Chosen by")),
            "candidates": Words(_("Candidates"), _("In order of preference.")),
            "weights": Words(
                _("Weights"), _("Shares of the candidates when they are chosen by weight; 1 where none is given.")
            ),
            "constraints": Words(
                _("Constraints"),
                _(
                    "What whoever answers must satisfy: candidates, fallbacks, the canary, the model that a caller named."
                ),
            ),
            "max_latency_ms": Words(_("Slowest"), _("Expected latency in milliseconds.")),
            "min_quality": Words(_("Least quality"), _("From 0 to 1: the mean of its published scores.")),
            "max_cost_usd": Words(
                _("Most it may cost"),
                _("US dollars a call, by its input and its limit of tokens. Who could cost more is not asked."),
            ),
            "regions": Words(_("Regions"), _("None given: any.")),
            "fallbacks": Words(_("Fallbacks"), _("Asked in this order when no candidate answers.")),
            "canary": Words(_("Canary"), _("A share of the traffic that goes to another model first.")),
            "percent": Words(_("Percent")),
            "cache": Words(
                _("Cache"),
                _("Gives the answer to a call again to the same request. Never where a guard found something."),
            ),
            "ttl_s": Words(_("Kept for"), _("Seconds, at most a day. A change of what is in force ends it at once.")),
            "most_answers": Words(
                _("Most answers"), _("Of those who share them, for all that they ask. The oldest go first.")
            ),
            "share": Words(_("Shared by")),
            "CacheRule.tools": Words(_("Also calls with tools")),
            "personal_data": Words(
                _("Also calls with personal data"),
                _("Without it an answer is searched for values of any kind before it is kept."),
            ),
            "sticky": Words(_("Who stays together")),
            "worth_usd": Words(
                _("Worth of a good answer"),
                _("US dollars. Chosen is by expected quality times this, less the expected cost."),
            ),
            "latency_budget_ms": Words(
                _("Latency budget"),
                _(
                    "Milliseconds. Under 50 only the fastest candidate is asked, under 150 only the best, "
                    "under 300 one more; from 300 on all."
                ),
            ),
            "small_when": Words(
                _("Small siblings first when"),
                _("A condition. Where it holds, the smaller siblings of the candidates are asked before them."),
            ),
            "unsupported": Words(_("Parameters that the model does not know")),
        },
        choices={
            "objective.quality": _("Quality: the best by its scores"),
            "objective.cost": _("Cost: the cheapest"),
            "objective.latency": _("Latency: the fastest"),
            "objective.balanced": _("Balance of the three"),
            "objective.value": _("Value: expected quality times its worth, less the expected cost"),
            "objective.priority": _("Priority: the first that can take it"),
            "objective.weighted": _("Weight: drawn by their weights"),
            "sticky.application": _("Calls of an application"),
            "sticky.user": _("Calls of a user"),
            "sticky.conversation": _("Calls of a conversation"),
            "sticky.request": _("Nobody: drawn for each call"),
            "share.key": _("Calls with the same key"),
            "share.application": _("Calls of the same application"),
            "share.team": _("Calls of any application of the team"),
            "trim.off": _("Nothing"),
            "trim.oldest": _("The oldest messages"),
            "trim.middle": _("The middle"),
            "unsupported.drop": _("are left out"),
            "unsupported.refuse": _("refuse the call"),
        },
        known={
            (Constraints, "regions"): "region",
            (RoutingRule, "candidates"): "catalog_model",
            (RoutingRule, "fallbacks"): "catalog_model",
            (RoutingRule, "weights"): "catalog_model",
            (Canary, "model"): "catalog_model",
        },
        rows=("rules", "rule "),
        conditions=True,
    )
)
