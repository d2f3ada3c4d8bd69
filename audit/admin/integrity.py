"""The integrity page: what is sealed, what anchors hold of it, who verified it last, and proofs to take away."""

import base64
import json
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.admin.read_only import ReadOnlyAdmin
from audit.models import AnchorDelivery, Checkpoint, VerificationRun
from audit.presentation.words import Word
from audit.sealing.proofs import TreeIncomplete
from audit.sealing.receipts import growth_between
from audit.selectors.integrity import (
    MOST_COUNTED,
    anchor_states,
    checkpoint,
    deliveries_of,
    recent_checkpoints,
    seal_state,
    verification_runs,
)
from audit.verification.running import UnderWay, ask_for_verification

MAY_VERIFY = "audit.verify_trail"
RECENT = 20
DELIVERIES: dict[str, Word] = {
    AnchorDelivery.State.WAITING: Word(AnchorDelivery.State.WAITING.label, "schedule", "calm"),
    AnchorDelivery.State.DELIVERED: Word(AnchorDelivery.State.DELIVERED.label, "check", "ok"),
    AnchorDelivery.State.DIFFERS: Word(AnchorDelivery.State.DIFFERS.label, "gpp_bad", "bad"),
    AnchorDelivery.State.REFUSED: Word(AnchorDelivery.State.REFUSED.label, "gpp_bad", "bad"),
}
_RUNS: dict[str, Word] = {
    VerificationRun.State.WAITING: Word(VerificationRun.State.WAITING.label, "schedule", "calm"),
    VerificationRun.State.RUNNING: Word(VerificationRun.State.RUNNING.label, "progress_activity", "info"),
    VerificationRun.State.FAILED: Word(VerificationRun.State.FAILED.label, "error", "bad"),
}
_UNCHANGED = Word(gettext_lazy("Complete and unchanged"), "verified", "ok")
_PARTLY = Word(gettext_lazy("Unchanged; an anchor needs a look"), "warning", "warn")
_FAULT = Word(gettext_lazy("A fault was found"), "gpp_bad", "bad")


