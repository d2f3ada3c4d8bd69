from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class DroppedMonth(models.Model):
    """A month of the trail that was dropped; see `audit.retention`. Written by the function of the database that drops it."""

    partition = models.TextField(primary_key=True)
    statement = models.TextField(help_text=_("What was dropped, as it was signed."))
    signature = models.TextField()
    key_id = models.TextField(help_text=_("The key that signed it."))
    dropped_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "audit_dropped_month"
        ordering = ("partition",)
        default_permissions = ()
        verbose_name = _("dropped month")
        verbose_name_plural = _("dropped months")

    def __str__(self) -> str:
        return self.partition
