"""Applications that may not spend under a budget until somebody has looked."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BudgetFreezeQuerySet(models.QuerySet["BudgetFreeze"]):
    """Named lists of freezes."""

    def standing(self) -> "BudgetFreezeQuerySet":
        """Not lifted yet."""
        return self.filter(lifted_at__isnull=True)


class BudgetFreeze(models.Model):
    """A provider reported that a call cost more than it could have: its application is frozen on the budget that held for it.

    Written by the ledger in the transaction that settles the call; lifted by `govern.budgets.freezes` alone, once, with a reason.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    budget_id = models.UUIDField(_("budget"))
    budget_name = models.CharField(_("budget"), max_length=120)
    application = models.CharField(_("application"), max_length=120)
    call_id = models.UUIDField(_("call"), null=True)
    held_nano_usd = models.BigIntegerField(_("held"))
    cost_nano_usd = models.BigIntegerField(_("reported"))
    at = models.DateTimeField(_("since"), auto_now_add=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects: Any = BudgetFreezeQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget freeze")
        verbose_name_plural = _("budget freezes")
        ordering = ("-at",)
        constraints = [
            models.UniqueConstraint(
                fields=["budget_id", "application"], condition=Q(lifted_at__isnull=True), name="one_standing_freeze"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} / {self.budget_name}"
