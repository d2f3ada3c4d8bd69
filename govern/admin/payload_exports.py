"""Exports of prompts and answers: what was approved, and the button by which the person whom it names has it written."""

import uuid

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from audit.exports.asking import ExportRefused
from audit.exports.formats import FORMATS
from audit.presentation.amounts import moment
from govern.admin.columns import column
from govern.admin.governed import GovernedAdmin
from govern.admin.sentences.keeping import records_words
from govern.changes.payload_exports import export_payloads
from govern.identity.second_factor import fresh_second_factor_for
from govern.models import PayloadExport


@admin.register(PayloadExport)
class PayloadExportAdmin(GovernedAdmin):
    """Exports of prompts and answers."""

    lead = gettext_lazy(
        "Whose prompts and answers one person may take out, once and until a day. Others approve exactly that; whoever approved it cannot "
        "be the one who does it."
    )
    empty_heading = gettext_lazy("No exports of prompts")
    empty_advice = gettext_lazy("Exports hold events alone: no prompt and no answer leaves.")
    shows_in_list = ("person", "records", "expires")

    @column(gettext_lazy("who"))
    def person(self, found: PayloadExport) -> str:
        return found.body.person if found.body else ""

    @column(gettext_lazy("records"))
    def records(self, found: PayloadExport) -> SafeString | str:
        if found.body is None:
            return ""
        return format_html_join(" ", "{}", ((said.text,) for said in records_words(found.body.records)))

    @column(gettext_lazy("ends"), css="nowrap")
    def expires(self, found: PayloadExport) -> str:
        return moment(found.body.expires_at) if found.body else ""

    def get_urls(self) -> list[URLPattern]:
        run = self.admin_site.admin_view(require_POST(self.run_view))
        return [path("<uuid:pk>/run/", run, name="govern_payloadexport_run"), *super().get_urls()]

    def figure(self, request: HttpRequest, found: PayloadExport) -> str:
        """The button, for the person whom it names."""
        if found.body is None or found.body.person != request.user.get_username():
            return ""
        context = {"found": found, "formats": FORMATS.values()}
        return render_to_string("govern/payload_export_run.html", context, request)

    @fresh_second_factor_for(gettext_lazy("Export prompts and answers"))
    def run_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Begins the export, and leads to where it is fetched."""
        found = PayloadExport.objects.in_force().filter(pk=pk).first()
        if found is None:
            raise Http404
        try:
            export_payloads(name=found.name, formats=request.POST.getlist("format"), by=request.user)  # type: ignore[arg-type]
        except ExportRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(self.page_address(found))
        messages.success(request, _("The export is being written. It appears below."))
        return HttpResponseRedirect(reverse("admin:audit_auditevent_exports"))
