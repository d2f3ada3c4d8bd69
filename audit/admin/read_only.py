"""The base of admin pages that show and never write."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from unfold.admin import ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """Nothing is added, changed or deleted here, whoever asks."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def page_context(self, request: HttpRequest, **context: Any) -> dict[str, Any]:
        """What every page of the admin needs, and `context`. `crumbs` are (title, address) pairs that lead to `title`."""
        crumbs = [self.list_crumb()]
        return {**self.admin_site.each_context(request), "crumbs": crumbs, **context}

    def list_crumb(self) -> tuple[str, str]:
        """The list as the first step of the way to a page."""
        return capfirst(str(self.opts.verbose_name_plural)), self.list_address()

    def list_address(self) -> str:
        """The address of the list."""
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")
