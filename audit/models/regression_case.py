"""Texts about which guards were wrong, with what they should have done: simulations of guard policies replay them."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class RegressionCaseQuerySet(models.QuerySet["RegressionCase"]):
    """Named filters of the corpus."""

    def kept(self) -> "RegressionCaseQuerySet":
        """Those that nobody took out."""
        return self.filter(removed_at=None)


class RegressionCase(models.Model):
    """One text and the verdict that it should get. The text itself is a payload: sealed, and held, kept and erased like its call's."""

    class Direction(models.TextChoices):
        """Whether guards saw the text on its way in or out."""

        INPUT = "input", _("Request")
        OUTPUT = "output", _("Answer")

    class Expected(models.TextChoices):
        """What should have been done; `found`: anything but letting it pass."""

        ALLOW = "allow", _("Let pass")
        FLAG = "flag", _("Flag")
        REDACT = "redact", _("Redact")
        BLOCK = "block", _("Block")
        FOUND = "found", _("Find it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    policy = models.TextField(_("guard policy"))
    guard = models.TextField(_("guard"), blank=True)
    rule = models.TextField(_("rule"), blank=True)
    direction = models.CharField(_("seen in"), max_length=6, choices=Direction)
    expected = models.CharField(_("expected"), max_length=6, choices=Expected)
    application = models.TextField(_("application"), blank=True)
    violation = models.UUIDField(_("violation"), null=True)
    reported_as = models.CharField(_("reported as"), max_length=64, blank=True)
    call_id = models.UUIDField(_("call"))
    purpose = models.CharField(max_length=20)
    masked = models.BooleanField(_("masked"))
    kept_by = models.TextField(_("kept by"))
    kept_at = models.DateTimeField(_("kept"), db_default=Now())
    event_id = models.UUIDField()
    removed_at = models.DateTimeField(_("taken out"), null=True)

    objects = RegressionCaseQuerySet.as_manager()

    class Meta:
        db_table = "audit_regression_case"
        verbose_name = _("regression case")
        verbose_name_plural = _("regression cases")
        ordering = ("-kept_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["call_id", "policy", "guard", "rule"],
                condition=models.Q(removed_at=None, reported_as=""),
                name="regression_case_once_a_call",
            ),
            models.UniqueConstraint(
                fields=["reported_as", "policy", "guard"],
                condition=models.Q(removed_at=None) & ~models.Q(reported_as=""),
                name="regression_case_once_a_report",
            ),
            models.CheckConstraint(
                name="regression_case_direction", condition=models.Q(direction__in=["input", "output"])
            ),
            models.CheckConstraint(
                name="regression_case_expected",
                condition=models.Q(expected__in=["allow", "flag", "redact", "block", "found"]),
            ),
        ]
        indexes = [
            models.Index("violation", name="regression_case_of_violation"),
            models.Index("kept_at", "id", name="regression_case_by_time"),
        ]

    def __str__(self) -> str:
        return self.reported_as or str(self.id)
