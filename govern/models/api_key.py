"""API keys: how applications prove who they are."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from govern.models.organisation import Application


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Named lists of keys."""

    def usable(self) -> "ApiKeyQuerySet":
        """Neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True).filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
        )

    def current(self) -> "ApiKeyQuerySet":
        """The newest of each name: neither revoked nor replaced. It may have expired."""
        return self.filter(revoked_at__isnull=True, replaced_at__isnull=True)

    def unused(self, *, since: datetime) -> "ApiKeyQuerySet":
        """Usable, older than this, and no call has come with them since."""
        return self.usable().filter(created_at__lt=since).exclude(use__last_used_at__gte=since)


class ApiKey(models.Model):
    """A secret of an application. Only its SHA-256 is stored; it is shown once, when it is issued.

    Two may bear one name: the current one, and the one that it replaced, until that one ends.

    Written by `govern.identity.api_keys` alone: the database asks for a proof, and gateways serve a key only if its stamp is Govern's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="keys", verbose_name=_("application")
    )
    name = models.CharField(_("name"), max_length=120)
    digest = models.CharField(_("SHA-256"), max_length=64, unique=True)
    stamp = models.CharField(max_length=64, default="", editable=False)
    prefix = models.CharField(_("starts with"), max_length=12)
    last_four = models.CharField(_("ends with"), max_length=4)
    created_at = models.DateTimeField(_("issued"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replaces")
    )
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    """Since when another secret has its name; `expires_at` says until when it goes on working."""
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by")
    )
    revoked_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("application__name", "name")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "name"],
                condition=Q(revoked_at__isnull=True, replaced_at__isnull=True),
                name="one_current_key_of_a_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application.name}/{self.name}"

    @property
    def masked(self) -> str:
        """What may be shown of the secret."""
        return f"{self.prefix}…{self.last_four}"


class ApiKeyUse(models.Model):
    """How a key is used, told by gateways about once a minute: for people, not evidence. The trail has every call."""

    key = models.OneToOneField(ApiKey, on_delete=models.CASCADE, primary_key=True, related_name="use")
    calls = models.BigIntegerField(_("calls"), default=0)
    last_used_at = models.DateTimeField(_("last used"))

    class Meta:
        verbose_name = _("use of an API key")
        verbose_name_plural = _("use of API keys")

    def __str__(self) -> str:
        return f"{self.key_id}: {self.calls}"
