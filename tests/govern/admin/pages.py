"""Every page of the admin that has no argument but an object: how to find one of it."""

import uuid
from collections.abc import Iterator

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from audit.models import AuditEvent, Violation
from govern.models import ApiKey

MODELS: tuple[type[Model], ...] = tuple(model for model in admin.site._registry)


def view_permission(model: type[Model]) -> str:
    """The permission that opens a model's list and pages."""
    return f"{model._meta.app_label}.view_{model._meta.model_name}"


def list_of(model: type[Model]) -> str:
    """The list of a model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def page_of(found: Model) -> str:
    """The page of one object."""
    return reverse(f"admin:{found._meta.app_label}_{found._meta.model_name}_change", args=[found.pk])


def every_page() -> Iterator[str]:
    """The address of every list, of one page of every kind, and of what else there is."""
    yield reverse("admin:index")
    yield reverse("admin:audit_auditevent_activity")
    yield reverse("admin:govern_apikey_add")
    yield reverse("admin:govern_person_add")
    yield reverse("admin:password_change")
    for model in MODELS:
        yield list_of(model)
        found = (
            model._default_manager.filter(call_id=None).first()
            if model is AuditEvent
            else model._default_manager.first()
        )
        assert found is not None, f"the sample day has no {model.__name__}"
        yield page_of(found)
    for verdict in ("allow", "redact", "block"):
        call = AuditEvent.objects.outcomes().filter(verdict=verdict).first()
        assert call is not None
        yield call_page(call.call_id)
    yield reverse("admin:govern_apikey_revoke", args=[_usable_key()])
    yield from (f"{list_of(Violation)}?tab={tab}" for tab in ("open", "mine", "unassigned", "overdue", "closed"))


def call_page(call_id: uuid.UUID | None) -> str:
    """The page of a call."""
    return reverse("admin:audit_auditevent_call", args=[call_id])


def _usable_key() -> uuid.UUID:
    return ApiKey.objects.usable().values_list("pk", flat=True)[0]
