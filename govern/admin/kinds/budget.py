"""Budgets in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.organisation import budget
from govern.policy.bodies import BudgetScope

show(
    Face(
        kind="budget",
        tell=budget,
        menu=Menu("policy", 40, _("Budgets"), own=True),
        words={
            "application": Words(_("Application")),
            "key": Words(_("API key"), _("application/key name.")),
            "period": Words(_("Period")),
            "limit_usd": Words(_("Limit"), _("US dollars in a period.")),
            "per_end_user": Words(
                _("For each end user"),
                _("The limit is each verified end user's own; all who are not verified share one."),
            ),
            "alert_at": Words(_("Tells at"), _("Shares of the limit, such as 0.8, 1.0.")),
        },
        choices={
            "BudgetBody.action.block": _("Block: never let it be exceeded"),
            "BudgetBody.action.alert": _("Only tell"),
            "period.day": _("A day"),
            "period.week": _("A week"),
            "period.month": _("A month"),
            "period.quarter": _("A quarter"),
            "period.year": _("A year"),
            "period.total": _("For ever"),
        },
        known={
            (BudgetScope, "team"): "team",
            (BudgetScope, "application"): "application",
            (BudgetScope, "model"): "catalog_model",
        },
    )
)
