"""Simulations: what a change would have done to the calls of the last days. Evidence for whoever approves it.

Bound to the digest of what was replayed, and written once: `govern/guarantees/simulations.sql` refuses to change a finished one,
and a result that Govern did not make.
"""

import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from govern.models.change import ChangeRequest

TO_BEGIN = timedelta(minutes=1)
"""How long a simulation waits for a worker before it counts as lost."""
TO_PROGRESS = timedelta(minutes=5)
"""How long one may show no progress before it counts as lost."""


class SimulationQuerySet(models.QuerySet["Simulation"]):
    """Named lists of simulations."""

    def unfinished(self) -> "SimulationQuerySet":
        """Waiting or under way."""
        return self.filter(state__in=(Simulation.State.WAITING, Simulation.State.RUNNING))

    def lost(self) -> "SimulationQuerySet":
        """Unfinished, and nobody seems to work on them."""
        now = timezone.now()
        return self.filter(
            Q(state=Simulation.State.WAITING, created_at__lt=now - TO_BEGIN)
            | Q(state=Simulation.State.RUNNING, progressed_at__lt=now - TO_PROGRESS)
        )


class Simulation(models.Model):
    """One replay of the trail under what a change proposes and under what is in force."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="simulations")
    digest = models.CharField(_("digest"), max_length=64, help_text=_("What was replayed: the change's digest."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    asked_by_name = models.CharField(_("asked by"), max_length=150)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    progressed_at = models.DateTimeField(_("last progress"), null=True)
    finished_at = models.DateTimeField(_("ended"), null=True)
    base_revision = models.PositiveIntegerField(
        _("revision"), null=True, help_text=_("What was in force when it was replayed.")
    )
    done = models.PositiveIntegerField(_("calls done"), default=0)
    total = models.PositiveIntegerField(_("calls to replay"), default=0)
    result = models.TextField(_("result"), blank=True, help_text=_("Canonical JSON of a report."))
    result_sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    proof = models.CharField(max_length=64, blank=True)
    problem = models.TextField(_("what went wrong"), blank=True)

    objects = SimulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["change"],
                condition=Q(state__in=("waiting", "running")),
                name="one_simulation_of_a_change_at_once",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="simulated_no_more_than_all"),
            models.CheckConstraint(
                condition=~Q(state="finished")
                | (Q(finished_at__isnull=False, base_revision__isnull=False) & ~Q(result="")),
                name="finished_simulation_has_a_result",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | (Q(finished_at__isnull=False, result="") & ~Q(problem="")),
                name="failed_simulation_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change}: {self.get_state_display()}"

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits or is under way."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_stale(self) -> bool:
        """Whether the change was submitted with other content since."""
        return self.digest != self.change.content_digest

    @cached_property
    def percent(self) -> int:
        """How much of it is done."""
        return 100 * self.done // self.total if self.total else 0

    def progress(self, **fields: Any) -> bool:
        """Notes how far it is. False when it is no longer under way, so that whoever works on it stops."""
        running = Simulation.objects.filter(pk=self.pk, state=self.State.RUNNING, started_at=self.started_at)
        return bool(running.update(progressed_at=timezone.now(), **fields))
