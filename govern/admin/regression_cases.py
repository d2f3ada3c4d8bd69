"""The regression corpus: texts about which guards were wrong, what should have been done, and taking one out."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.models import RegressionCase
from audit.payloads.content import StoredText
from audit.presentation.amounts import moment
from audit.presentation.words import guard_label
from audit.selectors.regression import readable_until
from audit.services.payloads import RevealRefused
from audit.services.regression import CaseRefused, remove_case, reveal_case
from govern.admin.cells import tone
from govern.admin.columns import column
from govern.admin.lists import ListAdmin
from govern.identity.second_factor import fresh_second_factor_for

MAY_REMOVE = "audit.change_violation"


@admin.register(RegressionCase)
class RegressionCaseAdmin(ListAdmin):
    """Cases, the newest first."""

    symbol = "rule_settings"
    lead = gettext_lazy(
        "Texts about which guards were wrong. Every simulation of a change replays them, and says which would be wrong again."
    )
    empty_heading = gettext_lazy("No cases yet")
    empty_advice = gettext_lazy(
        "A violation that is closed as a false positive adds the text of its last call, where texts are kept. "
        "“manage.py guard_report FILE --keep” adds what was reported otherwise."
    )
    list_display = ("label", "kept", "policy", "guard_of", "application", "expects", "standing", "kept_by")
    list_filter = ("expected",)

    def get_urls(self) -> list[URLPattern]:
        confirmed = fresh_second_factor_for(_("Reveal what was said in a call"))
        reveal = require_POST(never_cache(confirmed(self.reveal_view)))
        return [
            path(
                "<uuid:pk>/remove/",
                self.admin_site.admin_view(require_POST(self.remove_view)),
                name="audit_regressioncase_remove",
            ),
            path("<uuid:pk>/reveal/", self.admin_site.admin_view(reveal), name="audit_regressioncase_reveal"),
            *super().get_urls(),
        ]

    @column(gettext_lazy("case"))
    def label(self, case: RegressionCase) -> str:
        return str(case)[:13]

    @column(gettext_lazy("kept"), css="nowrap", order="kept_at")
    def kept(self, case: RegressionCase) -> str:
        return moment(case.kept_at)

    @column(gettext_lazy("guard"))
    def guard_of(self, case: RegressionCase) -> str:
        return str(guard_label(case.guard)) if case.guard else _("all guards")

    @column(gettext_lazy("expected"), order="expected")
    def expects(self, case: RegressionCase) -> str:
        return str(case.get_expected_display())

    @column(gettext_lazy("status"))
    def standing(self, case: RegressionCase) -> str:
        return tone(_("Taken out"), "calm", "remove") if case.removed_at else tone(_("Replayed"), "ok", "replay")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """The page of one case."""
        return self._page(request, self._case(request, object_id), None)

    def reveal_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The page of a case with its text, for who may see that and says why. Kept by no browser."""
        case = self._case(request, pk)
        if not request.user.has_perm("audit.reveal_payload"):
            raise PermissionDenied
        try:
            text = reveal_case(case=case, actor=request.user.get_username(), reason=request.POST.get("reason", ""))
        except RevealRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(address_of(case))
        return self._page(request, case, text)

    def remove_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Takes a case out."""
        if not request.user.has_perm(MAY_REMOVE):
            raise PermissionDenied
        case = self._case(request, pk)
        try:
            remove_case(case=case.pk, actor=request.user.get_username(), reason=request.POST.get("reason", ""))
        except CaseRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Taken out. Its text cannot be read any more."))
        return HttpResponseRedirect(address_of(case))

    def _page(self, request: HttpRequest, case: RegressionCase, text: StoredText | None) -> HttpResponse:
        context = self.page_context(
            request,
            title=_("Regression case %(case)s") % {"case": str(case)[:13]},
            case=case,
            payload=readable_until(case),
            text=text,
            may_reveal=request.user.has_perm("audit.reveal_payload"),
            may_remove=request.user.has_perm(MAY_REMOVE) and case.removed_at is None,
        )
        return TemplateResponse(request, "govern/regression_case.html", context)

    def _case(self, request: HttpRequest, pk: Any) -> RegressionCase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return RegressionCase.objects.get(pk=pk)
        except (RegressionCase.DoesNotExist, ValidationError):
            raise Http404 from None


def address_of(case: RegressionCase) -> str:
    """The page of a case."""
    return reverse("admin:audit_regressioncase_change", args=[case.pk])
