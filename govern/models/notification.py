"""Notifications waiting to be sent, and what became of them: an outbox, written in the transaction of what they tell."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Named lists of notifications."""

    def due(self) -> "NotificationQuerySet":
        """Not sent yet, and to be tried now."""
        return self.filter(sent_at__isnull=True, given_up_at__isnull=True, try_at__lte=timezone.now())


class Notification(models.Model):
    """One message to one address. It names a change and never holds a prompt, an answer or a secret."""

    class Channel(models.TextChoices):
        """How it is sent."""

        EMAIL = "email", _("E-mail")
        WEBHOOK = "webhook", _("Webhook")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.CharField(_("event"), max_length=40)
    subject_id = models.CharField(_("about"), max_length=80)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    address = models.CharField(_("address"), max_length=500)
    language = models.CharField(_("language"), max_length=10, blank=True)
    facts = models.JSONField(_("facts"), default=dict)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    try_at = models.DateTimeField(_("next try"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    given_up_at = models.DateTimeField(_("given up"), null=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["event", "subject_id", "channel", "address"], name="nobody_is_told_the_same_twice"
            )
        ]
        indexes = [
            models.Index(
                fields=["try_at"], name="notification_due", condition=Q(sent_at__isnull=True, given_up_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_id} → {self.channel}"
