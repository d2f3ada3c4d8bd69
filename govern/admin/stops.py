"""The kill switch: what is stopped, stopping more at once, and proposing to let it flow again."""

from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.selectors.search import Number, Wanted, count_calls
from govern.admin.forms import PageForm
from govern.admin.governed import GovernedAdmin
from govern.admin.in_force import named
from govern.admin.stop_words import TARGETS, stopped_words
from govern.changes.drafts import Proposed, draft_of
from govern.changes.refused import ChangeRefused
from govern.changes.stops import TARGETS as KINDS
from govern.changes.stops import stop_traffic
from govern.identity.second_factor import ask_for_second_factor, has_fresh_second_factor
from govern.models import GOVERNED, ChangeItem, ChangeRequest, Governed, Stop
from govern.models.change import OPEN
from govern.policy.bodies import StopBody


class StopForm(PageForm):
    """What to stop, and why."""

    target = forms.ChoiceField(
        choices=[(name, label) for name, (_icon, label, _about) in TARGETS.items()],
        label=gettext_lazy("What to stop"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what to stop.")},
    )
    application = forms.ChoiceField(required=False, label=gettext_lazy("Application"))
    model = forms.ChoiceField(required=False, label=gettext_lazy("Model"))
    provider = forms.ChoiceField(required=False, label=gettext_lazy("Provider"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why: whoever turns it on again must know.")},
        help_text=gettext_lazy("Whoever turns it on again must know why it was turned off."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for target, kind in KINDS.items():
            names = GOVERNED[kind].objects.in_force().order_by("name").values_list("name", flat=True)
            field: Any = self.fields[target]
            field.choices = [("", _("Choose one")), *((name, name) for name in names)]

    def clean(self) -> dict[str, Any]:
        """The one that is meant must be chosen."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        target = cleaned.get("target")
        if target in KINDS and not cleaned.get(target) and target not in self.errors:
            self.add_error(target, _("Choose which one."))
        return cleaned


class Stopped(NamedTuple):
    """One thing that is stopped. change: the open change that would let it flow again. rule: the address of the rule that stopped it, if
    one did. cases: that of the open violations of the application."""

    stop: Governed
    icon: str
    what: str
    address: str | None
    change: ChangeRequest | None
    rule: str | None
    cases: str


@admin.register(Stop)
class StopAdmin(GovernedAdmin):
    """Stopped traffic."""

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("now/", guard(self.now_view), name="govern_stop_now"),
            path("<uuid:pk>/again/", guard(self.again_view), name="govern_stop_again"),
            *super().get_urls(),
        ]

    def may_stop(self, request: HttpRequest) -> bool:
        """Whether the person may stop traffic."""
        return request.user.has_perm("govern.stop_traffic")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, str] | None = None) -> HttpResponse:
        """The switch, and what is stopped."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, StopForm(initial={"target": None}) if self.may_stop(request) else None)

    def now_view(self, request: HttpRequest) -> HttpResponse:
        """Stops traffic, once it was said what that stops and how much of the last hour. Everything takes a second factor besides."""
        if not self.may_stop(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(self.list_address())
        form = StopForm(request.POST)
        if form.is_valid():
            target = form.cleaned_data["target"]
            of = form.cleaned_data.get(target, "")
            person: Any = request.user
            if request.POST.get("confirmed") != "yes":
                return self._asked(request, form, target, of)
            if target == "everything" and not has_fresh_second_factor(request):
                return ask_for_second_factor(request, _("Stop every call of every application"))
            try:
                stop = stop_traffic(target=target, of=of, reason=form.cleaned_data["reason"], by=person)
            except ChangeRefused as refused:
                form.add_error(None, refused.message)
            else:
                what = stopped_words(stop.body)
                messages.success(
                    request, _("Stopped: %(what)s. Every gateway refuses within a second.") % {"what": what}
                )
                return HttpResponseRedirect(self.list_address())
        return self._page(request, form)

    def _asked(self, request: HttpRequest, form: StopForm, target: Any, of: str) -> HttpResponse:
        icon_name, label, about = TARGETS[target]
        context = self.page_context(
            request,
            title=_("Stop everything") if target == "everything" else label,
            form=form,
            target=target,
            of=of,
            icon_name=icon_name,
            about=about,
            what=stopped_words(StopBody(target=target, of=of, reason=form.cleaned_data["reason"])),
            refuses=target in ("everything", "application"),
            passed=_passed(target, of),
        )
        return TemplateResponse(request, "govern/stop_asked.html", context)

    def again_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Opens a draft that would let it flow again."""
        if not request.user.has_perm("govern.propose_change"):
            raise PermissionDenied
        stop = Stop.objects.in_force().filter(pk=pk).first()
        if stop is None:
            raise Http404
        if request.method != "POST":
            return HttpResponseRedirect(self.list_address())
        person: Any = request.user
        reason = request.POST.get("reason", "").strip()
        what = stopped_words(stop.body)
        try:
            draft = draft_of(
                [Proposed("stop", stop.name, None)],
                title=_("Let it flow again: %(what)s") % {"what": what},
                reason=reason,
                by=person,
            )
        except ChangeRefused as refused:
            messages.error(request, refused.message)
            return HttpResponseRedirect(self.list_address())
        return HttpResponseRedirect(reverse("admin:govern_changerequest_change", args=[draft.pk]))

    def _page(self, request: HttpRequest, form: StopForm | None) -> HttpResponse:
        context = self.page_context(
            request,
            crumbs=[],
            title=_("Stopped traffic"),
            form=form,
            targets=[(name, *words) for name, words in TARGETS.items()],
            fields=[form[target] for target in KINDS] if form else [],
            stopped=_stopped(),
            may_propose=request.user.has_perm("govern.propose_change"),
        )
        return TemplateResponse(request, "govern/change_stops.html", context)


def _passed(target: str, of: str) -> Number:
    """How many calls of the last hour what is stopped had to do with."""
    what = {target: of} if target in KINDS else {}
    return count_calls(Wanted(since=timezone.now() - timedelta(hours=1), **what), within=None)  # type: ignore[arg-type]


def _stopped() -> list[Stopped]:
    """What is stopped now, and the open changes that would end it. Two queries."""
    stops = list(Stop.objects.in_force().order_by("-active_version__created_at"))
    items = ChangeItem.objects.filter(
        kind="stop", action=ChangeItem.Action.RETIRE, object_id__in=[stop.pk for stop in stops], change__state__in=OPEN
    ).select_related("change")
    changes = {item.object_id: item.change for item in items}
    return [
        Stopped(
            stop,
            TARGETS[stop.body.target][0],
            stopped_words(stop.body),
            named(KINDS[stop.body.target], stop.body.of) if stop.body.target in KINDS else None,
            changes.get(stop.pk),
            named("containment", stop.body.rule) if stop.body.rule else None,
            f"{reverse('admin:audit_violation_changelist')}?{urlencode({'application': stop.body.of})}",
        )
        for stop in stops
    ]
