"""Every path of Govern."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from govern.api.data_plane import GenerateContentView, UnknownEndpointView
from govern.api.description import DescriptionPage, DescriptionView
from govern.api.endpoints import DATA_PLANE, GOOGLE, OPERATIONS
from govern.api.operation_views import operation_view

handler500 = "govern.server_error.server_error"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", admin.site.urls),
    path("account/", include("govern.identity.urls")),
    path("language/", include("django.conf.urls.i18n")),
    *(path(route, view.as_view(), name=route) for route, view in DATA_PLANE.items()),
    *(path(f"{prefix}<path:rest>", GenerateContentView.as_view(), name=prefix) for prefix in GOOGLE),
    path("v1/<path:rest>", UnknownEndpointView.as_view()),
    path("api/", include("govern.api.governance.urls")),
    path("api/schema/", DescriptionView.as_view(), name="schema"),
    path("api/docs/", DescriptionPage.as_view(url_name="schema"), name="docs"),
    *(path(route, operation_view(endpoint), name=route) for route, endpoint in OPERATIONS.items()),
]
