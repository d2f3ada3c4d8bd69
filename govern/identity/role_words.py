"""What roles, areas and actions are called."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Role(NamedTuple):
    """A role in words."""

    label: Text
    about: Text


ROLES: dict[str, Role] = {
    "policy_author": Role(
        _("Policy author"), _("Writes policies and proposes changes. Cannot approve what they wrote.")
    ),
    "approver": Role(_("Approver"), _("Approves changes that somebody else proposed.")),
    "compliance_officer": Role(
        _("Compliance officer"), _("Works violations, approves changes, and stops traffic when something is wrong.")
    ),
    "auditor": Role(_("Auditor"), _("Reads everything and changes nothing.")),
    "credential_custodian": Role(_("Credential custodian"), _("Looks after the credentials of providers.")),
    "platform_administrator": Role(_("Platform administrator"), _("Manages people and keys. May not approve policy.")),
    "application_owner": Role(
        _("Application owner"),
        _("Sees calls, cases, budgets and keys of the applications they own; issues and revokes keys of them."),
    ),
}
AREAS: dict[str, Text] = {
    "governed": _("Policies, catalogue and organisation"),
    "changes": _("Change requests"),
    "calls": _("Calls and activity"),
    "violations": _("Violations"),
    "integrity": _("Integrity of the trail"),
    "keys": _("API keys"),
    "applications": _("Calls, cases, budgets and keys of the applications that are theirs"),
    "people": _("People and roles"),
    "campaigns": _("Access campaigns"),
    "access": _("Roles that others hold, in access campaigns"),
    "sampledcall": _("Drawn calls"),
    "violation": _("Violations"),
    "apikey": _("API keys"),
    "person": _("People"),
    "change": _("Changes of what is in force"),
    "traffic": _("Traffic: everything, or of an application, a model or a provider"),
    "trail": _("The trail: that it is complete and unchanged"),
    "payload": _("What was said in a call, with a reason"),
    "evidence": _("Evidence packs for auditors and supervisors"),
    "glass": _("The glass: a change acts before it is approved, and others judge it afterwards"),
}
ACTIONS: dict[str, tuple[Text, str, str]] = {
    "view": (_("sees"), "visibility", "info"),
    "own": (_("looks after"), "badge", "info"),
    "add": (_("issues or adds"), "add", "ok"),
    "change": (_("works, revokes or edits"), "edit", "warn"),
    "propose": (_("proposes"), "edit_note", "info"),
    "review": (_("approves or rejects, never their own"), "how_to_reg", "ok"),
    "apply": (_("puts in force what is approved"), "rocket_launch", "warn"),
    "stop": (_("stops at once"), "front_hand", "bad"),
    "verify": (_("has verified"), "verified_user", "ok"),
    "reveal": (_("reveals"), "lock_open", "warn"),
    "rate": (_("rates, never their own"), "thumbs_up_down", "info"),
    "make": (_("makes"), "summarize", "info"),
    "break": (_("breaks in an emergency"), "e911_emergency", "bad"),
}


def role_label(name: str) -> Text:
    """A group in words; one that an installation made itself, by its name."""
    return ROLES[name].label if name in ROLES else name
