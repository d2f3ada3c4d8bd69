"""Roles: which groups there are, what each may see and do, and who has them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from govern.admin.columns import column
from govern.admin.lists import ListAdmin
from govern.identity.groups import GROUPS
from govern.identity.role_words import ACTIONS, AREAS, ROLES, Text, role_label

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

    def list_title(self) -> str:
        """Not what Django calls them."""
        return gettext("Roles")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(number=Count("user"))

    @column(_("role"), order="name")
    def label(self, found: Group) -> Text:
        return role_label(found.name)

    @column(_("what for"))
    def about(self, found: Group) -> Text:
        return ROLES[found.name].about if found.name in ROLES else ""

    @column(pgettext_lazy("how many", "people"), css="right num", order="number")
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
            (*ACTIONS[action], [AREAS[word] for word in words]) for action, words in GROUPS.get(group.name, {}).items()
        ]
        context = self.page_context(
            request,
            title=role_label(group.name),
            about=ROLES[group.name].about if group.name in ROLES else "",
            may=may,
            people=group.user_set.order_by("username"),
        )
        return TemplateResponse(request, "govern/role.html", context)
