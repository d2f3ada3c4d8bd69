"""Filters of lists. Each is one choice of a form, so that it works with the keyboard and without scripts."""

from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Choice(SimpleListFilter):
    """One choice among fixed ones, or all."""

    all_label: ClassVar[str | Promise]
    options: ClassVar[tuple[tuple[str, str | Promise], ...]] = ()

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[Any]:
        return list(self.options)


class InForce(Choice):
    """Whether a governed object is in force."""

    title = _("in force")
    parameter_name = "state"
    all_label = _("In force and retired")
    options = (("in_force", _("In force")), ("retired", _("Retired")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("in_force", "retired"):
            return queryset.filter(active_version__isnull=self.value() == "retired")
        return queryset
