"""Teams and their applications."""

from django.utils.translation import gettext_lazy as _

from govern.models.governed import Governed


class Team(Governed):
    """People who own applications and share budgets."""

    KIND = "team"

    class Meta(Governed.Meta):
        verbose_name = _("team")
        verbose_name_plural = _("teams")


class Application(Governed):
    """A program that calls models through Govern."""

    KIND = "application"

    class Meta(Governed.Meta):
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        permissions = [
            ("own_applications", "Can see what belongs to the applications that they own, and issue keys of them")
        ]
