"""The description of the API, for machines and for people: shown to whoever is signed in, or to everybody if a setting says so."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from govern.identity.oidc_tokens import OidcTokenAuthentication


class MayReadDescription(BasePermission):
    """Whether somebody may read how the API is called."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Everybody if `GOVERN_PUBLIC_API_DESCRIPTION` says so; otherwise people who are signed in."""
        return settings.GOVERN_PUBLIC_API_DESCRIPTION or bool(request.user and request.user.is_authenticated)


class DescriptionView(SpectacularAPIView):
    """The OpenAPI description."""

    authentication_classes = (OidcTokenAuthentication, SessionAuthentication)
    permission_classes = (MayReadDescription,)


class DescriptionPage(SpectacularSwaggerSplitView):
    """The same for people."""

    authentication_classes = (SessionAuthentication,)
    permission_classes = (MayReadDescription,)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Sends a browser that is not signed in to the sign-in page, and back."""
        if not settings.GOVERN_PUBLIC_API_DESCRIPTION and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response
