"""API keys: issued with the secret shown once, revoked with a reason, never deleted."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from audit.presentation.amounts import moment
from audit.selectors.reach import is_within, may_see_some, reach_of
from govern.admin.cells import linked_name
from govern.admin.columns import column
from govern.admin.key_forms import IssueForm, RevokeForm, RotateForm, end_of
from govern.admin.key_status import KeyStatus, OfApplication, status_badge
from govern.admin.lists import ListAdmin
from govern.identity.api_keys import KeyRefused, issue_key, revoke_key, rotate_key
from govern.identity.second_factor import ask_for_second_factor, has_fresh_second_factor
from govern.models import ApiKey, ApiKeyUse
from govern.public_address import public_address


@admin.register(ApiKey)
class ApiKeyAdmin(ListAdmin):
    """Keys."""

    application_field = "application__name"
    symbol = "key"
    lead = gettext_lazy(
        "How applications prove who they are. Govern keeps a digest of a key, never the key; a revoked key is refused within a second."
    )
    empty_heading = gettext_lazy("No keys yet")
    empty_advice = gettext_lazy("Issue a key for an application; its secret is shown once, on the next page.")
    add_text = gettext_lazy("Issue a key")
    list_display = ("label", "application_name", "masked", "status", "created_at", "last_used", "requests", "expires")
    search_fields = ("name", "application__name", "last_four")
    list_filter = (KeyStatus, OfApplication)
    list_select_related = ("application", "use")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_see_some(request.user, "govern.add_apikey")

    def may_revoke(self, request: HttpRequest) -> bool:
        """Whether the person may revoke keys that they see."""
        return may_see_some(request.user, "govern.change_apikey")

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(self.revoke_view)
        rotate = self.admin_site.admin_view(self.rotate_view)
        return [
            path("<uuid:pk>/revoke/", revoke, name="govern_apikey_revoke"),
            path("<uuid:pk>/rotate/", rotate, name="govern_apikey_rotate"),
            *super().get_urls(),
        ]

    @column(gettext_lazy("name"), order="name")
    def label(self, key: ApiKey) -> str:
        return key.name

    @column(gettext_lazy("application"), order="application__name")
    def application_name(self, key: ApiKey) -> str:
        return linked_name("application", key.application.name)

    @column(gettext_lazy("key"), css="mono nowrap")
    def masked(self, key: ApiKey) -> str:
        return key.masked

    @column(gettext_lazy("status"))
    def status(self, key: ApiKey) -> str:
        return status_badge(key)

    @column(gettext_lazy("last used"), css="nowrap", order="use__last_used_at")
    def last_used(self, key: ApiKey) -> str:
        use = use_of(key)
        return moment(use.last_used_at) if use else _("never")

    @column(gettext_lazy("requests"), css="num", order="use__calls")
    def requests(self, key: ApiKey) -> str:
        use = use_of(key)
        return f"{use.calls:,}" if use else "0"

    @column(gettext_lazy("expires"), css="nowrap", order="expires_at")
    def expires(self, key: ApiKey) -> str:
        return moment(key.expires_at) if key.expires_at else _("never")

    @sensitive_variables("secret")
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, bool] | None = None
    ) -> HttpResponse:
        """Asks for what a key needs, issues it, and shows its secret in the answer to that one request."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if lacks_confirmation(request):
            return ask_for_second_factor(request)
        within = reach_of(request.user, "govern.add_apikey")
        form = IssueForm(request.POST or None, initial={"application": request.GET.get("application")}, within=within)
        if request.method == "POST" and form.is_valid():
            try:
                key, secret = issue_key(
                    application=form.cleaned_data["application"],
                    name=form.cleaned_data["name"],
                    by=request.user,  # type: ignore[arg-type]
                    expires_at=end_of(form.cleaned_data["lifetime"]),
                )
            except KeyRefused as refused:
                form.add_error(None, str(refused))
            else:
                return self._once(request, key, secret)
        context = self.page_context(request, title=_("Issue a key"), form=form)
        return TemplateResponse(request, "govern/key_issue.html", context)

    @sensitive_variables("secret")
    def _once(self, request: HttpRequest, key: ApiKey, secret: str, old: ApiKey | None = None) -> HttpResponse:
        context = self.page_context(
            request, title=key.name, key=key, secret=secret, old=old, base_url=public_address(request.get_host())
        )
        return TemplateResponse(request, "govern/key_once.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """The page of one key."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = self._key(request, object_id)
        context = self.page_context(
            request,
            title=str(key),
            key=key,
            badge=status_badge(key),
            use=use_of(key),
            others=[other for other in self._of_its_name(key) if other.pk != key.pk],
            may_rotate=self._may_rotate(request, key),
            may_revoke=self.may_revoke(request) and not key.revoked_at,
        )
        return TemplateResponse(request, "govern/key.html", context)

    @sensitive_variables("secret")
    def rotate_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Issues a new secret under the key's name, and says until when the old one works."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        key = self._key(request, pk)
        if not is_within(key.application.name, reach_of(request.user, "govern.add_apikey")):
            raise PermissionDenied
        if lacks_confirmation(request):
            return ask_for_second_factor(request)
        form = RotateForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                issued, secret = rotate_key(
                    key=key,
                    by=request.user,  # type: ignore[arg-type]
                    grace=timedelta(hours=int(form.cleaned_data["grace"])),
                    expires_at=end_of(form.cleaned_data["lifetime"]),
                )
            except KeyRefused as refused:
                form.add_error(None, str(refused))
            else:
                return self._once(request, issued, secret, old=ApiKey.objects.get(pk=key.pk))
        elif not self._may_rotate(request, key):
            return HttpResponseRedirect(reverse("admin:govern_apikey_change", args=[key.pk]))
        crumbs = [self.list_crumb(), (str(key), reverse("admin:govern_apikey_change", args=[key.pk]))]
        context = self.page_context(request, title=_("Rotate"), crumbs=crumbs, key=key, form=form)
        return TemplateResponse(request, "govern/key_rotate.html", context)

    def _may_rotate(self, request: HttpRequest, key: ApiKey) -> bool:
        within = reach_of(request.user, "govern.add_apikey")
        return not key.revoked_at and not key.replaced_at and is_within(key.application.name, within)

    def _of_its_name(self, key: ApiKey) -> list[ApiKey]:
        """The secrets of a key's name that work, the newest first: two at most."""
        named = ApiKey.objects.usable().filter(application=key.application, name=key.name)
        return list(named.select_related("application", "use").order_by("-created_at"))

    def revoke_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Asks for a reason, then revokes the key for good."""
        if not self.may_revoke(request):
            raise PermissionDenied
        key = self._key(request, pk)
        form = RevokeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            revoke_key(key=key, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
            messages.success(request, _("The key is revoked. Every gateway refuses it within a second."))
            return HttpResponseRedirect(reverse("admin:govern_apikey_change", args=[key.pk]))
        if key.revoked_at:
            return HttpResponseRedirect(reverse("admin:govern_apikey_change", args=[key.pk]))
        crumbs = [
            self.list_crumb(),
            (str(key), reverse("admin:govern_apikey_change", args=[key.pk])),
        ]
        context = self.page_context(request, title=_("Revoke"), crumbs=crumbs, key=key, form=form)
        context["others"] = [other for other in self._of_its_name(key) if other.pk != key.pk]
        return TemplateResponse(request, "govern/key_revoke.html", context)

    def _key(self, request: HttpRequest, pk: Any) -> ApiKey:
        seen = self.get_queryset(request)
        try:
            found: ApiKey = seen.select_related("application", "created_by", "revoked_by", "replaces", "use").get(pk=pk)
        except (ApiKey.DoesNotExist, ValidationError):
            raise Http404 from None
        return found


def use_of(key: ApiKey) -> ApiKeyUse | None:
    """How a key is used; None if no gateway has told of any use yet."""
    return getattr(key, "use", None)


def lacks_confirmation(request: HttpRequest) -> bool:
    """Whether issuing needs a second factor here, and the person gave none of late."""
    return settings.GOVERN_KEYS_SECOND_FACTOR and not has_fresh_second_factor(request)
