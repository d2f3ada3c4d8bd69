"""The two pages beside a change: what it says of itself, and breaking the glass with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from govern.admin.changes.forms import BreakGlassForm, DescribeForm
from govern.admin.changes.typed import keep_typed, take_typed
from govern.admin.lists import ListAdmin
from govern.changes.drafts import describe_change
from govern.changes.emergencies import break_glass
from govern.changes.refused import ChangeRefused
from govern.changes.standing import Standing
from govern.identity.second_factor import ask_for_second_factor, fresh_second_factor
from govern.models import ChangeRequest

View = Callable[[ListAdmin, HttpRequest, ChangeRequest], HttpResponse]


def draft_routes(pages: ListAdmin) -> list[URLPattern]:
    """`describe` and `break_glass`."""
    return [
        _route(pages, "describe", "propose_change", describe_view),
        _route(pages, "break_glass", "break_glass", break_glass_view),
    ]


def _route(pages: ListAdmin, name: str, permission: str, page: View) -> URLPattern:
    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        if not pages.has_view_permission(request) or not request.user.has_perm(f"govern.{permission}"):
            raise PermissionDenied
        return page(pages, request, pages.found(pk))

    return path(f"<uuid:pk>/{name}/", pages.admin_site.admin_view(view), name=f"govern_changerequest_{name}")


def describe_view(pages: ListAdmin, request: HttpRequest, change: ChangeRequest) -> HttpResponse:
    """Changes title, reason and window of a draft."""
    person: Any = request.user
    if why := Standing(change, person).actions.get("edit", _("Only a draft can be edited. Take it back first.")):
        messages.error(request, why)
        return HttpResponseRedirect(pages.address(change))
    initial = {name: getattr(change, name) for name in DescribeForm.base_fields}
    form = DescribeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        edition = request.POST.get("edition", "")
        try:
            describe_change(
                change=change, **form.cleaned_data, by=person, edition=int(edition) if edition.isdigit() else 0
            )
        except ChangeRefused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("%(change)s was changed.") % {"change": change})
            return HttpResponseRedirect(pages.address(change))
    context = pages.page_context(
        request, title=_("Edit"), crumbs=_crumbs(pages, change), change=change, form=form, symbol="edit_note"
    )
    return TemplateResponse(request, "govern/change_describe.html", context)


def break_glass_view(pages: ListAdmin, request: HttpRequest, change: ChangeRequest) -> HttpResponse:
    """Puts a draft in force at once, for some hours, with an incident."""
    person: Any = request.user
    why = Standing(change, person).actions.get(
        "break_glass", _("Only a draft can be put in force by breaking the glass.")
    )
    if why:
        messages.error(request, why)
        return HttpResponseRedirect(pages.address(change))
    form = BreakGlassForm(request.POST or None, initial=take_typed(request, change))
    if request.method == "POST" and form.is_valid():
        factor, edition = fresh_second_factor(request), request.POST.get("edition", "")
        if factor is None:
            keep_typed(request, change)
            return ask_for_second_factor(request, _("Break the glass with %(change)s") % {"change": change})
        try:
            break_glass(
                change=change,
                incident=form.cleaned_data["incident"],
                lapses_at=timezone.now() + timedelta(hours=form.cleaned_data["hours"]),
                by=person,
                edition=int(edition) if edition.isdigit() else 0,
                second_factor=factor,
            )
        except ChangeRefused as refused:
            form.add_error(None, refused.message)
        else:
            take_typed(request, change)
            messages.warning(request, _("%(change)s is in force. Two others must ratify it.") % {"change": change})
            return HttpResponseRedirect(pages.address(change))
    context = pages.page_context(
        request, title=_("Break the glass"), crumbs=_crumbs(pages, change), change=change, form=form
    )
    return TemplateResponse(request, "govern/change_break_glass.html", context)


def _crumbs(pages: ListAdmin, change: ChangeRequest) -> list[tuple[str, str]]:
    return [pages.list_crumb(), (str(change), pages.address(change))]
