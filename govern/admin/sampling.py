"""Calls that were drawn for people to rate: the queue, one call, and what came of it."""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from audit.models import AuditEvent, SampledCall
from audit.presentation.amounts import share
from audit.selectors.payloads import kept_until
from audit.selectors.sampling import Rate, rates
from audit.services.sampling import RatingRefused
from govern.admin.lists import ListAdmin
from govern.changes.sampling import rate_sampled, why_not_rate

TABS = {"waiting": gettext_lazy("To rate"), "rated": gettext_lazy("Rated")}
AT_ONCE = 50
OVER = timedelta(weeks=13)


class Shown(NamedTuple):
    """What came of an application's calls: each number with its share of those that were rated."""

    rate: Rate
    right: str
    too_strict: str
    missed: str


@admin.register(SampledCall)
class SampledCallAdmin(ListAdmin):
    """Drawn calls: those that wait first, as they were drawn."""

    symbol = "thumbs_up_down"
    lead = gettext_lazy(
        "Calls that were drawn at random, as guard policies ask. Say of each whether what the guards did was right."
    )
    empty_heading = gettext_lazy("Nothing to rate")
    empty_advice = gettext_lazy(
        "A guard policy says how many calls a week are drawn (“Calls a week that people rate”); they are drawn once the week has ended."
    )

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("rates/", guard(self.rates_view), name="audit_sampledcall_rates"),
            path("<uuid:pk>/rate/", guard(require_POST(self.rate_view)), name="audit_sampledcall_rate"),
            *super().get_urls(),
        ]

    def list_title(self) -> str:
        """As the menu has it."""
        return _("Calls to rate")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        tab = request.GET.get("tab", "waiting")
        tab = tab if tab in TABS else "waiting"
        rows = list(_queue(tab)[: AT_ONCE + 1])
        context = self.page_context(
            request,
            crumbs=[],
            title=self.list_title(),
            tabs=TABS.items(),
            tab=tab,
            rows=rows[:AT_ONCE],
            more=len(rows) > AT_ONCE,
            lead=self.lead,
            empty=(self.symbol, self.empty_heading, self.empty_advice),
        )
        return TemplateResponse(request, "govern/sampling.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """One drawn call: what the trail says of it, where it can be read, and the rating."""
        sampled = self._sampled(request, object_id)
        outcome = AuditEvent.objects.outcomes().filter(call_id=sampled.call_id).first()
        context = self.page_context(
            request,
            title=_("Drawn call %(call)s") % {"call": str(sampled.call_id)[:13]},
            sampled=sampled,
            outcome=outcome,
            kept_until=kept_until(call_id=sampled.call_id),
            why_not="" if sampled.rating else why_not_rate(sampled, request.user),  # type: ignore[arg-type]
            ratings=SampledCall.Rating.choices,
        )
        return TemplateResponse(request, "govern/sampled_call.html", context)

    def rate_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Rates a call, and goes on to the next one that waits."""
        sampled = self._sampled(request, pk)
        try:
            rate_sampled(
                sampled=sampled,
                rating=request.POST.get("rating", ""),
                note=request.POST.get("note", ""),
                by=request.user,  # type: ignore[arg-type]
            )
        except RatingRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(address_of(sampled))
        messages.success(request, _("Rated."))
        following = _queue("waiting").first()
        return HttpResponseRedirect(address_of(following) if following else self.list_address())

    def rates_view(self, request: HttpRequest) -> HttpResponse:
        """What people said, by application, over a quarter."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = rates(timezone.now() - OVER)
        context = self.page_context(
            request,
            title=_("What ratings say"),
            rows=[
                Shown(rate, *(_share(number, rate.rated) for number in (rate.right, rate.too_strict, rate.missed)))
                for rate in found
            ],
        )
        return TemplateResponse(request, "govern/sampling_rates.html", context)

    def _sampled(self, request: HttpRequest, pk: Any) -> SampledCall:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return SampledCall.objects.select_related("draw").get(pk=pk)
        except (SampledCall.DoesNotExist, ValidationError):
            raise Http404 from None


def address_of(sampled: SampledCall) -> str:
    """The page of a drawn call."""
    return reverse("admin:audit_sampledcall_change", args=[sampled.pk])


def _queue(tab: str) -> QuerySet[SampledCall]:
    found = SampledCall.objects.select_related("draw")
    if tab == "rated":
        return found.exclude(rating="").order_by("-rated_at", "pk")
    return found.filter(rating="").order_by("draw__week", "draw__application", "place")


def _share(number: int, of: int) -> str:
    return f"{number} ({share(number, of)})" if of else "–"
