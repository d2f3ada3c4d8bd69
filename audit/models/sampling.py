"""Random calls that people rate: a draw for each application and week, and the calls that it chose."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SampleDraw(models.Model):
    """Which calls of one application and one week were drawn, and by what seed, so that anybody can draw again and get the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.TextField(_("application"))
    week = models.DateField(_("week"), help_text=_("Its Monday, in UTC."))
    wanted = models.PositiveSmallIntegerField(_("calls a week"))
    population = models.PositiveIntegerField(_("calls of the week"))
    drawn = models.PositiveSmallIntegerField(_("drawn"))
    checkpoint = models.BigIntegerField(_("checkpoint"))
    seed = models.CharField(_("seed"), max_length=64)
    drawn_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "audit_sample_draw"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["application", "week"], name="one_draw_of_a_week")]

    def __str__(self) -> str:
        return f"{self.application}, {self.week}"


class SampledCall(models.Model):
    """One call that was drawn, and what somebody thinks of what guards did with it."""

    class Rating(models.TextChoices):
        RIGHT = "right", pgettext_lazy("rating", "Right")
        TOO_STRICT = "too_strict", pgettext_lazy("rating", "Too strict")
        MISSED = "missed", pgettext_lazy("rating", "Missed something")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draw = models.ForeignKey(SampleDraw, on_delete=models.PROTECT, related_name="calls")
    call_id = models.UUIDField(_("call"), unique=True)
    place = models.PositiveSmallIntegerField(_("place"))
    rating = models.CharField(_("rating"), max_length=10, choices=Rating, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    rated_by = models.TextField(_("rated by"), blank=True)
    rated_at = models.DateTimeField(_("rated"), null=True)
    rated_event = models.UUIDField(null=True)

    class Meta:
        db_table = "audit_sampled_call"
        verbose_name = _("sampled call")
        verbose_name_plural = _("sampled calls")
        permissions = [("rate_sampledcall", _("Can rate calls that were drawn"))]
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="sampled_call_place_once"),
            models.CheckConstraint(
                name="sampled_call_rated_whole",
                condition=models.Q(rating="", rated_by="", rated_at=None, rated_event=None)
                | (
                    models.Q(rating__in=["right", "too_strict", "missed"], rated_at__isnull=False)
                    & models.Q(rated_event__isnull=False)
                    & ~models.Q(rated_by="")
                ),
            ),
        ]
        indexes = [models.Index("rated_at", name="sampled_call_waiting", condition=models.Q(rating=""))]

    def __str__(self) -> str:
        return str(self.call_id)
