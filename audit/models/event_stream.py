from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models.fields import TransactionIdField


class EventStream(models.Model):
    """How far a stream of the setting is (`audit.streams`). Its address and its secret are in the setting alone."""

    name = models.CharField(max_length=30, primary_key=True)
    xid = TransactionIdField()
    seq = models.BigIntegerField(default=0)
    seq_from = models.BigIntegerField(default=0)
    last_seq = models.BigIntegerField(default=0, help_text=_("The highest number that it has passed."))
    acknowledged_seq = models.BigIntegerField(null=True, help_text=_("The last event that its receiver took."))
    acknowledged_of = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    told = models.BigIntegerField(default=0, help_text=_("How many events were taken."))
    refused = models.BigIntegerField(default=0, help_text=_("How many of them the receiver refused for good."))
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    next_at = models.DateTimeField(default=timezone.now)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.TextField(blank=True)

    class Meta:
        db_table = "audit_event_stream"
        ordering = ("name",)
        default_permissions = ()
        verbose_name = _("stream")
        verbose_name_plural = _("streams")

    def __str__(self) -> str:
        return self.name
