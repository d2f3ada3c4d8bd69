"""Whose an account of a budget is whose limit is for each end user."""

from django.db import models


class EndUserAccount(models.Model):
    """The end user of one account, as the trail names them: for people, not evidence, and nothing that money depends on.

    Told by gateways about once a minute, the first time that the account is used since they started.
    """

    account_id = models.UUIDField(primary_key=True, editable=False)
    """`budget_id` of its `BudgetAccount`s, one a period."""
    budget_id = models.UUIDField()
    who = models.CharField(max_length=255, help_text="Their id, or its mark, as the application's rules want it kept.")
    by = models.CharField(max_length=16, help_text="By whose word.")
    issuer = models.CharField(max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["budget_id", "who"], name="account_of_an_end_user")]

    def __str__(self) -> str:
        return self.who
