"""Exports of prompts and answers in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.kinds.legal_hold import RECORDS
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.keeping import payload_export
from govern.policy.payload_export_body import PayloadExportBody

show(
    Face(
        kind="payload_export",
        tell=payload_export,
        menu=Menu("policy", 64, _("Exports of prompts")),
        words={
            **RECORDS,
            "person": Words(
                _("Who"), _("The user name of who may take them out. Nobody who approves it may be that person.")
            ),
            "PayloadExportBody.reason": Words(
                _("Reason"), _("What they are needed for, without anybody's name; at least ten characters.")
            ),
            "PayloadExportBody.expires_at": Words(
                _("Ends"), _("In UTC. Until then it may be done, once, and be fetched. At most 30 days ahead.")
            ),
        },
        known={(PayloadExportBody, "person"): "person"},
        long=((PayloadExportBody, "reason"),),
    )
)
