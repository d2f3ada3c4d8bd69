"""How long records are kept, which must stay, and what is to be erased."""

from django.utils.translation import gettext_lazy as _

from govern.models.governed import Governed


class Retention(Governed):
    """How long the trail and what was said are kept."""

    KIND = "retention"

    class Meta(Governed.Meta):
        verbose_name = _("retention")
        verbose_name_plural = _("retention rules")


class LegalHold(Governed):
    """Records that must stay."""

    KIND = "legal_hold"

    class Meta(Governed.Meta):
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")


class PayloadExport(Governed):
    """Prompts and answers that one person may export once."""

    KIND = "payload_export"

    class Meta(Governed.Meta):
        verbose_name = _("export of prompts")
        verbose_name_plural = _("exports of prompts")


class Erasure(Governed):
    """What was said that is to be erased."""

    KIND = "erasure"

    class Meta(Governed.Meta):
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
