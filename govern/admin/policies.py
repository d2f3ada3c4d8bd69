"""Guard policies, routing policies and approval rules."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.presentation.words import guard_label
from govern.admin.cells import chips, tone
from govern.admin.changes.words import kind_word
from govern.admin.columns import column
from govern.admin.exempted import Coverings, exempt_words, without
from govern.admin.governed import GovernedAdmin, Related
from govern.admin.in_force import in_force, link, named
from govern.admin.proposals.words.choices import choice_label
from govern.admin.sentences.conditions import always, condition
from govern.admin.sentences.guards import scope_words
from govern.admin.trials.page import TrialPage
from govern.identity.role_words import role_label
from govern.models import ApprovalRule, GuardPolicy, RoutingPolicy
from govern.policy.exemptions import Exempted


@admin.register(GuardPolicy)
class GuardPolicyAdmin(TrialPage, GovernedAdmin):
    """Guard policies, and the bench to try them on."""

    lead = gettext_lazy(
        "Every policy whose scope matches applies, and the strictest decision wins: a team can add to the baseline, never weaken it."
    )
    empty_heading = gettext_lazy("No guard policies yet")
    empty_advice = gettext_lazy(
        "Nothing inspects calls so far. Write a policy without a scope first: it is the baseline for everybody."
    )
    shows_in_list = ("scope", "guards", "mode", "on_error")

    def get_urls(self) -> list[URLPattern]:
        bench = self.admin_site.admin_view(self.try_view)
        return [path("try/", bench, name="govern_guardpolicy_try"), *super().get_urls()]

    @column(gettext_lazy("covers"))
    def scope(self, found: GuardPolicy) -> str:
        return scope_words(found.body.scope) if found.body else ""

    @column(gettext_lazy("guards"))
    def guards(self, found: GuardPolicy) -> str:
        if found.body is None:
            return ""
        return chips(dict.fromkeys(str(guard_label(type(guard).__struct_config__.tag)) for guard in found.body.guards))

    @column(gettext_lazy("mode"))
    def mode(self, found: GuardPolicy) -> str:
        if found.body is None:
            return ""
        return (
            tone(_("Enforced"), "ok", "gavel")
            if found.body.mode == "enforce"
            else tone(_("Observes"), "warn", "visibility")
        )

    @column(gettext_lazy("if a guard fails"))
    def on_error(self, found: GuardPolicy) -> str:
        words = {"block": _("blocks"), "flag": _("flags"), "allow": _("lets pass")}
        return words[found.body.on_error] if found.body else ""

    def related(self, request: HttpRequest, found: GuardPolicy) -> list[Related]:
        coverings, applications = Coverings(), in_force("application")
        exempt: dict[str, list[Exempted]] = {}
        for application, each in coverings.exempted_of(found.body, applications):
            exempt.setdefault(application.target.name, []).append(each)
        covered = [
            (a.target.name, a.address, without(exempt.get(a.target.name, ())) or a.body.team)
            for a in applications
            if coverings.covers(found.body, a.body)
        ]
        exemptions = [
            (f"{each.exemption} → {name}", named("exemption", each.exemption), exempt_words(each))
            for name, found_exempt in exempt.items()
            for each in found_exempt
        ]
        return [
            Related(_("Exemptions in force"), exemptions, _("Every guard is asked for every application it covers.")),
            Related(_("Applications it covers"), covered, _("It covers no application that there is now.")),
        ]


@admin.register(RoutingPolicy)
class RoutingPolicyAdmin(GovernedAdmin):
    """Routing policies."""

    lead = gettext_lazy(
        "Rules that pick the model for a call. The first rule that matches decides; the last must match every call."
    )
    empty_heading = gettext_lazy("No routing policies yet")
    empty_advice = gettext_lazy("Calls go only to the model that they name. A policy lets them ask for “auto”.")
    shows_in_list = ("speaks_for", "rules", "models")

    @column(gettext_lazy("speaks for"))
    def speaks_for(self, found: RoutingPolicy) -> str:
        if found.body is None:
            return ""
        return _("every call") if always(found.body.when) else condition(found.body.when)

    @column(gettext_lazy("rules"))
    def rules(self, found: RoutingPolicy) -> str:
        return chips(rule.name for rule in found.body.rules) if found.body else ""

    @column(gettext_lazy("models"))
    def models(self, found: RoutingPolicy) -> str:
        if found.body is None:
            return ""
        return ", ".join(
            dict.fromkeys(name for rule in found.body.rules for name in (*rule.candidates, *rule.fallbacks))
        )

    def related(self, request: HttpRequest, found: RoutingPolicy) -> list[Related]:
        using: dict[str, list[str]] = {}
        for rule in found.body.rules:
            for name in (*rule.candidates, *rule.fallbacks, *([rule.canary.model] if rule.canary else [])):
                using.setdefault(name, []).append(rule.name)
        rows = [(*link("catalog_model", name), ", ".join(dict.fromkeys(rules))) for name, rules in using.items()]
        return [Related(_("Models it uses"), rows, "")]


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(GovernedAdmin):
    """Approval rules."""

    lead = gettext_lazy(
        "How many people of which roles approve a change before it comes into force. No rule that matches means two approvals, never none."
    )
    empty_heading = gettext_lazy("No approval rules yet")
    empty_advice = gettext_lazy("Until there is one, every change takes two approvals.")
    shows_in_list = ("kinds", "risk", "quorum", "groups")

    @column(gettext_lazy("changes of"))
    def kinds(self, found: ApprovalRule) -> str:
        if found.body is None:
            return ""
        return _("anything") if "*" in found.body.kinds else chips(str(kind_word(kind)) for kind in found.body.kinds)

    @column(gettext_lazy("at risk"))
    def risk(self, found: ApprovalRule) -> str:
        return (
            chips(str(choice_label(type(found.body), "risk", risk)) for risk in found.body.risk) if found.body else ""
        )

    @column(gettext_lazy("approvals"), css="right num")
    def quorum(self, found: ApprovalRule) -> str:
        return str(found.body.quorum) if found.body else ""

    @column(gettext_lazy("by"))
    def groups(self, found: ApprovalRule) -> str:
        return _(", ").join(str(role_label(group)) for group in found.body.groups) if found.body else ""

    def related(self, request: HttpRequest, found: ApprovalRule) -> list[Related]:
        rows = []
        may_see = request.user.has_perm("auth.view_group")
        for group in Group.objects.filter(name__in=found.body.groups).annotate(people=Count("user")):
            address = reverse("admin:auth_group_change", args=[group.pk]) if may_see else None
            people = ngettext("%(n)d person", "%(n)d people", group.people) % {"n": group.people}
            rows.append((str(role_label(group.name)), address, people))
        return [Related(_("Who may approve"), rows, _("Nobody: this rule cannot be met."))]
