"""The pages of exports: choosing rows with how many they are, watching, fetching once, and what was taken out before."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.admin.export_form import KINDS, read_form
from audit.admin.read_only import ReadOnlyAdmin
from audit.exports.asking import ExportRefused, ask_for_export, cancel_export
from audit.exports.counting import count_rows
from audit.exports.formats import FORMATS
from audit.exports.links import link_holds, make_link, use_link
from audit.models import Severity
from audit.models.export import Export
from audit.presentation.directory import names_of
from audit.presentation.words import VERDICTS
from audit.selectors.reach import is_within

LISTED = 50


class ExportPages:
    """Below the list of calls; whoever sees calls may take out those that they see."""

    def __init__(self, trail: ReadOnlyAdmin) -> None:
        self._trail = trail

    def urls(self) -> list[URLPattern]:
        """The addresses."""
        view = self._trail.admin_site.admin_view
        return [
            path("exports/", view(never_cache(self.list_view)), name="audit_auditevent_exports"),
            path("exports/ask/", view(require_POST(self.ask_view)), name="audit_auditevent_export_ask"),
            path("exports/<uuid:pk>/link/", view(require_POST(self.link_view)), name="audit_auditevent_export_link"),
            path(
                "exports/<uuid:pk>/cancel/", view(require_POST(self.cancel_view)), name="audit_auditevent_export_cancel"
            ),
            path(
                "exports/fetch/<str:token>/", view(never_cache(self.fetch_view)), name="audit_auditevent_export_fetch"
            ),
        ]

    def list_view(self, request: HttpRequest) -> HttpResponse:
        """What could be taken out, how much that is, and what was."""
        self._check(request)
        reach = self._trail.reach(request)
        form = read_form(request.GET, within=reach)
        exports = Export.objects.order_by("-asked_at")
        if not request.user.has_perm("audit.view_auditevent"):
            exports = exports.filter(asked_by=request.user.get_username())
        rows = list(exports[:LISTED])
        context = self._trail.page_context(
            request,
            crumbs=[],
            title=_("Exports"),
            form=form,
            chosen=form.chosen,
            number=None if form.asked is None else count_rows(form.asked),
            formats=FORMATS.values(),
            kinds=[(name, label) for name, (label, _types) in KINDS.items()],
            verdicts=[(value, word.label) for value, word in VERDICTS.items()],
            severities=Severity.choices,
            applications=[name for name in names_of("application") if is_within(name, reach)],
            exports=rows,
            me=request.user.get_username(),
            under_way=any(row.state in {Export.State.WAITING, Export.State.RUNNING} for row in rows),
        )
        return TemplateResponse(request, "audit/exports.html", context)

    def ask_view(self, request: HttpRequest) -> HttpResponse:
        """Asks for what the form says."""
        self._check(request)
        form = read_form(request.POST.dict(), within=self._trail.reach(request))
        if form.asked is None:
            messages.error(request, str(form.problem))
            return self._back()
        try:
            ask_for_export(asked=form.asked, formats=request.POST.getlist("format"), by=request.user.get_username())
        except ExportRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The export is being written. It appears below."))
        return self._back()

    def cancel_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Gives up an export of one's own."""
        cancel_export(export=self._own(request, pk), by=request.user.get_username())
        return self._back()

    def link_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Makes a link, and leads to it."""
        try:
            token, _link = make_link(export=self._own(request, pk), by=request.user.get_username())
        except ExportRefused as refused:
            messages.error(request, str(refused))
            return self._back()
        return HttpResponseRedirect(reverse("admin:audit_auditevent_export_fetch", args=[token]))

    def fetch_view(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """A page with a button; the button fetches the pack and uses the link up."""
        self._check(request)
        by = request.user.get_username()
        if request.method == "POST":
            try:
                pack = use_link(token=token, by=by)
            except ExportRefused as refused:
                messages.error(request, str(refused))
                return self._back()
            return FileResponse(pack.open("rb"), as_attachment=True, filename=f"govern-export-{pack.name}")
        context = self._trail.page_context(
            request,
            crumbs=[(_("Exports"), reverse("admin:audit_auditevent_exports"))],
            title=_("Fetch an export"),
            holds=link_holds(token=token, by=by),
        )
        return TemplateResponse(request, "audit/export_fetch.html", context)

    def _own(self, request: HttpRequest, pk: uuid.UUID) -> Export:
        self._check(request)
        found = Export.objects.filter(pk=pk, asked_by=request.user.get_username()).first()
        if found is None:
            raise Http404
        return found

    def _back(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:audit_auditevent_exports"))

    def _check(self, request: HttpRequest) -> None:
        if not self._trail.has_view_permission(request):
            raise PermissionDenied
