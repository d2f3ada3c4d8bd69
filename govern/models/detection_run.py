"""What the guards in force found of the texts that ship with Govern."""

import uuid
from typing import Any

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _

from govern.models.revision import Revision


class DetectionRun(models.Model):
    """One run, filed with the revision that was measured. Only added to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", verbose_name=_("revision"))
    policies_sha256 = models.CharField(max_length=64)
    corpus_sha256 = models.CharField(max_length=64)
    result = models.TextField(_("result"))
    result_sha256 = models.CharField(max_length=64)
    planted = models.PositiveIntegerField(_("planted"))
    found = models.PositiveIntegerField(_("found"))
    ordinary = models.PositiveIntegerField(_("ordinary"))
    alarms = models.PositiveIntegerField(_("false alarms"))
    by = models.CharField(_("by"), max_length=150, blank=True)
    at = models.DateTimeField(_("measured"), auto_now_add=True)

    class Meta:
        verbose_name = _("detection run")
        verbose_name_plural = _("detection runs")
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.revision}: {self.found}/{self.planted}"

    @property
    def groups(self) -> list[dict[str, Any]]:
        """For each set of guards: its applications, numbers, and which cases were missed or stopped."""
        decoded: Any = msgspec.json.decode(self.result)
        found: list[dict[str, Any]] = decoded["groups"]
        return found
