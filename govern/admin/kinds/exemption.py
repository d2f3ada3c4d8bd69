"""Exemptions in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.exceptions import exemption
from govern.policy.bodies import ExemptionBody

show(
    Face(
        kind="exemption",
        tell=exemption,
        menu=Menu("policy", 50, _("Exemptions")),
        words={
            "guard_policy": Words(_("Guard policy")),
            "guard": Words(_("Guard"), _("Its name in the policy, or its sort, such as pii.")),
            "ExemptionBody.reason": Words(_("Reason"), _("Why the guard may be left out; at least ten characters.")),
            "expires_at": Words(_("Ends"), _("In UTC. It must end.")),
        },
        known={
            (ExemptionBody, "guard_policy"): "guard_policy",
            (ExemptionBody, "guard"): "guard",
        },
        long=((ExemptionBody, "reason"),),
    )
)
