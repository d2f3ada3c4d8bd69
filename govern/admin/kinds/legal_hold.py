"""Legal holds in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.keeping import legal_hold
from govern.policy.keeping import LegalHoldBody, Records

RECORDS = {
    "records": Words(_("Which records"), _("Nothing given: all. Of several, each that is given must hold.")),
    "Records.end_users": Words(
        _("End users"),
        _("By their marks (eu-…), as the page of a call shows them, so that no name stands here for good."),
    ),
    "since": Words(_("From"), _("In UTC. Empty: from the beginning.")),
    "until": Words(_("To before"), _("In UTC. Empty: without end.")),
}
"""The fields that say which records are meant."""

show(
    Face(
        kind="legal_hold",
        tell=legal_hold,
        menu=Menu("policy", 62, _("Legal holds")),
        words={
            "matter": Words(_("Matter"), _("Which proceedings it is for, such as a file number.")),
            "LegalHoldBody.reason": Words(_("Reason"), _("Why it must stay; at least ten characters.")),
            **RECORDS,
        },
        known={(Records, "applications"): "application"},
        long=((LegalHoldBody, "reason"),),
    )
)
