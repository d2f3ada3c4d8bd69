"""The outbox of checkpoints: what each anchor was given, and what it answered."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models.checkpoint import Checkpoint


class AnchorDeliveryQuerySet(models.QuerySet["AnchorDelivery"]):
    """Named lists of deliveries."""

    def waiting(self) -> "AnchorDeliveryQuerySet":
        """Not delivered yet."""
        return self.filter(state=AnchorDelivery.State.WAITING)

    def delivered(self) -> "AnchorDeliveryQuerySet":
        """The anchor has them, as far as the database knows."""
        return self.filter(state=AnchorDelivery.State.DELIVERED)

    def wrong(self) -> "AnchorDeliveryQuerySet":
        """Never to be delivered: somebody has to look."""
        return self.filter(state__in=(AnchorDelivery.State.DIFFERS, AnchorDelivery.State.REFUSED))


class AnchorDelivery(models.Model):
    """One checkpoint for one anchor. Nothing is proved by a row here but what `evidence` proves by itself."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        DIFFERS = "differs", _("The anchor holds another")
        REFUSED = "refused", _("Not signed here")

    anchor = models.CharField(max_length=30, help_text=_("Its name in the setting."))
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.DO_NOTHING, related_name="deliveries", db_index=False, db_constraint=False
    )
    """Of evidence, not for the database to keep: what stands here holds though the checkpoint were taken away."""
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    queued_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0, help_text=_("How often it failed."))
    next_at = models.DateTimeField(default=timezone.now, help_text=_("When it is tried next."))
    answer = models.TextField(blank=True, help_text=_("Why it failed last."))
    facts = models.JSONField(default=dict, help_text=_("What the answer names."))
    note = models.TextField(blank=True, help_text=_("The note that was delivered."))
    evidence = models.JSONField(default=dict, help_text=_("What the anchor answered."))
    delivered_at = models.DateTimeField(null=True)

    objects = AnchorDeliveryQuerySet.as_manager()

    class Meta:
        db_table = "audit_anchor_delivery"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["anchor", "checkpoint"], name="a_checkpoint_goes_to_an_anchor_once"),
            models.CheckConstraint(
                condition=~Q(state="delivered") | (Q(delivered_at__isnull=False) & ~Q(note="")),
                name="delivered_says_what_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["anchor", "checkpoint"], name="anchor_waiting", condition=Q(state="waiting")),
            models.Index(
                fields=["anchor", "checkpoint"], name="anchor_wrong", condition=Q(state__in=("differs", "refused"))
            ),
            models.Index(fields=["anchor", "delivered_at"], name="anchor_delivered", condition=Q(state="delivered")),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} → {self.anchor}"
