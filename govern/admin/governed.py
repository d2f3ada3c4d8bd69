"""Lists and pages of governed objects. They are read-only: what is in force changes by a change request."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govern.admin.changes.proposing import change_address, may_propose, new_address, retire_address
from govern.admin.changes.words import STATES
from govern.admin.columns import column
from govern.admin.faces import tell
from govern.admin.filters import Choice, InForce
from govern.admin.lists import ListAdmin
from govern.admin.versions import open_changes_of, version_routes, versions_of
from govern.changes.kinds import KINDS
from govern.models import Governed, Version


class Related(NamedTuple):
    """A card beside the content: what else has to do with the object. Rows are (name, address, small print)."""

    title: str
    rows: Sequence[tuple[str, str | None, str]]
    nothing: str


class GovernedAdmin(ListAdmin):
    """One kind of governed object."""

    search_fields: ClassVar[Sequence[str]] = ("name",)
    list_filter: ClassVar[Sequence[type[Choice]]] = (InForce,)
    shows_in_list: ClassVar[Sequence[str]] = ()
    """Columns between name and version."""

    def __init__(self, model: type[Governed], site: Any) -> None:
        super().__init__(model, site)
        self.symbol = KINDS[model.KIND].icon

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return ["object_name", *self.shows_in_list, "in_force"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("active_version")

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_named"
        named = path("named/<path:name>/", self.admin_site.admin_view(self.named_view), name=name)
        return [named, *version_routes(self), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; who may propose changes finds the form for a new object there."""
        context = {"propose_address": new_address(self.model.KIND)} if may_propose(request, self.model.KIND) else {}
        response: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return response

    @column(gettext_lazy("name"), order="name")
    def object_name(self, found: Governed) -> str:
        """The name, which leads to the page."""
        return found.name

    @column(gettext_lazy("version"), css="nowrap")
    def in_force(self, found: Governed) -> str:
        """The number of the version in force."""
        if found.active_version is None:
            return format_html('<span class="badge tone-calm">{}</span>', _("Retired"))
        return format_html('<span class="chip num">v{}</span>', found.active_version.number)

    def named_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Leads from a name, as the trail has it, to the page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).filter(name=name).first()
        if found is None:
            messages.info(request, _("%(name)s is no longer here. The trail keeps its name.") % {"name": name})
            return HttpResponseRedirect(self.list_address())
        return HttpResponseRedirect(self.page_address(found))

    def page_address(self, found: Governed) -> str:
        """The address of an object's page."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[found.pk])

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """The page of one object: in words and as JSON, in force or in an earlier version (`?version=`)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = self.get_queryset(request).get(pk=object_id)
        except (self.model.DoesNotExist, ValidationError):
            raise Http404 from None
        versions = versions_of(found)
        shown = _shown(found, versions, request.GET.get("version"))
        context = self.page_context(
            request,
            title=found.name,
            kind=self.opts.verbose_name,
            symbol=self.symbol,
            found=found,
            versions=versions,
            shown=shown,
            is_active=shown is not None and shown.pk == found.active_version_id,
            sentences=tell(found.KIND, shown.body) if shown else [],
            content=_indented(shown) if shown else "",
            related=self.related(request, found) if found.active_version else [],
            figure=self.figure(request, found),
            open_changes=[(item.change, STATES[item.change.state]) for item in open_changes_of(found)]
            if request.user.has_perm("govern.view_changerequest")
            else [],
            may_propose=request.user.has_perm("govern.propose_change"),
            **_proposing(found) if found.active_version and may_propose(request, found.KIND) else {},
            compare_address=reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_compare", args=[found.pk]),
            again_address=reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_version_again", args=[found.pk]),
        )
        return TemplateResponse(request, "govern/governed.html", context)

    def related(self, request: HttpRequest, found: Any) -> list[Related]:
        """Cards of what else has to do with an object in force."""
        return []

    def figure(self, request: HttpRequest, found: Any) -> str:
        """Markup above the content, such as how much of a budget is spent."""
        return ""


def _shown(found: Governed, versions: Sequence[Version], number: str | None) -> Version | None:
    """The version that was asked for; else the one in force; else, once retired, the last."""
    if number is not None:
        for version in versions:
            if str(version.number) == number:
                return version
        raise Http404
    return found.active_version or (versions[0] if versions else None)


def _proposing(found: Governed) -> dict[str, str]:
    return {"propose_address": change_address(found), "retire_address": retire_address(found)}


def _indented(version: Version) -> str:
    return json.dumps(json.loads(version.content), indent=2, ensure_ascii=False)