class Run(NamedTuple):
    """A verification as the page shows it. problems: (anchor, why less of it counts than was delivered)."""

    found: VerificationRun
    word: Word
    problems: list[tuple[str, str]]


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnlyAdmin):
    """The list is the integrity page."""

    public_key: Callable[[], bytes]
    """The key that signs checkpoints. Set by whoever knows where keys come from."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("verify/", view(require_POST(self.verify_view)), name="audit_checkpoint_verify"),
            path("verification/<uuid:pk>/", view(never_cache(self.progress_view)), name="audit_checkpoint_progress"),
            path("proof/", view(self.growth_view), name="audit_checkpoint_growth"),
            path("proof/file/", view(self.growth_file_view), name="audit_checkpoint_growth_file"),
            path("public-key/", view(self.public_key_view), name="audit_checkpoint_public_key"),
            path("<int:number>/note/", view(self.note_view), name="audit_checkpoint_note"),
            path("stamp/<int:pk>/", view(self.stamp_view), name="audit_checkpoint_stamp"),
            *super().get_urls(),
        ]

    def list_title(self) -> str:
        return _("Integrity")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What is sealed, anchored and verified."""
        self._check(request)
        runs = verification_runs()
        context = self.page_context(
            request,
            title=_("Integrity"),
            crumbs=[],
            seal=seal_state(),
            most_counted=MOST_COUNTED,
            anchors=[(state, _answer(state.next)) for state in anchor_states(settings.GOVERN_ANCHORS)],
            runs=[_shown(run) for run in runs],
            is_under_way=any(run.is_unfinished for run in runs) and not any(run.is_lost for run in runs),
            verified=next((run for run in runs if run.state == VerificationRun.State.FINISHED), None),
            may_verify=request.user.has_perm(MAY_VERIFY),
            checkpoints=recent_checkpoints(RECENT),
            public_key=base64.b64encode(self.public_key()).decode(),
        )
        return TemplateResponse(request, "audit/integrity.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """One checkpoint, and what became of it at the anchors."""
        self._check(request)
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        context = self.page_context(
            request,
            title=_("Checkpoint %(number)s") % {"number": found.pk},
            found=found,
            root=base64.b64encode(bytes(found.root)).decode(),
            deliveries=[(delivery, DELIVERIES[delivery.state]) for delivery in deliveries_of(found)],
        )
        return TemplateResponse(request, "audit/checkpoint.html", context)

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """Has a worker verify the trail."""
        if not request.user.has_perm(MAY_VERIFY):
            raise PermissionDenied
        try:
            ask_for_verification(by=request.user.get_username())
        except UnderWay as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(self.list_address() + "#verifications")

    def progress_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The part of the page that shows one verification, as it stands now."""
        self._check(request)
        run = get_object_or_404(VerificationRun, pk=pk)
        return render(request, "audit/verification.html", {"run": _shown(run)})

    def growth_view(self, request: HttpRequest) -> HttpResponse:
        """The proof that one checkpoint grew out of another."""
        old, new, document, problem = self._growth(request)
        context = self.page_context(
            request, title=_("Proof that the trail only grew"), old=old, new=new, proof=document and document["proof"],
            problem=problem, asked={"old": request.GET.get("old", ""), "new": request.GET.get("new", "")},
        )  # fmt: skip
        return TemplateResponse(request, "audit/growth.html", context)

    def growth_file_view(self, request: HttpRequest) -> HttpResponse:
        """The same, as `verify.py` reads it."""
        old, new, document, _problem = self._growth(request)
        if old is None or new is None or document is None:
            raise Http404
        return _file(json.dumps(document, indent=1), f"growth-{old.pk}-{new.pk}.json", "application/json")

    def public_key_view(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        return _file(base64.b64encode(self.public_key()).decode() + "\n", "govern-public-key.txt")

    def note_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The signed note, as `verify.py` and `audit_verify --checkpoint` read it."""
        self._check(request)
        found = checkpoint(number)
        if found is None:
            raise Http404
        return _file(found.note, f"checkpoint-{number:012}.txt")

    def stamp_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A time stamp, as `openssl ts -verify` reads it."""
        self._check(request)
        delivery = get_object_or_404(AnchorDelivery, pk=pk)
        try:
            stamp = base64.b64decode(delivery.evidence["stamp"], validate=True)
        except (KeyError, TypeError, ValueError):
            raise Http404 from None
        name = f"checkpoint-{delivery.checkpoint_id:012}.tsr"
        return _file(stamp, name, "application/timestamp-reply")

    @staticmethod
    def _growth(
        request: HttpRequest,
    ) -> tuple[Checkpoint | None, Checkpoint | None, dict[str, Any] | None, str]:
        """The older, the newer, the proof between them, or why there is none."""
        if not request.user.has_perm("audit.view_checkpoint"):
            raise PermissionDenied
        old, new = (_numbered(request.GET.get(name, "")) for name in ("old", "new"))
        if old is None or new is None:
            return old, new, None, _("Give the numbers of two checkpoints.")
        if old.size > new.size:
            old, new = new, old
        try:
            return old, new, growth_between(old, new), ""
        except TreeIncomplete:
            return old, new, None, _("Hashes of the tree are missing in the database. Have the trail verified.")

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def _numbered(word: str) -> Checkpoint | None:
    return checkpoint(int(word)) if word.isascii() and word.isdecimal() and len(word) < 19 else None


def _answer(delivery: AnchorDelivery | None) -> str:
    """Why it failed last, in the reader's language; as it stands where the database says something else than Govern wrote."""
    if delivery is None or not delivery.answer:
        return ""
    try:
        return _(delivery.answer) % delivery.facts
    except (KeyError, TypeError, ValueError):
        return delivery.answer


def _file(content: str | bytes, name: str, content_type: str = "text/plain; charset=utf-8") -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _shown(run: VerificationRun) -> Run:
    report = run.report if isinstance(run.report, dict) else {}
    problems = [(found["name"], found["problem"]) for found in report.get("anchors", ()) if found.get("problem")]
    if run.state != VerificationRun.State.FINISHED:
        return Run(run, _RUNS[run.state], problems)
    return Run(run, _FAULT if not report.get("ok") else _PARTLY if problems else _UNCHANGED, problems)
