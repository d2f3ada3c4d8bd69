"""Verifications of the trail: who asked, how far one is, and what it found. Each that ended also left an event in the trail."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TO_BEGIN = timedelta(minutes=1)
"""How long one waits for a worker before it counts as lost."""
TO_PROGRESS = timedelta(minutes=5)
"""How long one may show no progress before it counts as lost."""


class VerificationRunQuerySet(models.QuerySet["VerificationRun"]):
    """Named lists of verifications."""

    def unfinished(self) -> "VerificationRunQuerySet":
        """Waiting or under way."""
        return self.filter(state__in=(VerificationRun.State.WAITING, VerificationRun.State.RUNNING))

    def lost(self) -> "VerificationRunQuerySet":
        """Unfinished, and nobody seems to work on them."""
        now = timezone.now()
        return self.filter(
            Q(state=VerificationRun.State.WAITING, asked_at__lt=now - TO_BEGIN)
            | Q(state=VerificationRun.State.RUNNING, progressed_at__lt=now - TO_PROGRESS)
        )


class VerificationRun(models.Model):
    """One verification. `report`: a `TrailReport` as JSON."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    started_at = models.DateTimeField(null=True)
    progressed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True, db_index=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    report = models.JSONField(null=True)
    problem = models.TextField(blank=True)

    objects = VerificationRunQuerySet.as_manager()

    class Meta:
        db_table = "audit_verification_run"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(finished_at__isnull=False, report__isnull=False),
                name="a_finished_verification_has_a_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by}: {self.get_state_display()}"

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits or is under way."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_lost(self) -> bool:
        """Whether nobody seems to work on it, though it has not ended."""
        if self.state == self.State.WAITING:
            return timezone.now() - self.asked_at > TO_BEGIN
        if self.state != self.State.RUNNING or self.progressed_at is None:
            return False
        return timezone.now() - self.progressed_at > TO_PROGRESS

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return min(100, 100 * self.done // self.total) if self.total else 0

    def progress(self, **fields: Any) -> bool:
        """Notes how far it is. False when it is no longer under way, so that whoever works on it stops."""
        running = VerificationRun.objects.filter(pk=self.pk, state=self.State.RUNNING, started_at=self.started_at)
        return bool(running.update(progressed_at=timezone.now(), **fields))
