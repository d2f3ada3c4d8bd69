"""Detection runs: what the guards in force found of the texts that ship with Govern."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.amounts import moment
from govern.admin.columns import column
from govern.admin.duty import Duty
from govern.admin.lists import ListAdmin
from govern.changes.detection.corpus import CASES
from govern.changes.detection.running import why_due
from govern.models import DetectionRun
from govern.policy.canonical import content_digest


@admin.register(DetectionRun)
class DetectionRunAdmin(ListAdmin):
    """Runs, the newest first."""

    symbol = "radar"
    lead = gettext_lazy(
        "What the guards in force find of texts that ship with Govern: after every change of what they look at, and every quarter. "
        "“manage.py detection_run” measures now."
    )
    empty_heading = gettext_lazy("Nothing measured yet")
    empty_advice = gettext_lazy("It is measured within the hour, while beat and a worker run.")
    list_display = ("label", "measured", "found_of", "alarms_of", "who")

    @column(gettext_lazy("revision"))
    def label(self, run: DetectionRun) -> str:
        return str(run.revision_id)

    @column(gettext_lazy("measured"), css="nowrap", order="at")
    def measured(self, run: DetectionRun) -> str:
        return moment(run.at)

    @column(gettext_lazy("planted texts found"), css="num")
    def found_of(self, run: DetectionRun) -> str:
        return f"{run.found} / {run.planted}"

    @column(gettext_lazy("ordinary texts touched"), css="num")
    def alarms_of(self, run: DetectionRun) -> str:
        return f"{run.alarms} / {run.ordinary}"

    @column(gettext_lazy("by"))
    def who(self, run: DetectionRun) -> str:
        return run.by or _("the clock")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """The page of one run: each set of guards, with the cases that it missed or stopped."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            run = DetectionRun.objects.get(pk=object_id)
        except (DetectionRun.DoesNotExist, ValidationError):
            raise Http404 from None
        texts = {case.id: case.text for case in CASES}
        groups = [
            {
                **group,
                "missed": [(each, texts.get(each, "")) for each in group["missed"]],
                "alarmed": [(each, texts.get(each, "")) for each in group["alarmed"]],
            }
            for group in run.groups
        ]
        holds = content_digest(run.result) == run.result_sha256
        context = self.page_context(
            request,
            title=_("Detection of revision %(n)d") % {"n": run.revision_id},
            run=run,
            groups=groups,
            holds=holds,
        )
        return TemplateResponse(request, "govern/detection_run.html", context)


def detection_duties(person: Any) -> list[Duty]:
    """For compliance officers: the guards in force were not measured, or not for a quarter. Two queries."""
    if not person.has_perm("audit.change_violation") or not person.has_perm("govern.view_detectionrun"):
        return []
    why = {
        "never": _("nothing was measured yet"),
        "changed": _("what they look at has changed since"),
        "quarter": _("a quarter has passed"),
    }
    due = why_due()
    address = reverse("admin:govern_detectionrun_changelist")
    return [Duty("radar", "warn", _("Measure what the guards in force find"), why[due], address)] if due else []
