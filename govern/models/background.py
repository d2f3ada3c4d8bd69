"""Responses that run in the background: how far each is. What was asked and answered lies sealed beside the trail."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class BackgroundResponse(models.Model):
    """One response. It runs once at most: whoever takes it from `queued` to `in_progress` makes the call, and nobody else ever does."""

    class State(models.TextChoices):
        """How far it is, in the words of the Responses format."""

        QUEUED = "queued", _("Queued")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    call_id = models.UUIDField(_("call"), primary_key=True)
    application = models.TextField(_("application"))
    key_id = models.TextField(_("key"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(_("asked"), db_default=Now())
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("ended"), null=True)
    instance = models.IntegerField(_("run by"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("background response")
        verbose_name_plural = _("background responses")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="queued", started_at=None, instance=None) | ~Q(state="queued"),
                name="queued_response_was_not_begun",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("queued", "in_progress"), finished_at=None)
                | Q(state__in=("completed", "failed", "cancelled"), finished_at__isnull=False),
                name="ended_response_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["application"], name="unfinished_responses", condition=Q(finished_at=None)),
        ]

    def __str__(self) -> str:
        return f"resp_{self.call_id.hex}"
