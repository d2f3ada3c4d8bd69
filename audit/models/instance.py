from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class TrailInstance(models.Model):
    """One process that writes the trail; see `audit.trail.instances`."""

    number = models.BigAutoField(primary_key=True)
    host = models.TextField()
    pid = models.IntegerField()
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    swept_to = models.DateTimeField(null=True, help_text=_("No call of its that began earlier is unfinished."))
    closed_at = models.DateTimeField(null=True, help_text=_("When it was found gone; it can no longer be continued."))
    settled_at = models.DateTimeField(null=True, help_text=_("When the last of its unfinished calls was closed."))

    class Meta:
        db_table = "audit_instance"
        verbose_name = _("trail writer")
        verbose_name_plural = _("trail writers")
        indexes = [
            models.Index("number", name="audit_instance_unsettled", condition=models.Q(settled_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.host}, {self.pid})"
