"""Exports that people asked for, and the links by which they fetch them."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models.checkpoint import Checkpoint

TO_BEGIN = timedelta(minutes=1)
"""How long an export waits for a worker before it counts as lost."""
TO_PROGRESS = timedelta(minutes=5)
"""How long one may show no progress before it counts as lost."""


class ExportQuerySet(models.QuerySet["Export"]):
    """Named lists of exports."""

    def unfinished(self) -> "ExportQuerySet":
        return self.filter(state__in=(Export.State.WAITING, Export.State.RUNNING))

    def lost(self) -> "ExportQuerySet":
        """Unfinished, and nobody seems to work on them."""
        now = timezone.now()
        return self.filter(
            Q(state=Export.State.WAITING, asked_at__lt=now - TO_BEGIN)
            | Q(state=Export.State.RUNNING, progressed_at__lt=now - TO_PROGRESS)
        )


class Export(models.Model):
    """Rows of the trail that somebody asked for. `asked` is JSON of `audit.exports.asked.Asked`."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.TextField(help_text=_("The user name of the person who asked."))
    asked_at = models.DateTimeField(auto_now_add=True)
    asked = models.JSONField()
    formats = models.JSONField()
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="+")
    state = models.TextField(choices=State.choices, default=State.WAITING)
    progressed_at = models.DateTimeField(null=True)
    rows = models.BigIntegerField(default=0, help_text=_("Events that are written so far."))
    bytes = models.BigIntegerField(default=0)
    manifest_sha256 = models.TextField(blank=True, default="")
    problem = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    payloads = models.TextField(
        blank=True, default="", help_text=_("The approval by which it holds prompts and answers.")
    )
    approval = models.UUIDField(null=True, help_text=_("The version of that approval."))

    objects = ExportQuerySet.as_manager()

    class Meta:
        db_table = "audit_export"
        ordering = ("-asked_at",)
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="audit_export_state",
                condition=Q(state__in=("waiting", "running", "finished", "failed", "cancelled", "expired")),
            ),
            models.UniqueConstraint(
                name="audit_export_approved_once",
                fields=("approval",),
                condition=Q(state__in=("waiting", "running", "finished", "expired")),
            ),
        )
        indexes = (models.Index(fields=("asked_by", "-asked_at"), name="audit_export_of_person"),)

    def __str__(self) -> str:
        return str(self.id)


class ExportLink(models.Model):
    """A way to fetch an export once. The link itself is not kept, only its digest."""

    token_sha256 = models.BinaryField(primary_key=True)
    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="links")
    person = models.TextField(help_text=_("The user name of the person who may use it."))
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_export_link"
        default_permissions = ()

    def __str__(self) -> str:
        return self.person
