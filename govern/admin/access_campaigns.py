"""Access-review campaigns: started for some roles, worked person by person, closed and kept as evidence."""

import csv
from datetime import UTC, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.amounts import moment
from govern.admin.access_review import harmless
from govern.admin.cells import tone
from govern.admin.columns import column
from govern.admin.duty import Duty
from govern.admin.forms import PageForm
from govern.admin.lists import ListAdmin
from govern.changes.access_campaigns import close_campaign, decide_access, is_open, start_campaign
from govern.changes.refused import ChangeRefused
from govern.identity.events import access_copied
from govern.identity.role_words import ROLES, role_label
from govern.models import AccessCampaign, AccessDecision, Person

COLUMNS = ("person", "role", "verdict", "reason", "decided_by", "decided_at", "change", "change_state")
MAY_DECIDE = "govern.review_access"


class StartForm(PageForm):
    """What a campaign is about, and until when."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=[(name, role.label) for name, role in ROLES.items()],
        initial=list(ROLES),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Everybody who holds one of them now is looked at by somebody else."),
    )
    due = forms.DateField(
        label=gettext_lazy("To be finished by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class Looked(NamedTuple):
    """One person within a campaign. waits: open roles; may_decide: whether whoever looks is somebody else."""

    person: Person
    address: str
    rows: list[tuple[AccessDecision, Any]]
    waits: list[tuple[str, Any]]
    may_decide: bool


@admin.register(AccessCampaign)
class AccessCampaignAdmin(ListAdmin):
    """Campaigns."""

    symbol = "fact_check"
    lead = gettext_lazy(
        "Each holder of a role is looked at by somebody else, who keeps the role or has it revoked by a change that others approve."
    )
    empty_heading = gettext_lazy("No campaigns yet")
    empty_advice = gettext_lazy("Start one for the roles that should be looked at; decisions are kept in the trail.")
    list_display = ("label", "started", "due", "standing")
    change_list_template = "govern/access_campaigns.html"

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("start/", guard(self.start_view), name="govern_accesscampaign_start"),
            path("<uuid:pk>/decide/", guard(self.decide_view), name="govern_accesscampaign_decide"),
            path("<uuid:pk>/close/", guard(self.close_view), name="govern_accesscampaign_close"),
            path("<uuid:pk>/file/", guard(self.file_view), name="govern_accesscampaign_file"),
            *super().get_urls(),
        ]

    @column(gettext_lazy("title"), order="title")
    def label(self, campaign: AccessCampaign) -> str:
        return campaign.title

    @column(gettext_lazy("started"), css="nowrap", order="started_at")
    def started(self, campaign: AccessCampaign) -> str:
        return moment(campaign.started_at)

    @column(gettext_lazy("due"), css="nowrap", order="due_at")
    def due(self, campaign: AccessCampaign) -> str:
        return moment(campaign.due_at)

    @column(gettext_lazy("status"))
    def standing(self, campaign: AccessCampaign) -> str:
        return standing_badge(campaign)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; who may decide may start one as well."""
        context = {"may_start": request.user.has_perm(MAY_DECIDE), **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """Asks what a campaign is about, and starts it."""
        self._require_reviewer(request)
        form = StartForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                campaign = start_campaign(
                    title=form.cleaned_data["title"],
                    due_at=datetime.combine(form.cleaned_data["due"], time(23, 59), tzinfo=UTC),
                    roles=form.cleaned_data["roles"],
                    by=request.user,  # type: ignore[arg-type]
                )
            except ChangeRefused as refused:
                form.add_error(None, refused.message)
            else:
                return HttpResponseRedirect(address_of(campaign))
        context = self.page_context(request, title=_("Start an access review"), form=form)
        return TemplateResponse(request, "govern/access_campaign_start.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """The page of one campaign, a card for each person."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        campaign = self._campaign(object_id)
        people = _people(campaign, request.user)
        rows = [row for looked in people for row, _role in looked.rows]
        verdicts = [row.verdict for row in rows if not is_open(row)]
        may_review = request.user.has_perm(MAY_DECIDE) and campaign.closed_at is None
        context = self.page_context(
            request,
            title=campaign.title,
            campaign=campaign,
            badge=standing_badge(campaign),
            people=people,
            stats=[
                (_("Roles held"), len(rows)),
                (_("Kept"), verdicts.count("kept")),
                (_("Revoked"), verdicts.count("revoked")),
                (_("No longer held"), verdicts.count("gone")),
                (_("Not decided"), len(rows) - len(verdicts)),
            ],
            may_review=may_review,
        )
        return TemplateResponse(request, "govern/access_campaign.html", context)

    def decide_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keeps or revokes the open roles of one person."""
        self._require_reviewer(request)
        campaign = self._campaign(pk)
        if request.method == "POST":
            person = Person.objects.filter(username=request.POST.get("person", "")).first()
            if person is None:
                raise Http404
            try:
                change = decide_access(
                    campaign=campaign,
                    person=person,
                    revoked=request.POST.getlist("revoked"),
                    reason=request.POST.get("reason", "")[:500],
                    by=request.user,  # type: ignore[arg-type]
                )
            except ChangeRefused as refused:
                messages.error(request, refused.message)
            else:
                said = (
                    _("%(change)s takes the roles away once others approve it.") % {"change": change} if change else ""
                )
                messages.success(request, said or _("Kept: %(person)s.") % {"person": person.username})
        return HttpResponseRedirect(address_of(campaign))

    def close_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Closes a campaign in which nothing is open."""
        self._require_reviewer(request)
        campaign = self._campaign(pk)
        if request.method == "POST":
            try:
                close_campaign(campaign=campaign, by=request.user)  # type: ignore[arg-type]
            except ChangeRefused as refused:
                messages.error(request, refused.message)
            else:
                messages.success(request, _("Closed. The result stays here and in the trail."))
        return HttpResponseRedirect(address_of(campaign))

    def file_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The result as comma-separated values in UTF-8: codes and names instead of words. Taking it leaves an event."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        campaign = self._campaign(pk)
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = (
            f'attachment; filename="access-review-{slugify(campaign.title) or campaign.pk}.csv"'
        )
        response["Cache-Control"] = "no-store"
        written = csv.writer(response)
        written.writerow(COLUMNS)
        rows = campaign.decisions.select_related("person", "decided_by", "change")
        written.writerows([harmless(value) for value in _line(row)] for row in rows)
        access_copied(actor=request.user.get_username(), campaign=campaign.title)
        return response

    def _campaign(self, pk: Any) -> AccessCampaign:
        try:
            return AccessCampaign.objects.select_related("started_by", "closed_by").get(pk=pk)
        except (AccessCampaign.DoesNotExist, ValidationError):
            raise Http404 from None

    def _require_reviewer(self, request: HttpRequest) -> None:
        if not request.user.has_perm(MAY_DECIDE):
            raise PermissionDenied


def campaign_duties(person: Any) -> list[Duty]:
    """Open campaigns in which others than the person wait to be decided about. One query for who may decide, none for others."""
    if not person.has_perm(MAY_DECIDE):
        return []
    open_ones = AccessCampaign.objects.filter(closed_at__isnull=True).order_by("due_at")[:4]
    return [
        Duty(
            "fact_check",
            "bad" if campaign.due_at < timezone.now() else "warn",
            _("Access review: %(title)s") % {"title": campaign.title},
            _("keep or revoke each role, then close it"),
            address_of(campaign),
            campaign.due_at,
            campaign.due_at < timezone.now(),
        )
        for campaign in open_ones
    ]


def address_of(campaign: AccessCampaign) -> str:
    """The page of a campaign."""
    return reverse("admin:govern_accesscampaign_change", args=[campaign.pk])


def standing_badge(campaign: AccessCampaign) -> str:
    """Whether it is open, late or closed."""
    if campaign.closed_at is not None:
        return tone(_("Closed"), "ok", "task_alt")
    if campaign.due_at < timezone.now():
        return tone(_("Overdue"), "bad", "event_busy")
    return tone(_("Open"), "info", "pending")


def _people(campaign: AccessCampaign, viewer: Any) -> list[Looked]:
    found: dict[int, Looked] = {}
    for row in campaign.decisions.select_related("person", "decided_by", "change"):
        address = (
            reverse("admin:govern_person_change", args=[row.person_id]) if viewer.has_perm("govern.view_person") else ""
        )
        looked = found.setdefault(row.person_id, Looked(row.person, address, [], [], row.person_id != viewer.pk))
        looked.rows.append((row, role_label(row.role)))
        if is_open(row):
            looked.waits.append((row.role, role_label(row.role)))
    return list(found.values())


def _line(row: AccessDecision) -> list[str]:
    return [
        row.person.username,
        row.role,
        "" if is_open(row) else row.verdict,
        row.reason,
        row.decided_by.username if row.decided_by else "",
        row.decided_at.isoformat() if row.decided_at else "",
        str(row.change) if row.change else "",
        row.change.state if row.change else "",
    ]
