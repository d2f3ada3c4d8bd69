"""Budgets and the accounts that hold them to it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from govern.models.governed import Governed


class Budget(Governed):
    """Money that a scope may spend in a period."""

    KIND = "budget"

    class Meta(Governed.Meta):
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")


class BudgetAccount(models.Model):
    """What one budget has spent and reserved in one period. Written by the gateway in the transaction of the trail."""

    pk = models.CompositePrimaryKey("budget_id", "period_start")
    budget_id = models.UUIDField(_("budget"))
    period_start = models.DateField(_("period"))
    settled_nano_usd = models.BigIntegerField(_("settled"), default=0)
    reserved_nano_usd = models.BigIntegerField(_("reserved"), default=0)
    ceiling_nano_usd = models.BigIntegerField(
        _("ceiling"),
        null=True,
        help_text=_("The limit that the last reservation was admitted under; none for an alert budget."),
    )
    version = models.BigIntegerField(db_default=0, editable=False)
    """How often it was written."""
    stamp = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        verbose_name = _("budget account")
        verbose_name_plural = _("budget accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_nano_usd__gte=0, reserved_nano_usd__gte=0), name="account_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(ceiling_nano_usd__isnull=True)
                | Q(ceiling_nano_usd__gte=F("settled_nano_usd") + F("reserved_nano_usd")),
                name="account_never_overspent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id} {self.period_start}"
