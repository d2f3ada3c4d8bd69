"""Providers, their credentials, models and deployments."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from govern.models.governed import Governed


class Provider(Governed):
    """A service that runs models."""

    KIND = "provider"

    class Meta(Governed.Meta):
        verbose_name = _("provider")
        verbose_name_plural = _("providers")


class ProviderCredential(Governed):
    """That a provider has a credential. The secret itself lies sealed in `CredentialSecret`."""

    KIND = "provider_credential"

    class Meta(Governed.Meta):
        verbose_name = _("provider credential")
        verbose_name_plural = _("provider credentials")


class CredentialSecret(models.Model):
    """A provider's secret under AES-GCM; its associated data binds it to its credential. The newest one counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey(ProviderCredential, on_delete=models.PROTECT, related_name="secrets")
    key_id = models.CharField(_("master key"), max_length=16)
    nonce = models.BinaryField(_("nonce"))
    ciphertext = models.BinaryField(_("ciphertext"))
    last_four = models.CharField(_("last four"), max_length=4, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("credential secret")
        verbose_name_plural = _("credential secrets")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.credential} …{self.last_four}"


class CatalogModel(Governed):
    """A model as policies name it."""

    KIND = "catalog_model"

    class Meta(Governed.Meta):
        verbose_name = _("model")
        verbose_name_plural = _("models")


class Deployment(Governed):
    """A catalogue model at a provider."""

    KIND = "deployment"

    class Meta(Governed.Meta):
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
