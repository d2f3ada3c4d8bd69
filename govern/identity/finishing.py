"""Finishing what a second factor interrupted: the page that sends the kept form again, and the middleware that puts it in its place."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from govern.identity.second_factor import has_fresh_second_factor, is_impersonated
from govern.identity.unfinished import FIELD, take_form, unfinished_form

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@login_required
@never_cache
def unfinished_view(request: HttpRequest, token: str) -> HttpResponse:
    """Sends the kept form to where it was for. Who has not confirmed is asked to; reading this page does nothing by itself."""
    kept = unfinished_form(request, token)
    if kept is None or is_impersonated(request.session):
        messages.info(request, _gone())
        return HttpResponseRedirect(reverse("admin:index"))
    if not has_fresh_second_factor(request):
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': kept.own_page})}")
    return TemplateResponse(request, "account/unfinished.html", {"kept": kept, "field": FIELD, "title": kept.doing})


class FinishesForms:
    """Gives a view the form that was kept for it, in place of the token that was sent. Runs after the check of CSRF tokens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """None goes on to the view. A token that is not for this address, person and time does nothing."""
        if request.method != "POST" or request.content_type not in _FORMS or FIELD not in request.POST:
            return None
        if not request.user.is_authenticated:
            return None
        kept = unfinished_form(request, request.POST[FIELD])
        taken = take_form(request, kept.token) if kept and kept.address == request.get_full_path() else None
        if taken is None or is_impersonated(request.session):
            messages.info(request, _gone())
            return HttpResponseRedirect(reverse("admin:index"))
        found, fields = taken
        request.POST = fields  # type: ignore[assignment]
        request.META["HTTP_REFERER"] = request.build_absolute_uri(found.page)
        return None


def _gone() -> str:
    return _(
        "What you had sent was done already, or its time is over. Look at the page of it, and send it again if needed."
    )
