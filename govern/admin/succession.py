"""A model that comes to its end: the change that puts its successor in its place is one press away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from govern.admin.lists import ListAdmin
from govern.changes.refused import ChangeRefused
from govern.changes.succession import propose_succession
from govern.models import CatalogModel
from govern.policy.life_cycle import ends_soon


def succession_route(pages: ListAdmin) -> URLPattern:
    """`succeed` of a model."""

    def succeed(request: HttpRequest, pk: UUID) -> HttpResponse:
        return _succeed(pages, request, pk)

    return path("<uuid:pk>/succeed/", pages.admin_site.admin_view(succeed), name="govern_catalogmodel_succeed")


def succession_card(request: HttpRequest, found: CatalogModel) -> str:
    """What is to be done about a model that ends soon, for who may propose it; otherwise nothing."""
    body = found.body
    if body is None or body.successor is None or not request.user.has_perm("govern.propose_change"):
        return ""
    if not ends_soon(body, timezone.now().date()):
        return ""
    address = reverse("admin:govern_catalogmodel_succeed", args=[found.pk])
    return render_to_string("govern/succession.html", {"body": body, "address": address}, request)


def _succeed(pages: ListAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Opens the draft."""
    if not pages.has_view_permission(request) or not request.user.has_perm("govern.propose_change"):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = get_object_or_404(pages.get_queryset(request), pk=pk)
    person: Any = request.user
    try:
        change = propose_succession(model=found.name, by=person)
    except ChangeRefused as refused:
        messages.error(request, refused.message)
        return HttpResponseRedirect(reverse("admin:govern_catalogmodel_change", args=[pk]))
    messages.success(request, _("%(change)s is a draft. Look through it, then hand it in.") % {"change": change})
    return HttpResponseRedirect(reverse("admin:govern_changerequest_change", args=[change.pk]))
