"""Access-review campaigns: each holder of a role is looked at by somebody else, who keeps the role or has it revoked."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from govern.models.change import ChangeRequest
from govern.models.person import Person


class AccessCampaign(models.Model):
    """A review of who holds which roles, as they were when it began, to be finished by a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=120)
    due_at = models.DateTimeField(_("due"))
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("started by"))
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    closed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        verbose_name = _("access-review campaign")
        verbose_name_plural = _("access-review campaigns")
        ordering = ("-started_at",)
        permissions = [("review_access", "Can decide in access reviews who keeps a role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="campaign_closed_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.title


class AccessDecision(models.Model):
    """One role of one person within a campaign, and what was decided about it."""

    class Verdict(models.TextChoices):
        """What becomes of the role. `gone`: its holder had lost it before anybody decided."""

        KEPT = "kept", _("Kept")
        REVOKED = "revoked", _("Revoked")
        GONE = "gone", _("No longer held")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(AccessCampaign, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=150)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("decision of an access review")
        verbose_name_plural = _("decisions of access reviews")
        ordering = ("person__username", "role")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "person", "role"], name="role_once_in_a_campaign"),
            models.CheckConstraint(condition=~Q(decided_by=F("person")), name="nobody_decides_about_themselves"),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "gone"], decided_by__isnull=True)
                | (Q(verdict__in=["kept", "revoked"], decided_by__isnull=False) & ~Q(reason="")),
                name="decision_has_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(verdict="revoked", change__isnull=False) | ~Q(verdict="revoked"),
                name="revoked_by_a_change",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"
