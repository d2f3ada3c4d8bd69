# ruff: noqa: DJ001 (NULL says that a column does not apply; an empty text would be an answer)
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.models.fields import ExactJSONField, TransactionIdField
from audit.models.violation import State
from audit.presentation.values import rating_label, reason_label, rule_label, stopped_label
from audit.trail.events import INTENT, OUTCOME, REJECTED, event_sentence


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Named filters of the trail."""

    def intents(self) -> "AuditEventQuerySet":
        return self.filter(type=INTENT)

    def outcomes(self) -> "AuditEventQuerySet":
        return self.filter(type=OUTCOME)

    def rejected(self) -> "AuditEventQuerySet":
        return self.filter(type=REJECTED)

    def within(self, applications: frozenset[str] | None) -> "AuditEventQuerySet":
        """Of these applications; None for all."""
        return self if applications is None else self.filter(application__in=applications)

    def of_call(self, call_id: Any) -> "AuditEventQuerySet":
        """Everything that one call left, in order."""
        return self.filter(call_id=call_id).order_by("at", "seq")


class AuditEvent(models.Model):
    """One line of the trail. Written by `audit.trail.writer` and `record_event`, never changed.

    The table is append-only (triggers) and partitioned by month; see migrations/0001_initial.py.
    """

    seq = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(help_text=_("UUID version 7; an intent's is its call's."))
    at = models.DateTimeField(db_default=Now())
    type = models.TextField()
    call_id = models.UUIDField(null=True)
    application = models.TextField(null=True)
    team = models.TextField(null=True)
    key = models.TextField(null=True)
    actor = models.TextField(null=True)
    model = models.TextField(null=True, help_text=_("The model that served the call."))
    status = models.SmallIntegerField(null=True, help_text=_("HTTP status of the answer."))
    code = models.TextField(null=True, help_text=_("Why the call was refused."))
    verdict = models.TextField(null=True)
    cost_nano_usd = models.BigIntegerField(null=True)
    revision = models.IntegerField(null=True)
    body = ExactJSONField()
    instance = models.BigIntegerField(null=True, help_text=_("The process that wrote the event."))
    answer_digest = models.BinaryField(
        null=True, help_text=_("Which answer was sent: its digest, bound with a nonce that is on no record.")
    )
    xid = TransactionIdField(editable=False)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        db_table = "audit_event"
        ordering = ("-at", "-seq")
        verbose_name = _("event")
        verbose_name_plural = _("events")

    @property
    def fields(self) -> dict[str, Any]:
        """The body, which is an object wherever Govern wrote it; empty where it is something else."""
        return self.body if isinstance(self.body, dict) else {}

    def __str__(self) -> str:
        columns = {"application": self.application, "model": self.model, "code": self.code}
        words = {name: value for name, value in columns.items() if value is not None}
        body = self.fields
        states = {name: State(body[name]).label for name in ("before", "after") if body.get(name) in State.values}
        said = {name: say(body[name]) for name, say in _SAID.items() if body.get(name) is not None}
        return event_sentence(self.type, self.actor, words | body | states | said)


_SAID = {"stopped": stopped_label, "rule": rule_label, "reason": reason_label, "rating": rating_label}
"""What an event recorded as a code → how it is said in its sentence."""
