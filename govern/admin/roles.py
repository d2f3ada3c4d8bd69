"""Roles: which groups there are, what each may see and do, and who has them."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from govern.admin.columns import column
from govern.admin.lists import ListAdmin
from govern.identity.groups import GROUPS

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
        _("Compliance officer"), _("Works violations, and revokes keys when something is wrong.")
    ),
    "auditor": Role(_("Auditor"), _("Reads everything and changes nothing.")),
    "credential_custodian": Role(_("Credential custodian"), _("Looks after the credentials of providers.")),
    "platform_administrator": Role(_("Platform administrator"), _("Manages people and keys. May not approve policy.")),
    "application_owner": Role(_("Application owner"), _("Issues and revokes keys of applications.")),
}
AREAS: dict[str, Text] = {
    "governed": _("Policies, catalogue and organisation"),
    "calls": _("Calls and activity"),
    "violations": _("Violations"),
    "keys": _("API keys"),
    "people": _("People and roles"),
    "violation": _("Violations"),
    "apikey": _("API keys"),
    "person": _("People"),
}
_ACTIONS: dict[str, tuple[Text, str, str]] = {
    "view": (_("sees"), "visibility", "info"),
    "add": (_("issues or adds"), "add", "ok"),
    "change": (_("works, revokes or edits"), "edit", "warn"),
}


def role_label(name: str) -> Text:
    """A group in words; one that an installation made itself, by its name."""
    return ROLES[name].label if name in ROLES else name


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ListAdmin):
    """Roles. What they may do is the same in every installation, so nothing is edited here."""

    symbol = "badge"
    lead = _("What a role may do is fixed, so that it means the same everywhere. Give roles to people on their pages.")
    empty_heading = _("No roles")
    empty_advice = _("Run “manage.py migrate”: it creates the roles.")
    list_display = ("label", "about", "people")
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(number=Count("user"))

    @column(_("role"), order="name")
    def label(self, found: Group) -> Text:
        return role_label(found.name)

    @column(_("what for"))
    def about(self, found: Group) -> Text:
        return ROLES[found.name].about if found.name in ROLES else ""

    @column(_("people"), css="right num", order="number")
    def people(self, found: Any) -> str:
        return str(found.number)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """What one role may do, and who has it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        group = self.get_object(request, object_id)
        if group is None:
            raise Http404
        may = [
            (*_ACTIONS[action], [AREAS[word] for word in words]) for action, words in GROUPS.get(group.name, {}).items()
        ]
        context = self.page_context(
            request,
            title=role_label(group.name),
            about=ROLES[group.name].about if group.name in ROLES else "",
            may=may,
            people=group.user_set.order_by("username"),
        )
        return TemplateResponse(request, "govern/role.html", context)
