"""The base of admin pages that show and never write."""

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from unfold.admin import ModelAdmin

from audit.selectors.reach import Applications, may_see_some, reach_of


class ReadOnlyAdmin(ModelAdmin):
    """Nothing is added, changed or deleted here, whoever asks."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    application_field: ClassVar[str] = ""
    """The field that names the application to which a row belongs: application owners see the rows of theirs. Empty: they see none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if super().has_view_permission(request, obj):
            return True
        return bool(self.application_field) and may_see_some(request.user, self._view())

    def reach(self, request: HttpRequest) -> Applications:
        """Of which applications the person may see rows here; None for all."""
        return reach_of(request.user, self._view())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.within(super().get_queryset(request), self.reach(request))

    def within(self, rows: QuerySet[Any], reach: Applications) -> QuerySet[Any]:
        """The rows that belong to applications within reach."""
        if reach is None:
            return rows
        return rows.filter(**{f"{self.application_field}__in": reach}) if self.application_field else rows.none()

    def _view(self) -> str:
        return f"{self.opts.app_label}.view_{self.opts.model_name}"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def page_context(self, request: HttpRequest, **context: Any) -> dict[str, Any]:
        """What every page of the admin needs, and `context`. `crumbs` are (title, address) pairs that lead to `title`."""
        crumbs = [self.list_crumb()]
        return {**self.admin_site.each_context(request), "crumbs": crumbs, **context}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under the name that the menu has for it."""
        title = {"title": self.list_title(), "crumbs": []}
        response: HttpResponse = super().changelist_view(request, {**title, **(extra_context or {})})
        return response

    def list_crumb(self) -> tuple[str, str]:
        """The list as the first step of the way to a page."""
        return self.list_title(), self.list_address()

    def list_title(self) -> str:
        """What the list is called."""
        return capfirst(str(self.opts.verbose_name_plural))

    def list_address(self) -> str:
        """The address of the list."""
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")
