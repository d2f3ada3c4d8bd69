"""Evidence packs: choose a framework, a span and a language; read the pack, or take it along as a file."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.admin.read_only import ReadOnlyAdmin
from audit.evidence.catalogue import frameworks
from audit.evidence.html import pack_article, pack_file
from audit.evidence.packs import Pack
from audit.evidence.pdf import pack_pdf
from audit.services.evidence import EvidenceRefused, make_pack, read_span

_DAYS = 30
LANGUAGE_NAMES = (("en", "English"), ("zh-hant", "繁體中文"))
"""As each says its own name."""


class EvidencePages(ReadOnlyAdmin):
    """Adds evidence packs to the admin of the trail."""

    def get_urls(self) -> list[URLPattern]:
        """The pages of the trail, and the packs."""
        view = self.admin_site.admin_view
        return [
            path("evidence/", view(self.evidence_view), name="audit_auditevent_evidence"),
            path("evidence/file/", view(self.evidence_file_view), name="audit_auditevent_evidence_file"),
            *super().get_urls(),
        ]

    def evidence_view(self, request: HttpRequest) -> HttpResponse:
        """The choice, and the pack that was chosen."""
        _require(request)
        chosen = _chosen(request)
        pack = problem = None
        if request.GET.get("framework"):
            try:
                pack = _make(request, chosen, "page")
            except EvidenceRefused as refused:
                problem = str(refused)
        context = self.page_context(
            request,
            crumbs=[],
            title=_("Evidence"),
            frameworks=[(stem, str(found.name)) for stem, found in frameworks().items()],
            languages=LANGUAGE_NAMES,
            chosen=chosen,
            problem=problem,
            article=pack_article(pack) if pack else None,
            files=_files(pack, chosen) if pack else (),
        )
        return TemplateResponse(request, "audit/evidence.html", context)

    def evidence_file_view(self, request: HttpRequest) -> HttpResponse:
        """The pack as one HTML file or as PDF."""
        _require(request)
        chosen = _chosen(request)
        form = request.GET.get("form", "")
        try:
            if form not in ("html", "pdf"):
                raise EvidenceRefused(_("A pack is taken along as html or pdf."))
            pack = _make(request, chosen, form)
        except EvidenceRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("admin:audit_auditevent_evidence"))
        base = request.build_absolute_uri("/").rstrip("/")
        if form == "pdf":
            response = HttpResponse(pack_pdf(pack, base), content_type="application/pdf")
        else:
            response = HttpResponse(pack_file(pack, base), content_type="text/html; charset=utf-8")
        name = f"evidence-{pack.stem}-{chosen['from']}-{chosen['to']}-{pack.language}.{form}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm("audit.make_evidence"):
        raise PermissionDenied


def _chosen(request: HttpRequest) -> dict[str, str]:
    """What the address asks, with what it leaves out: the last thirty days, in the reader's language."""
    today = datetime.now(UTC).date()
    usual = {
        "framework": next(iter(frameworks())),
        "from": (today - timedelta(days=_DAYS - 1)).isoformat(),
        "to": today.isoformat(),
        "language": "zh-hant" if (get_language() or "").startswith("zh") else "en",
        "checkpoint": "",
    }
    return {name: request.GET.get(name, "").strip()[:100] or value for name, value in usual.items()}


def _make(request: HttpRequest, chosen: dict[str, str], form: str) -> Pack:
    number = chosen["checkpoint"]
    if number and not (number.isascii() and number.isdecimal() and len(number) < 18):
        raise EvidenceRefused(_("A checkpoint is a whole number, such as 412."))
    return make_pack(
        framework=chosen["framework"],
        span=read_span(chosen["from"], chosen["to"]),
        language=chosen["language"],
        form=form,
        actor=request.user.get_username(),
        checkpoint=int(number) if number else None,
    )


def _files(pack: Pack, chosen: dict[str, str]) -> list[tuple[str, str]]:
    """(label, address) of the files of the pack that is shown: of the same checkpoint, so that they say the same."""
    number = str(pack.checkpoint.number) if pack.checkpoint else ""
    address = reverse("admin:audit_auditevent_evidence_file")
    labels = (("html", _("Download as HTML")), ("pdf", _("Download as PDF")))
    return [(label, f"{address}?{urlencode({**chosen, 'checkpoint': number, 'form': form})}") for form, label in labels]
