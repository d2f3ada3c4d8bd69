"""Every page of the admin that has no argument but an object: how to find one of it."""

import uuid
from collections.abc import Iterator

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from audit.models import AuditEvent, Violation
from govern.admin.changes.inbox import TABS
from govern.models import GOVERNED, ApiKey, ChangeRequest, ChangeState, Version
from govern.policy.bodies import BODIES

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
    yield reverse("admin:audit_auditevent_rejected")
    yield reverse("admin:audit_auditevent_streams")
    yield reverse("admin:audit_auditevent_evidence")
    yield reverse("admin:audit_auditevent_evidence") + "?framework=eu-ai-act"
    yield reverse("admin:audit_violation_times")
    yield reverse("admin:audit_sampledcall_rates")
    yield reverse("admin:audit_sampledcall_changelist") + "?tab=rated"
    yield reverse("admin:audit_checkpoint_growth") + "?old=1&new=1"
    yield reverse("admin:audit_auditevent_exports")
    yield reverse("admin:govern_guardpolicy_try")
    yield reverse("admin:govern_apikey_add")
    yield reverse("admin:govern_person_add")
    yield reverse("admin:password_change")
    yield reverse("govern_find") + "?q=helpdesk"
    yield reverse("admin:govern_changerequest_propose")
    for kind in BODIES:
        yield reverse("admin:govern_changerequest_propose", args=[kind])
    for kind, name in (("guard_policy", "baseline"), ("routing_policy", "default"), ("catalog_model", "gpt-5.4")):
        yield reverse("admin:govern_changerequest_propose", args=[kind, name])
    yield reverse("admin:govern_changerequest_retire", args=["budget", "intern-bot"])
    yield reverse("admin:govern_person_access_review")
    yield reverse("admin:govern_accesscampaign_start")
    yield reverse("mfa_index")
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
    yield reverse("admin:govern_apikey_rotate", args=[_usable_key()])
    yield from _changes()
    yield from (f"{list_of(Violation)}?tab={tab}" for tab in ("open", "mine", "unassigned", "overdue", "closed"))


def every_object() -> Iterator[str]:
    """The page of everything that there is, save calls, and the form that changes what is in force."""
    for model in MODELS:
        if model is not AuditEvent:
            yield from map(page_of, model._default_manager.all())
    for kind, governed in GOVERNED.items():
        for name in governed.objects.filter(active_version__isnull=False).values_list("name", flat=True):
            yield reverse("admin:govern_changerequest_propose", args=[kind, name])
    yield from (page_of(event) for event in AuditEvent.objects.filter(call_id=None))


def _changes() -> Iterator[str]:
    """The inbox by tab, changes in every state, and the pages beside versions."""
    yield from (f"{list_of(ChangeRequest)}?tab={tab}" for tab in TABS)
    for change in ChangeRequest.objects.all():
        yield page_of(change)
    version = Version.objects.filter(kind="deployment", number=2).get()
    yield reverse("admin:govern_deployment_compare", args=[version.object_id])
    yield reverse("admin:govern_deployment_version_again", args=[version.object_id]) + "?version=1"
    draft = ChangeRequest.objects.filter(state=ChangeState.DRAFT).first()
    assert draft is not None
    yield reverse("admin:govern_changerequest_describe", args=[draft.pk])
    item = draft.items.exclude(canonical="").first()
    assert item is not None
    yield reverse("admin:govern_changerequest_item", args=[item.pk])


def call_page(call_id: uuid.UUID | None) -> str:
    """The page of a call."""
    return reverse("admin:audit_auditevent_call", args=[call_id])


def _usable_key() -> uuid.UUID:
    return ApiKey.objects.usable().values_list("pk", flat=True)[0]
