"""Role assignments in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.exceptions import membership
from govern.identity.groups import GROUPS
from govern.policy.bodies import MembershipBody

show(
    Face(
        kind="membership",
        tell=membership,
        menu=Menu("people", 30, _("Role assignments"), icon="assignment_ind"),
        words={
            "groups": Words(_("Roles")),
            "MembershipBody.teams": Words(
                _("Teams owned"), _("For an application owner: all applications of these teams are theirs.")
            ),
            "MembershipBody.applications": Words(
                _("Applications owned"), _("For an application owner: these are theirs.")
            ),
            "MembershipBody.name": Words(_("Username"), _("The person must have been added already.")),
            "sign_in_code": Words(
                _("Sign-in code"),
                _(
                    "Confirms that nobody but them can sign in as them. Ask them to read it from their page “Sign-in and security”, "
                    "by voice or in person. Leave it empty to confirm nothing."
                ),
            ),
        },
        known={
            (MembershipBody, "name"): "person",
            (MembershipBody, "teams"): "team",
            (MembershipBody, "applications"): "application",
        },
        options={
            (MembershipBody, "groups"): tuple(GROUPS),
        },
        reaches=_("The person"),
    )
)
