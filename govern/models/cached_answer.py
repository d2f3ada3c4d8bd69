"""Which answer belongs to which request. The answers lie sealed beside the trail."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CachedAnswer(models.Model):
    """That the answer to a call may be given again to requests of one digest, among those who share it."""

    digest = models.BinaryField(_("digest of the request"), primary_key=True)
    owner = models.TextField(_("shared by"))
    call_id = models.UUIDField(_("call"))
    stored_at = models.DateTimeField(_("stored"))
    expires_at = models.DateTimeField(_("kept until"))

    class Meta:
        verbose_name = _("answer in the cache")
        verbose_name_plural = _("answers in the cache")
        indexes = [
            models.Index(fields=["owner", "stored_at"], name="cached_answers_by_age"),
            models.Index(fields=["expires_at"], name="cached_answers_by_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.call_id)
