"""Calls and everything else in the trail: the list of calls, the page of one, and what people did."""

import json
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.admin.call_page import read_call
from audit.admin.call_search import FIELDS, guard_choices, read_activity, read_asked
from audit.admin.evidence import EvidencePages
from audit.admin.exports import ExportPages
from audit.admin.keyset import following
from audit.admin.streams import streams_shown
from audit.admin.unknown_keys import UnknownKeys, unknown_keys_shown
from audit.models import AuditEvent, SavedView, Violation
from audit.payloads.reading import StoredCall
from audit.presentation.directory import names_of
from audit.presentation.outcomes import outcome_choices
from audit.presentation.words import VERDICTS, code_choices, verdict_word
from audit.selectors.activity import activity
from audit.selectors.calls import call_trace, rejected_calls
from audit.selectors.looking import Found
from audit.selectors.pages import BadCursor
from audit.selectors.payloads import kept_until
from audit.selectors.reach import Applications, is_within, may_see_some, reach_of
from audit.selectors.search import UNINSPECTED, Number, count_calls, search_calls
from audit.services.payloads import RevealRefused, reveal_payload
from audit.services.saved_views import ViewRefused, remove_view, save_view
from audit.trail.events import EVENT_TYPES

PAGE = 50
View = Callable[..., HttpResponseBase]


