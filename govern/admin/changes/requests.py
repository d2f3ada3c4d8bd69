"""The admin of change requests: the approvals inbox and the page of one change. Everything else is in `actions`."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from audit.admin.read_only import ReadOnlyAdmin
from govern.admin.changes.actions import ACTIONS
from govern.admin.changes.drafts import draft_routes
from govern.admin.changes.inbox import TABS, Filters, counts, listing, rows
from govern.admin.changes.page import change_context
from govern.admin.changes.words import RISKS, SYMBOLS, kind_word
from govern.admin.simulations.views import simulation_urls
from govern.models import ChangeItem, ChangeRequest

PAGE = 50


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ReadOnlyAdmin):
    """Change requests. They are read here; what is done with them goes through the services of `govern.changes`."""

    def get_urls(self) -> list[URLPattern]:
        from govern.admin.proposals.urls import proposal_urls

        own = [*(action.route(self) for action in ACTIONS), *draft_routes(self)]
        return [*own, *simulation_urls(self.admin_site), *proposal_urls(self.admin_site), *super().get_urls()]

    def list_crumb(self) -> tuple[str, str]:
        return _("Approvals"), self.list_address()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, str] | None = None) -> HttpResponse:
        """The inbox."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        person: Any = request.user
        numbers = counts(person)
        tab = request.GET.get("tab", "")
        if tab not in TABS:
            tab = next((name for name in ("awaiting", "mine", "ready", "emergency") if numbers[name]), "open")
        filters = Filters.of(request)
        found = listing(tab, person, filters)
        with_bases = Prefetch("items", ChangeItem.objects.select_related("base"))
        shown = Paginator(found.prefetch_related(with_bases, "authors"), PAGE).get_page(request.GET.get("p"))
        context = self.page_context(
            request,
            crumbs=[],
            title=_("Approvals"),
            tabs=[(name, one.label, numbers.get(name)) for name, one in TABS.items()],
            tab=tab,
            empty=TABS[tab].empty,
            rows=rows(list(shown)),
            shown=shown,
            filters=filters,
            filtered=any(filters),
            risks=list(reversed(RISKS.items())),
            kinds=[(kind, kind_word(kind)) for kind in SYMBOLS],
            requesters=ChangeRequest.objects.order_by("requested_by_name")
            .values_list("requested_by_name", flat=True)
            .distinct(),
            may_propose=person.has_perm("govern.propose_change"),
        )
        return TemplateResponse(request, "govern/change_list.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """The page of one change."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.show(request, self.found(object_id))

    def show(self, request: HttpRequest, change: ChangeRequest, typed: dict[str, str] | None = None) -> HttpResponse:
        """The page of a change, with what was typed into a form of it that was refused."""
        context = self.page_context(request, **change_context(request, change, typed))
        return TemplateResponse(request, "govern/change.html", context)

    def found(self, pk: str | UUID) -> ChangeRequest:
        """A change by its id. Raises `Http404`."""
        related = ("requested_by", "revision", "rolls_back")
        try:
            return ChangeRequest.objects.select_related(*related).get(pk=pk)
        except (ChangeRequest.DoesNotExist, ValidationError):
            raise Http404 from None

    def address(self, change: ChangeRequest) -> str:
        """The address of a change's page."""
        return reverse("admin:govern_changerequest_change", args=[change.pk])
