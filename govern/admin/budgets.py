"""Budgets: what may be spent, what is, and what is held for calls under way."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.selectors.reach import may_see_some
from govern.admin.cells import tone
from govern.admin.columns import column
from govern.admin.forms import PageForm
from govern.admin.governed import GovernedAdmin, Related
from govern.admin.in_force import in_force, link
from govern.admin.sentences.organisation import PERIODS, scope_words
from govern.admin.sentences.sentence import dollars
from govern.budgets.balances import balances
from govern.budgets.end_users import nearest_their_limit
from govern.budgets.freezes import LONGEST_REASON, PERMISSION, FreezeRefused, lift_freeze
from govern.identity.ownership import is_own, owned_by
from govern.models import Budget, BudgetFreeze

MOST_SPENDERS = 10


class LiftForm(PageForm):
    """Why an application may spend again."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What you found. It is kept in the trail."),
    )


@admin.register(Budget)
class BudgetAdmin(GovernedAdmin):
    """Budgets."""

    application_field = "name"
    lead = gettext_lazy(
        "The most that a call can cost is reserved in every budget that covers it before it is sent; what it did cost is settled after."
    )
    empty_heading = gettext_lazy("No budgets yet")
    empty_advice = gettext_lazy("Nothing limits what is spent. Begin with one for the whole organisation.")
    shows_in_list = ("scope", "limit", "balance", "action")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Owners see the budgets of their own applications and teams; not what others spend."""
        owned = None if request.user.has_perm("govern.view_budget") else owned_by(request.user)
        if owned is None:
            return super().get_queryset(request)
        own = [found.target.pk for found in in_force("budget") if is_own(found.body.scope, owned)]
        return self.model._default_manager.select_related("active_version").filter(pk__in=own).order_by("name")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        shown = super().get_changelist_instance(request)
        found = balances(shown.result_list)
        for budget in shown.result_list:
            budget.balance = found.get(budget.pk)
        return shown

    @column(gettext_lazy("covers"))
    def scope(self, found: Budget) -> str:
        return scope_words(found.body.scope) if found.body else ""

    @column(gettext_lazy("limit"), css="right num nowrap")
    def limit(self, found: Budget) -> str:
        return f"{dollars(found.body.limit_usd)} {PERIODS[found.body.period]}" if found.body else ""

    @column(gettext_lazy("spent and reserved"))
    def balance(self, found: Any) -> str:
        return render_to_string("govern/balance.html", {"balance": found.balance}) if found.balance else ""

    @column(gettext_lazy("when it is spent"))
    def action(self, found: Budget) -> str:
        if found.body is None:
            return ""
        if found.body.action == "block":
            return tone(_("Refuses"), "bad", "block")
        return tone(_("Tells people"), "warn", "notifications")

    def figure(self, request: HttpRequest, found: Budget) -> str:
        balance = balances([found]).get(found.pk)
        parts: list[str] = (
            [render_to_string("govern/budget_figure.html", {"balance": balance, "body": found.body})] if balance else []
        )
        of_it = Q(budget_id=found.pk) | Q(budget_name=found.name)  # an end user's account has an id of its own
        freezes = list(BudgetFreeze.objects.standing().filter(of_it))
        if freezes:
            parts.append(render_to_string("govern/budget_freezes.html", {"freezes": freezes}))
        parts.append(self._end_users(request, found))
        return format_html_join("", "{}", ((part,) for part in parts))  # a plain sum of strings would be escaped

    def _end_users(self, request: HttpRequest, found: Budget) -> str:
        """Who is near the limit that each end user has, for who may see whose calls are whose."""
        if found.active_version is None or not found.body.per_end_user:
            return ""
        if not may_see_some(request.user, "audit.view_auditevent"):
            return ""
        sought = request.GET.get("end_user", "").replace("\x00", "").strip()[:255]
        spenders = nearest_their_limit(found, sought=sought, limit=MOST_SPENDERS)
        return render_to_string("govern/budget_end_users.html", {"spenders": spenders, "sought": sought})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.lift_view)
        return [path("frozen/<uuid:pk>/lift/", view, name="govern_budget_lift"), *super().get_urls()]

    def lift_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Asks for a reason, then lets an application spend again."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        freeze = BudgetFreeze.objects.standing().filter(pk=pk).first()
        if freeze is None:
            raise Http404
        of_it = Q(pk=freeze.budget_id) | Q(name=freeze.budget_name)
        budget = Budget.objects.filter(of_it).values_list("pk", flat=True).first()
        address = reverse("admin:govern_budget_change", args=[budget or freeze.budget_id])
        form = LiftForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            person: Any = request.user
            try:
                lift_freeze(freeze_id=freeze.pk, reason=form.cleaned_data["reason"], by=person)
            except FreezeRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("It may spend again from the next call on."))
                return HttpResponseRedirect(address)
        crumbs = [self.list_crumb(), (freeze.budget_name, address)]
        context = self.page_context(request, title=_("Let it spend again"), crumbs=crumbs, freeze=freeze, form=form)
        return TemplateResponse(request, "govern/budget_freeze_lift.html", context)

    def related(self, request: HttpRequest, found: Budget) -> list[Related]:
        scope = found.body.scope
        named = [("team", scope.team), ("application", scope.application), ("catalog_model", scope.model)]
        rows = [(*link(kind, name), "") for kind, name in named if name]
        return [Related(_("Covers"), rows, _("The whole organisation."))]
