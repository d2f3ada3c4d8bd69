"""Conversations of the Responses format: which turns belong to one, in which order. What was said lies sealed beside the trail."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Conversation(models.Model):
    """One conversation of an application."""

    id = models.UUIDField(_("conversation"), primary_key=True)
    application = models.TextField(_("application"))
    created_at = models.DateTimeField(_("begun"), db_default=Now())

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")

    def __str__(self) -> str:
        return f"conv_{self.id.hex}"


class ConversationEntry(models.Model):
    """A turn: a call whose response was kept, or items that were added. Ids begin with their time, so they are the order."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="entries")
    payload_id = models.UUIDField(_("kept under"))
    removed = models.JSONField(_("items taken out"), default=list)

    class Meta:
        verbose_name = _("turn of a conversation")
        verbose_name_plural = _("turns of conversations")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "payload_id"], name="turn_of_a_conversation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.payload_id}"
