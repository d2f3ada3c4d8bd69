"""Where proposals are written."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from govern.admin.proposals.conditions import condition_view
from govern.admin.proposals.retiring import retire_view
from govern.admin.proposals.views import item_view, kinds_view, propose_view

View = Callable[..., HttpResponse]


def proposal_urls(site: AdminSite) -> list[URLPattern]:
    """The addresses, below those of change requests, for people who may propose changes."""

    def to(route: str, view: View, name: str) -> URLPattern:
        return path(route, site.admin_view(_proposing(view)), name=f"govern_changerequest_{name}")

    return [
        to("propose/", kinds_view, "propose"),
        to("propose/<str:kind>/", propose_view, "propose"),
        to("propose/<str:kind>/<path:name>/", propose_view, "propose"),
        to("item/<uuid:pk>/", item_view, "item"),
        to("retire/<str:kind>/<path:name>/", retire_view, "retire"),
        to("condition/", condition_view, "condition"),
    ]


def _proposing(view: View) -> View:
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if not request.user.has_perm("govern.propose_change"):
            raise PermissionDenied
        return view(request, **arguments)

    return guarded
