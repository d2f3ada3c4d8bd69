"""Erasures in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.kinds.legal_hold import RECORDS
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.keeping import erasure
from govern.policy.keeping import ErasureBody

show(
    Face(
        kind="erasure",
        tell=erasure,
        menu=Menu("policy", 63, _("Erasures")),
        words={
            **RECORDS,
            "ErasureBody.reason": Words(_("Reason"), _("Who asked for it and when, without their name.")),
        },
        long=((ErasureBody, "reason"),),
    )
)
