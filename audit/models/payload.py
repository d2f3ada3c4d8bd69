from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AuditPayloadQuerySet(models.QuerySet["AuditPayload"]):
    """Named filters of payloads."""

    def readable(self) -> "AuditPayloadQuerySet":
        """Those whose key exists and whose time is not over."""
        return self.filter(erased_at=None, expires_at__gt=Now())


class AuditPayload(models.Model):
    """A prompt, an answer or a conversation, sealed under a key of its own. Erasing destroys the key and leaves the row."""

    call_id = models.UUIDField(_("call"))
    purpose = models.CharField(_("purpose"), max_length=20)
    application = models.TextField(_("application"))
    at = models.DateTimeField(_("stored"), db_default=Now())
    expires_at = models.DateTimeField(_("kept until"))
    key_id = models.CharField(_("key"), max_length=16)
    wrapped_key = models.BinaryField(_("wrapped key"), null=True)
    nonce = models.BinaryField(_("nonce"))
    ciphertext = models.BinaryField(_("ciphertext"))
    erased_at = models.DateTimeField(_("erased"), null=True)

    objects = AuditPayloadQuerySet.as_manager()

    class Meta:
        db_table = "audit_payload"
        verbose_name = _("payload")
        verbose_name_plural = _("payloads")
        constraints = [
            models.UniqueConstraint(fields=["call_id", "purpose"], name="one_payload_of_a_purpose"),
            models.CheckConstraint(
                condition=models.Q(wrapped_key__isnull=True, erased_at__isnull=False)
                | models.Q(wrapped_key__isnull=False, erased_at__isnull=True),
                name="erased_payload_has_no_key",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="payload_by_expiry")]
        permissions = [("reveal_payload", _("Can reveal stored prompts and answers"))]

    def __str__(self) -> str:
        return f"{self.purpose} {self.call_id}"
