"""Approval rules in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.organisation import approval_rule
from govern.identity.groups import APPROVING, GROUPS
from govern.models import ChangeRequest
from govern.policy.bodies import BODIES, ApprovalRuleBody

show(
    Face(
        kind="approval_rule",
        tell=approval_rule,
        menu=Menu("policy", 60, _("Approval rules")),
        words={
            "kinds": Words(_("Changes of")),
            "risk": Words(_("At a risk of")),
            "quorum": Words(_("Approvals needed")),
            "ApprovalRuleBody.groups": Words(_("From people with the role")),
            "ApprovalRuleBody.name": Words(_("Name"), _("Empty: made of kinds and risks.")),
        },
        choices={
            "risk.low": ChangeRequest.Risk.LOW.label,
            "risk.medium": ChangeRequest.Risk.MEDIUM.label,
            "risk.high": ChangeRequest.Risk.HIGH.label,
            "risk.critical": ChangeRequest.Risk.CRITICAL.label,
            "kinds.*": _("everything"),
        },
        options={
            (ApprovalRuleBody, "groups"): tuple(group for group in GROUPS if group in APPROVING),
            (ApprovalRuleBody, "kinds"): ("*", *BODIES),
        },
        reaches=_("People who may approve by it"),
    )
)
