"""People who work in the admin."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
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
            "Who invited them, or set how they sign in, if it was another. Both count as one person until an approved change confirms "
            "the sign-in code."
        ),
    )
    credentials_in_doubt = models.BooleanField(
        default=False,
        editable=False,
        verbose_name=_("credentials in doubt"),
        help_text=_("Two others or more could act in their name."),
    )

    def let_act(self, other: "Person") -> None:
        """Notes, unsaved, that somebody else could act in this person's name from now on. A first one stays until both are parted."""
        if self.credentials_set_by_id not in (None, other.pk):
            self.credentials_in_doubt = True
        elif self.pk != other.pk:
            self.credentials_set_by = other

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            # Two people with one address would be one to an identity provider. `canonical_address` decides; this keeps the plain cases out.
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(is_active=True) & ~models.Q(email=""),
                name="person_address_once",
                violation_error_message=_("Somebody else has this e-mail address. Give each person their own."),
            )
        ]


class Membership(Governed):
    """The roles of one person, by username. `Person.groups` follows it and nothing else."""

    KIND = "membership"

    class Meta(Governed.Meta):
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
