"""Exemptions: guards that are not asked for some applications until a day."""

from datetime import timedelta

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.amounts import distance, moment
from govern.admin.cells import linked_name, tone
from govern.admin.columns import column
from govern.admin.governed import GovernedAdmin, Related
from govern.admin.in_force import in_force, link
from govern.admin.sentences.guards import scope_words
from govern.models import Exemption
from govern.policy.scope import covers

SOON = timedelta(days=7)


@admin.register(Exemption)
class ExemptionAdmin(GovernedAdmin):
    """Exemptions."""

    lead = gettext_lazy(
        "A guard that is not asked for some applications, with a reason, until a day. After that day it looks again by itself."
    )
    empty_heading = gettext_lazy("No exemptions")
    empty_advice = gettext_lazy("Every guard is asked for every application that its policy covers.")
    shows_in_list = ("guard", "policy", "scope", "status", "expires")

    @column(gettext_lazy("guard"))
    def guard(self, found: Exemption) -> str:
        return found.body.guard if found.body else ""

    @column(gettext_lazy("guard policy"))
    def policy(self, found: Exemption) -> str:
        return linked_name("guard_policy", found.body.guard_policy) if found.body else ""

    @column(gettext_lazy("covers"))
    def scope(self, found: Exemption) -> str:
        return scope_words(found.body.scope) if found.body else ""

    @column(gettext_lazy("status"))
    def status(self, found: Exemption) -> str:
        if found.body is None:
            return ""
        left = found.body.expires_at - timezone.now()
        if left <= timedelta():
            return tone(_("Has ended"), "calm", "event_busy")
        return (
            tone(_("Ends soon"), "warn", "schedule") if left < SOON else tone(_("Exempts"), "warn", "shield_question")
        )

    @column(gettext_lazy("ends"), css="nowrap")
    def expires(self, found: Exemption) -> str:
        return f"{moment(found.body.expires_at)} ({distance(found.body.expires_at)})" if found.body else ""

    def related(self, request: HttpRequest, found: Exemption) -> list[Related]:
        body = found.body
        applications = [
            (a.target.name, a.address, a.body.team)
            for a in in_force("application")
            if covers(body.scope, a.body.name, a.body.team, a.body.tags)
        ]
        policy = [(*link("guard_policy", body.guard_policy), body.guard)]
        return [
            Related(_("Applications it exempts"), applications, _("It exempts no application that there is now.")),
            Related(_("Policy and guard"), policy, ""),
        ]
