"""The history of a governed object: any two versions side by side, and putting an earlier one in force again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govern.admin.changes.items import fields_between, told_between
from govern.admin.changes.json_lines import json_lines
from govern.admin.forms import PageForm
from govern.admin.lists import ListAdmin
from govern.changes.refused import ChangeRefused
from govern.changes.rollback import propose_version_again
from govern.models import ChangeItem, Governed, Version
from govern.models.change import OPEN


class AgainForm(PageForm):
    """Why an earlier version should be in force again."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Why this is right, for whoever approves it and whoever audits it."),
    )


def version_routes(pages: ListAdmin) -> list[URLPattern]:
    """`compare` and `again` of one kind."""
    name = f"{pages.opts.app_label}_{pages.opts.model_name}"
    guard = pages.admin_site.admin_view

    def compare(request: HttpRequest, pk: UUID) -> HttpResponse:
        return _compare(pages, request, pk)

    def again(request: HttpRequest, pk: UUID) -> HttpResponse:
        return _again(pages, request, pk)

    return [
        path("<uuid:pk>/compare/", guard(compare), name=f"{name}_compare"),
        path("<uuid:pk>/version/again/", guard(again), name=f"{name}_version_again"),
    ]


def versions_of(found: Governed) -> list[Version]:
    """Every version, the newest first, with the change that made it."""
    return list(Version.objects.filter(object_id=found.pk).select_related("item__change").order_by("-number"))


def open_changes_of(found: Governed) -> list[ChangeItem]:
    """Proposed versions of an object in changes that are still open."""
    return list(
        ChangeItem.objects.filter(kind=found.KIND, object_name=found.name, change__state__in=OPEN)
        .select_related("change")
        .order_by("-change__number")
    )


def difference_context(kind: str, before: Version | None, after: Version | None) -> dict[str, Any]:
    """Two versions in words, field by field and as JSON."""
    old, new = (version.body if version else None for version in (before, after))
    told = told_between(kind, old, new)
    return {
        "told": told,
        "same": sum(one.change == "same" for one in told),
        "fields": fields_between(kind, old, new),
        "lines": json_lines(before.canonical if before else "", after.canonical if after else ""),
    }


def _compare(pages: ListAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two versions side by side: `?from=1&to=3`; without, the one in force and the one before."""
    if not pages.has_view_permission(request):
        raise PermissionDenied
    found = _found(pages, request, pk)
    versions = versions_of(found)
    newest = found.active_version or versions[0]
    after = _version(versions, request.GET.get("to"), newest)
    earlier = next((version for version in versions if version.number < after.number), after)
    before = _version(versions, request.GET.get("from"), earlier)
    context = pages.page_context(
        request,
        title=_("Compare versions"),
        crumbs=_crumbs(pages, found),
        found=found,
        symbol=pages.symbol,
        versions=versions,
        before=before,
        after=after,
        **difference_context(found.KIND, before, after),
    )
    return TemplateResponse(request, "govern/change_compare.html", context)


def _again(pages: ListAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Opens a draft that puts `?version=` in force again."""
    if not pages.has_view_permission(request) or not request.user.has_perm("govern.propose_change"):
        raise PermissionDenied
    found = _found(pages, request, pk)
    version = _version(versions_of(found), request.GET.get("version"), None)
    if version.pk == found.active_version_id:
        return HttpResponseRedirect(pages.page_address(found))
    form = AgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        try:
            draft = propose_version_again(version=version, reason=form.cleaned_data["reason"], by=person)
        except ChangeRefused as refused:
            form.add_error(None, refused.message)
        else:
            return HttpResponseRedirect(reverse("admin:govern_changerequest_change", args=[draft.pk]))
    context = pages.page_context(
        request,
        title=_("In force again"),
        crumbs=_crumbs(pages, found),
        found=found,
        symbol=pages.symbol,
        before=found.active_version,
        after=version,
        form=form,
        **difference_context(found.KIND, found.active_version, version),
    )
    return TemplateResponse(request, "govern/change_again.html", context)


def _found(pages: ListAdmin, request: HttpRequest, pk: UUID) -> Governed:
    found: Governed | None = pages.get_queryset(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _version(versions: Sequence[Version], number: str | None, otherwise: Version | None) -> Version:
    if number is None and otherwise is not None:
        return otherwise
    for version in versions:
        if str(version.number) == number:
            return version
    raise Http404


def _crumbs(pages: ListAdmin, found: Governed) -> list[tuple[str, str]]:
    return [pages.list_crumb(), (found.name, pages.page_address(found))]
