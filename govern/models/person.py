"""People who work in the admin."""

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _


class Person(AbstractUser):
    """Somebody who authors, approves, audits or administers."""

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