@admin.register(AuditEvent)
class TrailAdmin(EvidencePages):
    """The trail. Nothing in it can be changed, here or anywhere else."""

    application_field = "application"
    confirmed: Callable[[View], View] = staticmethod(lambda view: view)
    """Wraps views for which somebody must have proved just now who they are. Set by whoever knows how people sign in."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        reveal = require_POST(never_cache(self.confirmed(self.reveal_view)))
        return [
            path("call/<uuid:call_id>/", view(self.call_view), name="audit_auditevent_call"),
            path("call/<uuid:call_id>/reveal/", view(reveal), name="audit_auditevent_reveal"),
            path("views/", view(require_POST(self.save_view)), name="audit_auditevent_views"),
            path("rejected/", view(self.rejected_view), name="audit_auditevent_rejected"),
            path("activity/", view(self.activity_view), name="audit_auditevent_activity"),
            path("streams/", view(self.streams_view), name="audit_auditevent_streams"),
            *ExportPages(self).urls(),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, str] | None = None) -> HttpResponse:
        """The list of calls, a keyset page at a time; what is sought leads straight to its call if there is only one."""
        self._check(request)
        asked = read_asked(request.GET)
        reach = self.reach(request)
        if asked.call_id is not None and self._is_seen(asked.call_id, reach):
            return HttpResponseRedirect(reverse("admin:audit_auditevent_call", args=[asked.call_id]))
        found, number = Found([], None), None
        first_page = "after" not in request.GET
        if asked.wanted is not None:
            try:
                found = search_calls(asked.wanted, within=reach, after=request.GET.get("after"), limit=PAGE)
            except BadCursor:
                return HttpResponseRedirect(request.path)
            if asked.chosen["q"] and first_page and len(found.rows) == 1 and found.next is None:
                return HttpResponseRedirect(reverse("admin:audit_auditevent_call", args=[found.rows[0].call_id]))
            if first_page:
                whole = found.next is None
                number = Number(len(found.rows), True) if whole else count_calls(asked.wanted, within=reach)
        chosen = asked.chosen
        context = self.page_context(
            request,
            crumbs=[],
            title=_("Calls"),
            page=found,
            number=number,
            older=following(request, found.next),
            chosen=chosen,
            asked=asked,
            filtered=asked.filtered,
            first_page=first_page,
            verdicts=[*VERDICTS.items(), (UNINSPECTED, verdict_word(None))],
            ends=outcome_choices(),
            codes=code_choices(),
            guards=guard_choices(),
            applications=self._applications(request),
            models=names_of("model"),
            teams=names_of("team") if reach is None and asked.more else (),
            providers=names_of("provider") if asked.more else (),
            views=list(SavedView.objects.filter(owner=request.user.get_username()).order_by("name")),
        )
        return TemplateResponse(request, "audit/calls.html", context)

    def save_view(self, request: HttpRequest) -> HttpResponse:
        """Keeps the filters of the list under a name of the person's own, or removes a view of theirs."""
        self._check(request)
        owner = request.user.get_username()
        if (removed := request.POST.get("remove", "")).isdecimal() and len(removed) < 18:
            remove_view(owner=owner, pk=int(removed))
            return HttpResponseRedirect(self.list_address())
        posted = QueryDict(request.POST.get("query", "")[:4_000])
        query = urlencode({name: posted[name] for name in FIELDS if posted.get(name)})
        try:
            save_view(owner=owner, name=request.POST.get("name", ""), query=query)
        except ViewRefused as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(f"{self.list_address()}?{query}")

    def _is_seen(self, call_id: uuid.UUID, reach: Applications) -> bool:
        """Whether the trail has anything of a call that the person may see."""
        return AuditEvent.objects.within(reach).filter(call_id=call_id).exists()

    def call_view(self, request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
        """One call, from its caller to its answer."""
        self._check(request)
        return self._call_page(request, call_id, None)

    def reveal_view(self, request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
        """The page of a call with what was said in it, for who may see that and says why. Kept by no browser."""
        self._check(request)
        if not self.may_reveal(request):
            raise PermissionDenied
        try:
            revealed = reveal_payload(
                call_id=call_id, actor=request.user.get_username(), reason=request.POST.get("reason", "")
            )
        except RevealRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("admin:audit_auditevent_call", args=[call_id]))
        return self._call_page(request, call_id, revealed)

    def may_reveal(self, request: HttpRequest) -> bool:
        """Whether the person may see what was said."""
        return request.user.has_perm("audit.reveal_payload")

    def _call_page(self, request: HttpRequest, call_id: uuid.UUID, revealed: StoredCall | None) -> HttpResponse:
        events = call_trace(call_id=call_id)
        if not events or not is_within(events[0].application, self.reach(request)):
            raise Http404
        context = self.page_context(
            request,
            title=str(call_id),
            crumbs=[(_("Calls"), self.list_address())],
            call=read_call(call_id, events),
            case=self._case(request, events),
            raw=[(event, _indented(event.body)) for event in events],
            kept_until=kept_until(call_id=call_id),
            may_reveal=self.may_reveal(request),
            revealed=[(_("Request"), revealed.prompt), (_("Answer"), revealed.answer)] if revealed else None,
        )
        return TemplateResponse(request, "audit/call.html", context)

    def rejected_view(self, request: HttpRequest) -> HttpResponse:
        """Requests that were turned away before they became a call, a keyset page at a time."""
        self._check(request)
        wanted = {name: request.GET.get(name) or None for name in ("application", "code")}
        day = _day(request.GET.get("day"))
        try:
            page = rejected_calls(
                within=self.reach(request), **wanted, day=day, after=request.GET.get("after"), limit=PAGE
            )
        except BadCursor:
            return HttpResponseRedirect(request.path)
        context = self.page_context(
            request,
            crumbs=[],
            title=_("Turned away"),
            page=page,
            older=following(request, page.next),
            chosen={**wanted, "day": day.isoformat() if day else ""},
            filtered=any(wanted.values()) or day is not None,
            first_page="after" not in request.GET,
            codes=code_choices(),
            applications=self._applications(request),
            unknown=self._unknown_keys(request, day) if "after" not in request.GET else None,
        )
        return TemplateResponse(request, "audit/rejected.html", context)

    def _unknown_keys(self, request: HttpRequest, day: date | None) -> UnknownKeys | None:
        """Who presented unknown keys of late or on a day, for who may see everything: such a request is of no application."""
        return unknown_keys_shown(day) if request.user.has_perm("audit.view_auditevent") else None

    def activity_view(self, request: HttpRequest) -> HttpResponse:
        """What people and the system did, beside the calls: for who may see everything."""
        if not request.user.has_perm("audit.view_auditevent"):
            raise PermissionDenied
        chosen = {name: request.GET.get(name, "").strip() for name in ("actor", "about", "type", "since", "until")}
        problem, period = read_activity(chosen)
        page = Found([], None)
        if problem is None:
            try:
                page = activity(
                    actor=chosen["actor"],
                    about=chosen["about"],
                    types=chosen["type"],
                    after=request.GET.get("after"),
                    limit=PAGE,
                    **period,
                )
            except BadCursor:
                return HttpResponseRedirect(request.path)
        kinds = sorted({name.partition(".")[0] + "." for name in EVENT_TYPES} - {"call."})
        context = self.page_context(
            request,
            crumbs=[],
            title=_("Activity"),
            page=page,
            older=following(request, page.next),
            first_page="after" not in request.GET,
            chosen=chosen,
            problem=problem,
            filtered=any(chosen.values()),
            kinds=kinds,
        )
        return TemplateResponse(request, "audit/activity.html", context)

    def streams_view(self, request: HttpRequest) -> HttpResponse:
        """Where events are passed on to: for who may see everything."""
        if not request.user.has_perm("audit.view_auditevent"):
            raise PermissionDenied
        context = self.page_context(request, crumbs=[], title=_("Streams of events"), streams=streams_shown())
        return TemplateResponse(request, "audit/streams.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """One event; one of a call is shown with its call."""
        self._check(request)
        event = self.get_object(request, object_id)
        if event is None:
            raise Http404
        if event.call_id is not None:
            return HttpResponseRedirect(reverse("admin:audit_auditevent_call", args=[event.call_id]))
        context = self.page_context(
            request,
            title=str(event),
            crumbs=[(_("Activity"), reverse("admin:audit_auditevent_activity"))],
            event=event,
            raw=_indented(event.body),
        )
        return TemplateResponse(request, "audit/event.html", context)

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _case(self, request: HttpRequest, events: Any) -> Violation | None:
        """The violation that the call was counted in, for who may see violations."""
        found = next(
            (event.fields.get("violation_id") for event in reversed(events) if event.fields.get("violation_id")), None
        )
        if found is None or _uuid(str(found)) is None or not may_see_some(request.user, "audit.view_violation"):
            return None
        reach = reach_of(request.user, "audit.view_violation")
        return Violation.objects.within(reach).filter(pk=found).first()

    def _applications(self, request: HttpRequest) -> list[str]:
        """What the filter by application offers."""
        reach = self.reach(request)
        return [name for name in names_of("application") if is_within(name, reach)]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    """A day that has a day before and after it in every time zone; None for anything else."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day is not None and date.min < day < date.max else None


def _indented(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False)
