"""Use cases: what applications are for."""

from django.utils.translation import gettext_lazy as _

from govern.models.governed import Governed


class UseCase(Governed):
    """What a model is used for, who answers for it and who watches it."""

    KIND = "use_case"

    class Meta(Governed.Meta):
        verbose_name = _("use case")
        verbose_name_plural = _("use cases")
