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
from govern.admin.role_words import role_label

Text = str | Promise


class Entry(NamedTuple):
    """One line of the sidebar. `permission` shows it; none: everybody sees it. `own`: an application owner sees it too."""

    title: Text
    icon: str
    view: str
    permission: str | None = None
    own: bool = False


GROUPS: tuple[tuple[Text | None, tuple[Entry, ...]], ...] = (
    (None, (Entry(_("Home"), "space_dashboard", "admin:index"),)),
    (
        _("Traffic"),
        (
            Entry(_("Calls"), "swap_calls", "admin:audit_auditevent_changelist", "audit.view_auditevent", True),
            Entry(
                _("Turned away"), "do_not_disturb_on", "admin:audit_auditevent_rejected", "audit.view_auditevent", True
            ),
            Entry(_("Violations"), "gpp_maybe", "admin:audit_violation_changelist", "audit.view_violation", True),
            Entry(_("Activity"), "history", "admin:audit_auditevent_activity", "audit.view_auditevent"),
        ),
    ),
    (
        _("Changes"),
        (
            Entry(_("Approvals"), "rule", "admin:govern_changerequest_changelist", "govern.view_changerequest"),
            Entry(_("Stopped traffic"), "front_hand", "admin:govern_stop_changelist", "govern.view_stop"),
        ),
    ),
    (
        _("Policy"),
        (
            Entry(_("Guard policies"), "shield", "admin:govern_guardpolicy_changelist", "govern.view_guardpolicy"),
            Entry(_("Try a request"), "science", "admin:govern_guardpolicy_try", "govern.view_guardpolicy"),
            Entry(
                _("Routing policies"), "alt_route", "admin:govern_routingpolicy_changelist", "govern.view_routingpolicy"
            ),
            Entry(_("Budgets"), "savings", "admin:govern_budget_changelist", "govern.view_budget", True),
            Entry(_("Exemptions"), "shield_question", "admin:govern_exemption_changelist", "govern.view_exemption"),
            Entry(
                _("Approval rules"), "how_to_reg", "admin:govern_approvalrule_changelist", "govern.view_approvalrule"
            ),
            Entry(_("Revisions"), "verified", "admin:govern_revision_changelist", "govern.view_revision"),
        ),
    ),
    (
        _("Catalogue"),
        (
            Entry(_("Models"), "neurology", "admin:govern_catalogmodel_changelist", "govern.view_catalogmodel"),
            Entry(_("Deployments"), "hub", "admin:govern_deployment_changelist", "govern.view_deployment"),
            Entry(_("Providers"), "cloud", "admin:govern_provider_changelist", "govern.view_provider"),
            Entry(
                _("Credentials"), "lock", "admin:govern_providercredential_changelist", "govern.view_providercredential"
            ),
        ),
    ),
    (
        _("Organisation"),
        (
            Entry(_("Teams"), "groups", "admin:govern_team_changelist", "govern.view_team"),
            Entry(_("Applications"), "apps", "admin:govern_application_changelist", "govern.view_application", True),
            Entry(_("API keys"), "key", "admin:govern_apikey_changelist", "govern.view_apikey", True),
        ),
    ),
    (
        _("People"),
        (
            Entry(_("People"), "person", "admin:govern_person_changelist", "govern.view_person"),
            Entry(_("Roles"), "badge", "admin:auth_group_changelist", "auth.view_group"),
            Entry(
                _("Role assignments"), "assignment_ind", "admin:govern_membership_changelist", "govern.view_membership"
            ),
            Entry(_("Access review"), "fact_check", "admin:govern_person_access_review", "govern.view_person"),
        ),
    ),
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


def _is_active(request: HttpRequest, link: str) -> bool:
    """Some entries' paths are parts of others': the longest one decides, and home is active only for its own."""
    if link == reverse("admin:index"):
        return request.path == link
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
    return {"user_roles": ", ".join(str(role_label(name)) for name in names), "alarms": alarms(request)}
