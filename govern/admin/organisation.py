"""Teams and applications."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.values import setting_label
from audit.selectors.reach import is_within
from govern.admin.cells import chips, linked_name
from govern.admin.columns import column
from govern.admin.exempted import Coverings, exempt_words, without
from govern.admin.governed import GovernedAdmin, Related
from govern.admin.in_force import in_force, named
from govern.admin.sentences.sentence import dollars
from govern.identity.ownership import reach
from govern.models import Application, Team


@admin.register(Team)
class TeamAdmin(GovernedAdmin):
    """Teams."""

    lead = gettext_lazy(
        "Teams own applications and share budgets. Guard policies and budgets may be written for a team."
    )
    empty_heading = gettext_lazy("No teams yet")
    empty_advice = gettext_lazy(
        "Write the first teams into the bootstrap file; later ones are proposed in a change request."
    )
    shows_in_list = ("description", "tags")

    @column(gettext_lazy("description"))
    def description(self, found: Team) -> str:
        return found.body.description if found.body else ""

    @column(gettext_lazy("tags"))
    def tags(self, found: Team) -> str:
        return chips(found.body.tags) if found.body else ""

    def related(self, request: HttpRequest, found: Team) -> list[Related]:
        applications = [
            (a.target.name, a.address, setting_label(a.body.environment))
            for a in in_force("application")
            if a.body.team == found.name
        ]
        budgets = [
            (b.target.name, b.address, dollars(b.body.limit_usd))
            for b in in_force("budget")
            if b.body.scope.team == found.name
        ]
        return [
            Related(_("Applications"), applications, _("The team owns no application.")),
            Related(_("Budgets of its own"), budgets, _("Only budgets of the whole organisation hold for the team.")),
        ]


@admin.register(Application)
class ApplicationAdmin(GovernedAdmin):
    """Applications."""

    lead = gettext_lazy(
        "Programs that call models. Their team, environment, data class and tags select the policies that cover them."
    )
    empty_heading = gettext_lazy("No applications yet")
    empty_advice = gettext_lazy(
        "Write the first ones into the bootstrap file, then issue each a key and point its client here."
    )
    application_field = "name"
    shows_in_list = ("team", "environment", "data_class", "tags", "models")

    @column(gettext_lazy("team"))
    def team(self, found: Application) -> str:
        return linked_name("team", found.body.team) if found.body else ""

    @column(gettext_lazy("environment"))
    def environment(self, found: Application) -> str:
        return setting_label(found.body.environment) if found.body else ""

    @column(gettext_lazy("data class"))
    def data_class(self, found: Application) -> str:
        return setting_label(found.body.data_class) if found.body else ""

    @column(gettext_lazy("tags"))
    def tags(self, found: Application) -> str:
        return chips(found.body.tags) if found.body else ""

    @column(gettext_lazy("models"))
    def models(self, found: Application) -> str:
        if found.body is None:
            return ""
        if not found.body.models:
            return format_html('<span class="hint">{}</span>', _("every one"))
        return format_html_join(", ", "{}", ((name,) for name in found.body.models))

    def related(self, request: HttpRequest, found: Application) -> list[Related]:
        body = found.body
        cards = []
        if is_within(body.name, reach(request.user, "govern.view_apikey")):
            keys = [
                (key.name, reverse("admin:govern_apikey_change", args=[key.pk]), key.masked)
                for key in found.keys.usable().order_by("name")
            ]
            cards.append(Related(_("Keys"), keys, _("No key can be used. Issue one before the application can call.")))
        if not request.user.has_perm("govern.view_guardpolicy"):
            return cards
        coverings = Coverings()
        covering = [p for p in in_force("guard_policy") if coverings.covers(p.body, body)]
        exempt = {p.target.name: coverings.exempted(p.body, body) for p in covering}
        guards = [
            (p.target.name, p.address, " · ".join(filter(None, (_mode(p.body), without(exempt[p.target.name])))))
            for p in covering
        ]
        exemptions = [
            (each.exemption, named("exemption", each.exemption), exempt_words(each))
            for found_exempt in exempt.values()
            for each in found_exempt
        ]
        budgets = [
            (b.target.name, b.address, dollars(b.body.limit_usd))
            for b in in_force("budget")
            if b.body.scope.covers(body.name, body.team)
        ]
        return [
            *cards,
            Related(_("Exemptions in force"), exemptions, _("Every guard that covers it is asked.")),
            Related(_("Guard policies that cover it"), guards, _("Nothing inspects its calls.")),
            Related(_("Budgets that hold it"), budgets, _("No budget limits what it spends.")),
        ]


def _mode(body: Any) -> str:
    return _("enforced") if body.mode == "enforce" else _("observes")
