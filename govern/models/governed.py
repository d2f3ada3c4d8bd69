"""Governed objects and their immutable versions."""

import uuid
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from govern.policy.contents import signed_body, signed_content


class Version(models.Model):
    """One content of one governed object. Written once, never changed: the database refuses it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    object_id = models.UUIDField(_("object"))
    object_name = models.CharField(_("name"), max_length=240)
    number = models.PositiveIntegerField(_("number"))
    canonical = models.TextField(_("content"), help_text=_("Canonical JSON of the body."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    schema_version = models.PositiveSmallIntegerField(_("schema version"), default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    author_name = models.CharField(_("author's name"), max_length=150)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("based on")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ("-created_at", "-number")
        constraints = [
            models.UniqueConstraint(fields=["object_id", "number"], name="version_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="version_number_from_one"),
        ]
        indexes = [models.Index(fields=["sha256"], name="version_by_digest")]

    def __str__(self) -> str:
        return f"{self.object_name} v{self.number}"

    @cached_property
    def body(self) -> Any:
        """The typed body. Raises `NotAsSigned` if the stored content is not the one that its hash names, or fits no schema."""
        return signed_body(self.kind, self.object_name, self.canonical, self.sha256)

    @property
    def content(self) -> str:
        """The canonical JSON. Raises `NotAsSigned` if it is not the one that its hash names."""
        return signed_content(self.kind, self.object_name, self.canonical, self.sha256)


class GovernedQuerySet(models.QuerySet["Governed"]):
    """Named lists of governed objects."""

    def in_force(self) -> "GovernedQuerySet":
        """What the gateway acts on now."""
        return self.filter(active_version__isnull=False).select_related("active_version")

    def retired(self) -> "GovernedQuerySet":
        """What was in force once."""
        return self.filter(active_version__isnull=True)


class Governed(models.Model):
    """Anything whose content changes what the gateway does. The row names it; its active version says what it is."""

    KIND: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=240, unique=True)
    active_version = models.OneToOneField(
        Version, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("version in force")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = GovernedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def body(self) -> Any:
        """The typed body in force, or None once retired."""
        return self.active_version.body if self.active_version else None
