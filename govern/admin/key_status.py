"""Whether an API key can be used: as a badge, and as filters of the list."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.selectors.reach import is_within
from govern.admin.cells import tone
from govern.admin.filters import Choice
from govern.models import ApiKey, Application

SOON = timedelta(days=14)
UNUSED = timedelta(days=30)


class KeyStatus(Choice):
    """Whether a key can be used."""

    title = gettext_lazy("status")
    parameter_name = "status"
    all_label = gettext_lazy("Every status")
    options = (
        ("usable", gettext_lazy("Active")),
        ("soon", gettext_lazy("Expires soon")),
        ("expired", gettext_lazy("Expired")),
        ("replaced", gettext_lazy("Replaced, still works")),
        ("unused", gettext_lazy("Active, unused for 30 days")),
        ("revoked", gettext_lazy("Revoked")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        match self.value():
            case "usable":
                return ApiKey.objects.usable() & queryset
            case "soon":
                current = queryset.filter(revoked_at__isnull=True, replaced_at__isnull=True)
                return current.filter(expires_at__gt=now, expires_at__lte=now + SOON)
            case "expired":
                return queryset.filter(revoked_at__isnull=True, expires_at__lte=now)
            case "replaced":
                return ApiKey.objects.usable().filter(replaced_at__isnull=False) & queryset
            case "unused":
                return ApiKey.objects.unused(since=now - UNUSED) & queryset
            case "revoked":
                return queryset.filter(revoked_at__isnull=False)
        return queryset


class OfApplication(Choice):
    """Whose a key is."""

    title = gettext_lazy("application")
    parameter_name = "application"
    all_label = gettext_lazy("All applications")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        reach = model_admin.reach(request)
        names = Application.objects.order_by("name").values_list("name", flat=True)
        return [(name, name) for name in names if is_within(name, reach)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(application__name=self.value()) if self.value() else queryset


def status_badge(key: ApiKey) -> str:
    """Whether a key can be used, as a badge."""
    now = timezone.now()
    if key.revoked_at:
        return tone(_("Revoked"), "calm", "key_off")
    if key.expires_at and key.expires_at <= now:
        return tone(_("Expired"), "bad", "event_busy")
    if key.replaced_at:
        return tone(_("Replaced, still works"), "warn", "schedule")
    if key.expires_at and key.expires_at <= now + SOON:
        return tone(_("Expires soon"), "warn", "schedule")
    return tone(_("Active"), "ok", "check")
