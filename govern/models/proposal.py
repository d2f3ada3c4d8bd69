"""What a change request proposes, and who had a hand in it."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from govern.models.change import ChangeRequest
from govern.models.governed import Version
from govern.models.person import Person
from govern.policy.contents import signed_body


class ChangeAuthor(models.Model):
    """Somebody who had a hand in a change request, and so may not approve it. Only added to."""

    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="authors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [models.UniqueConstraint(fields=["change", "person"], name="author_once")]

    def __str__(self) -> str:
        return f"{self.change}: {self.person}"


class ChangeItem(models.Model):
    """One proposed version within a change request."""

    class Action(models.TextChoices):
        """What becomes of the object."""

        CREATE = "create", _("Create")
        UPDATE = "update", _("Change")
        RETIRE = "retire", _("Retire")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="items")
    action = models.CharField(_("action"), max_length=10, choices=Action)
    kind = models.CharField(_("kind"), max_length=40)
    object_id = models.UUIDField(_("object"))
    object_name = models.CharField(_("name"), max_length=240)
    canonical = models.TextField(_("content"), blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    base = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("based on"))
    secret = models.JSONField(_("sealed secret"), null=True, help_text=_("A credential's new secret, sealed."))
    secret_sha256 = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    version = models.OneToOneField(
        Version, on_delete=models.PROTECT, null=True, related_name="item", verbose_name=_("version")
    )

    class Meta:
        verbose_name = _("proposed version")
        verbose_name_plural = _("proposed versions")
        ordering = ("kind", "object_name")
        constraints = [
            models.UniqueConstraint(fields=["change", "kind", "object_name"], name="object_once_in_a_change"),
            models.CheckConstraint(
                condition=Q(action="retire", canonical="", sha256="", base__isnull=False)
                | (Q(action="create", base__isnull=True) & ~Q(canonical=""))
                | (Q(action="update", base__isnull=False) & ~Q(canonical="")),
                name="item_has_what_its_action_needs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.object_name}"

    @cached_property
    def body(self) -> Any:
        """The proposed body, or None when the object is to be retired. Raises `NotAsSigned` as a version does."""
        return signed_body(self.kind, self.object_name, self.canonical, self.sha256) if self.canonical else None
