"""Policy revisions: which versions are in force, signed."""

from typing import Any

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _


class Revision(models.Model):
    """The manifest of everything in force from one moment on. Written once; the highest number rules."""

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    manifest = models.TextField(
        _("manifest"), help_text=_("Canonical JSON: kind → name → SHA-256 of the version in force.")
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    signature = models.CharField(
        _("signature"), max_length=120, help_text=_("Ed25519 over number, hash and time; base64.")
    )
    key_id = models.CharField(_("signing key"), max_length=16)
    reason = models.CharField(_("reason"), max_length=500)
    created_by = models.CharField(_("by"), max_length=150)
    created_at = models.DateTimeField(_("in force since"))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("-number",)
        constraints = [models.CheckConstraint(condition=models.Q(number__gte=1), name="revision_number_from_one")]

    def __str__(self) -> str:
        return f"{_('Revision')} {self.number}"

    @property
    def entries(self) -> dict[str, dict[str, str]]:
        """Kind → name → SHA-256."""
        decoded: Any = msgspec.json.decode(self.manifest)
        return decoded
