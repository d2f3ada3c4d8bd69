"""The violations queue, and the page on which a case is worked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from audit.admin.bulk_acts import chosen_value, queue_query, read_act, tell_worked
from audit.admin.case_page import calls_query, is_overdue, moves_of, since_closed, timeline
from audit.admin.keyset import following
from audit.admin.read_only import ReadOnlyAdmin
from audit.models import RegressionCase, Severity, State, Violation
from audit.models.violation import OPEN_STATES
from audit.presentation.directory import names_of
from audit.presentation.values import rule_label
from audit.presentation.words import GUARDS, MOVES, SEVERITIES, guard_label
from audit.selectors.case_history import case_history
from audit.selectors.case_times import paces
from audit.selectors.pages import BadCursor, Page
from audit.selectors.queue import count_cases, queue
from audit.selectors.reach import is_within, may_see_some
from audit.selectors.violations import violations
from audit.services.bulk import work_each
from audit.services.violations import (
    TransitionRefused,
    assign_violation,
    comment_violation,
    transition_violation,
)

TABS: dict[str, str | Promise] = {
    "open": gettext_lazy("Open"),
    "mine": gettext_lazy("Mine"),
    "unassigned": gettext_lazy("Unassigned"),
    "overdue": gettext_lazy("Overdue"),
    "closed": gettext_lazy("Closed"),
}
PAGE = 50
SPANS = (30, 7, 90)
"""Days over which it is told how quickly cases are worked."""


@admin.register(Violation)
class ViolationAdmin(ReadOnlyAdmin):
    """Cases. Their evidence stays as it is; people move, assign and comment on them through services."""

    application_field = "application"

    def get_urls(self) -> list[URLPattern]:
        return [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(require_POST(view)), name=f"audit_violation_{name}")
            for name, view in (("move", self.move_view), ("assign", self.assign_view), ("comment", self.comment_view))
        ] + [
            path("times/", self.admin_site.admin_view(self.times_view), name="audit_violation_times"),
            path("bulk/", self.admin_site.admin_view(require_POST(self.bulk_view)), name="audit_violation_bulk"),
            *super().get_urls(),
        ]

    def may_work(self, request: HttpRequest) -> bool:
        """Whether the person may move, assign and comment."""
        return request.user.has_perm("audit.change_violation")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, str] | None = None) -> HttpResponse:
        """The queue, a keyset page at a time: the gravest and most urgent first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        tab = request.GET.get("tab", "open")
        tab = tab if tab in TABS else "open"
        wanted = {name: request.GET.get(name) or None for name in ("severity", "application", "guard")}
        if wanted["severity"] not in Severity.values:
            wanted["severity"] = None
        reach = self.reach(request)
        try:
            page = _page(tab, request.user.get_username(), {**wanted, "within": reach}, request.GET.get("after"))
        except BadCursor:
            return HttpResponseRedirect(request.path)
        context = self.page_context(
            request,
            crumbs=[],
            title=_("Violations"),
            page=page,
            rows=[(case, is_overdue(case), chosen_value(case)) for case in page.rows],
            number=count_cases(tab, request.user.get_username(), wanted, within=reach)
            if "after" not in request.GET
            else None,
            may_work=self.may_work(request),
            bulk_moves=MOVES.items(),
            people=names_of("person") if self.may_work(request) else (),
            query=request.GET.urlencode(),
            older=following(request, page.next),
            first_page="after" not in request.GET,
            tabs=TABS.items(),
            tab=tab,
            chosen={**wanted, "tab": tab},
            filtered=any(wanted.values()),
            severities=list(reversed(SEVERITIES.items())),
            guards=GUARDS.items(),
            applications=[name for name in names_of("application") if is_within(name, reach)],
        )
        return TemplateResponse(request, "audit/violations.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """The page of one case."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            case = self.get_queryset(request).get(pk=object_id)
        except (Violation.DoesNotExist, ValidationError):
            raise Http404 from None
        history = case_history(case=case)
        context = self.page_context(
            request,
            title=f"{guard_label(case.guard)}{pgettext('between a guard and its rule', ': ')}{rule_label(case.rule)}",
            case=case,
            is_open=State(case.state).is_open,
            overdue=is_overdue(case),
            moves=moves_of(case),
            may_work=self.may_work(request),
            mine=case.assignee == request.user.get_username(),
            people=names_of("person"),
            since=since_closed(case, history),
            regression=RegressionCase.objects.kept().filter(violation=case.pk).first()
            if case.state == State.FALSE_POSITIVE and request.user.has_perm("audit.view_regressioncase")
            else None,
            may_see_corpus=request.user.has_perm("audit.view_regressioncase"),
            calls_query=calls_query(case) if may_see_some(request.user, "audit.view_auditevent") else None,
            lines=timeline(case, history, list(case.comments.all())),
            reason_problem=_("Say why the case is closed: whoever reads it later will ask.")
            if request.GET.get("wrong") == "reason"
            else "",
        )
        return TemplateResponse(request, "audit/violation.html", context)

    def times_view(self, request: HttpRequest) -> HttpResponse:
        """How long cases wait until somebody looks at them, and until they are closed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.get("days", "")
        days = int(asked) if asked in map(str, SPANS) else SPANS[0]
        found = paces(over=timedelta(days=days), within=self.reach(request))
        context = self.page_context(
            request,
            title=_("How quickly violations are worked"),
            spans=SPANS,
            days=days,
            rows=found.rows,
            sampled=found.sampled,
        )
        return TemplateResponse(request, "audit/case_times.html", context)

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """Works the cases that were chosen in the queue, and says of each that could not be worked why."""
        if not self.may_work(request):
            raise PermissionDenied
        try:
            cases, act, done = read_act(request.POST, actor=request.user.get_username())
            worked = work_each(cases, act, within=self.reach(request))
        except ValueError as refused:
            messages.error(request, str(refused))
        else:
            tell_worked(request, worked, done)
        return HttpResponseRedirect(f"{self.list_address()}?{queue_query(request.POST.get('query', ''))}")

    def move_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Brings the case into another state; closing it needs a reason."""
        to, reason = request.POST.get("to", ""), request.POST.get("reason", "").strip()

        if to in State.values and State(to) not in OPEN_STATES and not reason and self.may_work(request):
            return HttpResponseRedirect(reverse("admin:audit_violation_change", args=[pk]) + "?wrong=reason#reason")

        def move() -> str:
            if to not in State.values:
                raise TransitionRefused(_("There is no such state."))
            case = transition_violation(violation=pk, to=State(to), actor=request.user.get_username(), reason=reason)
            return _("The violation is now: %(state)s.") % {"state": State(case.state).label}

        return self._work(request, pk, move)

    def assign_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Gives the case to a person, or to nobody."""
        assignee = request.POST.get("assignee", "")

        def assign() -> str:
            if assignee and assignee != request.user.get_username() and assignee not in names_of("person"):
                raise ValueError(_("There is nobody of that name."))
            assign_violation(violation=pk, assignee=assignee, actor=request.user.get_username())
            if not assignee:
                return _("The violation is nobody's now.")
            return _("The violation is assigned to %(person)s.") % {"person": assignee}

        return self._work(request, pk, assign)

    def comment_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Adds a comment."""

        def comment() -> str:
            comment_violation(violation=pk, text=request.POST.get("text", ""), actor=request.user.get_username())
            return _("The comment was added.")

        return self._work(request, pk, comment)

    def _work(self, request: HttpRequest, pk: Any, act: Callable[[], str]) -> HttpResponse:
        """Does what a service does, says how it went, and goes back to the case."""
        if not self.may_work(request):
            raise PermissionDenied
        if not self.get_queryset(request).filter(pk=pk).exists():
            raise Http404
        try:
            messages.success(request, act())
        except Violation.DoesNotExist:
            raise Http404 from None
        except ValueError as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("admin:audit_violation_change", args=[pk]))


def _page(tab: str, username: str, wanted: dict[str, Any], after: str | None) -> Page[Violation]:
    if tab == "closed":
        return violations(is_open=False, after=after, limit=PAGE, **wanted)
    assignee = {"mine": username, "unassigned": ""}.get(tab)
    return queue(assignee=assignee, overdue=tab == "overdue", after=after, limit=PAGE, **wanted)
