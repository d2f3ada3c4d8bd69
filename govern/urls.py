"""Every path of Govern."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView

from govern.admin.finding import find_view
from govern.api.description import DescriptionPage, DescriptionView
from govern.api.endpoints import BELOW, DATA_PLANE, OPERATIONS
from govern.api.gateway_bridge import UnknownEndpointView
from govern.api.operation_views import operation_view

handler400 = "govern.api.gateway_bridge.bad_request"
handler404 = "govern.api.gateway_bridge.not_found"
handler500 = "govern.server_error.server_error"

FOREIGN = (
    *(
        "v1",
        "v1beta",
        "v1alpha",
        "v1beta1",
        "openai",
        "anthropic",
        "google",
        "gemini",
        "chat",
        "completions",
        "responses",
    ),
    *(
        "messages",
        "models",
        "embeddings",
        "files",
        "batches",
        "moderations",
        "images",
        "audio",
        "rerank",
        "upload",
        "engines",
    ),
)
"""Where clients ask whose base URL lacks a part or has one too many: they get JSON, never a page."""


class Home(RedirectView):
    """People go to the admin. Clients that ask whether anybody is there get an answer that leads nowhere else."""

    pattern_name = "admin:index"

    def head(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Says yes."""
        return HttpResponse()


urlpatterns = [
    path("", Home.as_view(), name="home"),
    *(path(f"admin/{part}/", RedirectView.as_view(pattern_name="admin:index")) for part in ("audit", "auth", "govern")),
    path("admin/find/", admin.site.admin_view(find_view), name="govern_find"),
    path("admin/", admin.site.urls),
    path("account/", include("govern.identity.urls")),
    path("language/", include("django.conf.urls.i18n")),
    *(path(route, view.as_view(), name=route) for route, view in DATA_PLANE.items()),
    *(path(f"{prefix}<path:rest>", view.as_view(), name=prefix) for prefix, view in BELOW.items()),
    *(path(prefix, UnknownEndpointView.as_view()) for prefix in FOREIGN),
    *(path(f"{prefix}/<path:rest>", UnknownEndpointView.as_view()) for prefix in FOREIGN),
    path("api/", include("govern.api.governance.urls")),
    path("api/schema/", DescriptionView.as_view(), name="schema"),
    path("api/docs/", DescriptionPage.as_view(url_name="schema"), name="docs"),
    *(path(route, operation_view(endpoint), name=route) for route, endpoint in OPERATIONS.items()),
]
