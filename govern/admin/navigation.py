"""The sidebar, as far as a person may see it, and the badge that says which installation this is."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.selectors.queue import count_open
from audit.selectors.reach import may_see_some
from govern.admin.changes.inbox import awaiting
from govern.admin.emergencies import alarms
from govern.admin.faces import FACES, Face
from govern.changes.kinds import KINDS
from govern.identity.role_words import role_label

Text = str | Promise


class Entry(NamedTuple):
    """One line of the sidebar. `permission` shows it; none: everybody sees it. `own`: an application owner sees it too."""

    title: Text
    icon: str
    view: str
    permission: str | None = None
    own: bool = False


TITLES: dict[str, Text | None] = {
    "": None,
    "traffic": _("Traffic"),
    "changes": _("Changes"),
    "policy": _("Policy"),
    "catalogue": _("Catalogue"),
    "organisation": _("Organisation"),
    "people": _("People"),
}
"""Group → its title, in the order of the sidebar."""

OTHERS: dict[tuple[str, int], Entry] = {
    ("", 10): Entry(_("Home"), "space_dashboard", "admin:index"),
    ("traffic", 10): Entry(
        _("Calls"), "swap_calls", "admin:audit_auditevent_changelist", "audit.view_auditevent", True
    ),
    ("traffic", 20): Entry(
        _("Turned away"), "do_not_disturb_on", "admin:audit_auditevent_rejected", "audit.view_auditevent", True
    ),
    ("traffic", 30): Entry(
        _("Violations"), "gpp_maybe", "admin:audit_violation_changelist", "audit.view_violation", True
    ),
    ("traffic", 35): Entry(
        _("Calls to rate"), "thumbs_up_down", "admin:audit_sampledcall_changelist", "audit.view_sampledcall"
    ),
    ("traffic", 40): Entry(_("Activity"), "history", "admin:audit_auditevent_activity", "audit.view_auditevent"),
    ("traffic", 50): Entry(
        _("Integrity"), "verified_user", "admin:audit_checkpoint_changelist", "audit.view_checkpoint"
    ),
    ("traffic", 60): Entry(_("Streams"), "stream", "admin:audit_auditevent_streams", "audit.view_auditevent"),
    ("traffic", 80): Entry(_("Evidence"), "summarize", "admin:audit_auditevent_evidence", "audit.make_evidence"),
    ("traffic", 70): Entry(_("Exports"), "archive", "admin:audit_auditevent_exports", "audit.view_auditevent", True),
    ("changes", 10): Entry(
        _("Approvals"), "rule", "admin:govern_changerequest_changelist", "govern.view_changerequest"
    ),
    ("policy", 20): Entry(_("Try a request"), "science", "admin:govern_guardpolicy_try", "govern.view_guardpolicy"),
    ("policy", 80): Entry(
        _("Detection runs"), "radar", "admin:govern_detectionrun_changelist", "govern.view_detectionrun"
    ),
    ("policy", 90): Entry(
        _("Regression cases"), "rule_settings", "admin:audit_regressioncase_changelist", "audit.view_regressioncase"
    ),
    ("policy", 70): Entry(_("Revisions"), "verified", "admin:govern_revision_changelist", "govern.view_revision"),
    ("organisation", 30): Entry(_("API keys"), "key", "admin:govern_apikey_changelist", "govern.view_apikey", True),
    ("people", 10): Entry(_("People"), "person", "admin:govern_person_changelist", "govern.view_person"),
    ("people", 20): Entry(_("Roles"), "badge", "admin:auth_group_changelist", "auth.view_group"),
    ("people", 40): Entry(_("Access review"), "fact_check", "admin:govern_person_access_review", "govern.view_person"),
    ("people", 50): Entry(
        _("Access campaigns"), "rule", "admin:govern_accesscampaign_changelist", "govern.view_accesscampaign"
    ),
}
"""(group, place in it) → what is no governed kind; those say in their faces where they stand."""


def _of_kind(face: Face) -> Entry:
    name, menu = KINDS[face.kind].model._meta.model_name, face.menu
    icon = menu.icon or KINDS[face.kind].icon
    return Entry(menu.title, icon, f"admin:govern_{name}_changelist", f"govern.view_{name}", menu.own)


_OF_KINDS = {(face.menu.group, face.menu.place): _of_kind(face) for face in FACES.values()}
if both := OTHERS.keys() & _OF_KINDS.keys():
    raise TypeError(f"A kind and another entry stand at the same place of the sidebar: {sorted(both)}.")
_ENTRIES = {**OTHERS, **_OF_KINDS}
GROUPS: tuple[tuple[Text | None, tuple[Entry, ...]], ...] = tuple(
    (title, tuple(_ENTRIES[at] for at in sorted(_ENTRIES) if at[0] == group)) for group, title in TITLES.items()
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's sidebar: groups with the entries that the person may open."""
    groups = []
    for title, entries in GROUPS:
        items = [_item(request, entry) for entry in entries if _may_see(request, entry)]
        if items:
            groups.append({"title": title, "items": items})
    return groups


def _may_see(request: HttpRequest, entry: Entry) -> bool:
    if entry.permission is None or request.user.has_perm(entry.permission):
        return True
    return entry.own and may_see_some(request.user, entry.permission)


def _item(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    link = reverse(entry.view)
    item: dict[str, Any] = {"title": entry.title, "icon": entry.icon, "link": link, "active": _is_active(request, link)}
    if (
        entry.view == "admin:audit_violation_changelist"
        and request.user.has_perm("audit.change_violation")
        and (waiting := count_open(waits_for=request.user.get_username()))
    ):
        item.update(badge=str(waiting), badge_variant="danger", badge_word=_("waiting for you"))
    if entry.view == "admin:govern_changerequest_changelist" and (waiting := awaiting(request.user).count()):  # type: ignore[arg-type]
        item.update(badge=str(waiting), badge_variant="danger", badge_word=_("waiting for you"))
    return item


_ELSEWHERE = {"admin:audit_auditevent_change": "admin:audit_auditevent_activity"}
"""Pages below one entry that belong to another: an event is one of the activity, though calls are events too."""


def _is_active(request: HttpRequest, link: str) -> bool:
    """Some entries' paths are parts of others': the longest one decides, and home is active only for its own."""
    if link == reverse("admin:index"):
        return request.path == link
    shown = request.resolver_match.view_name if request.resolver_match else ""
    if shown in _ELSEWHERE:
        return link == reverse(_ELSEWHERE[shown])
    links = [reverse(entry.view) for _title, entries in GROUPS for entry in entries]
    return link == max((known for known in links if request.path.startswith(known)), key=len, default="")


def environment(_request: HttpRequest) -> list[str]:
    """The badge beside the title: where this installation runs, and how loudly to say so."""
    name: str = getattr(settings, "GOVERN_ENVIRONMENT")  # noqa: B009 (set where the type checker does not look)
    return [name, "warning" if name == "production" else "info"]


def account(request: HttpRequest) -> dict[str, Any]:
    """What the account menu says of the person, their roles in words, and what every page warns of."""
    if not request.user.is_authenticated:
        return {}
    names = request.user.groups.order_by("name").values_list("name", flat=True)
    return {"user_roles": str(_(", ")).join(str(role_label(name)) for name in names), "alarms": alarms(request)}
