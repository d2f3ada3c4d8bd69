"""People who work in the admin."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from govern.models.governed import Governed


class Person(AbstractUser):
    """Somebody who authors, approves, audits or administers."""

    credentials_set_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("credentials set by"),
        help_text=_(
            "Who set the password, address or second factor, if it was another. Cleared when the roles are approved anew."
        ),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")


class Membership(Governed):
    """The roles of one person, by username. `Person.groups` follows it and nothing else."""

    KIND = "membership"

    class Meta(Governed.Meta):
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
