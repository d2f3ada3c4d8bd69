"""Containment rules, and what they stopped."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.amounts import moment
from audit.presentation.words import SEVERITIES
from govern.admin.columns import column
from govern.admin.governed import GovernedAdmin, Related
from govern.admin.in_force import in_force, link
from govern.admin.sentences.containment import minutes_words
from govern.admin.sentences.guards import scope_words
from govern.changes.containment import covered_applications
from govern.models import Containment


@admin.register(Containment)
class ContainmentAdmin(GovernedAdmin):
    """Containment rules."""

    lead = gettext_lazy(
        "An application that violates policy too often is stopped within seconds, without a person, for a time that is said. "
        "It is seen among what is stopped, and on the desk of whoever works violations."
    )
    empty_heading = gettext_lazy("No containment rules")
    empty_advice = gettext_lazy("Applications are stopped by people alone.")
    shows_in_list = ("severity", "violations", "in_minutes", "stopped_for", "scope")

    @column(gettext_lazy("severity"))
    def severity(self, found: Containment) -> str:
        return str(SEVERITIES[found.body.severity].label) if found.body else ""

    @column(gettext_lazy("violations"))
    def violations(self, found: Containment) -> str:
        return str(found.body.violations) if found.body else ""

    @column(gettext_lazy("within"))
    def in_minutes(self, found: Containment) -> str:
        return minutes_words(found.body.minutes) if found.body else ""

    @column(gettext_lazy("stopped for"))
    def stopped_for(self, found: Containment) -> str:
        return minutes_words(found.body.stop_minutes) if found.body else ""

    @column(gettext_lazy("covers"))
    def scope(self, found: Containment) -> str:
        return scope_words(found.body.scope) if found.body else ""

    def related(self, request: HttpRequest, found: Containment) -> list[Related]:
        bodies = {kind: {each.target.name: each.body for each in in_force(kind)} for kind in ("application", "team")}
        watched = [
            (*link("application", name), bodies["application"][name].team)
            for name in sorted(covered_applications(found.body, bodies))
        ]
        stopped = [
            (stop.target.name, stop.address, _("until %(when)s") % {"when": moment(stop.body.until)})
            for stop in in_force("stop")
            if stop.body.rule == found.name and stop.body.until
        ]
        return [
            Related(_("Stopped by it now"), stopped, _("It stops nothing at the moment.")),
            Related(_("Applications it watches"), watched, _("It covers no application that there is now.")),
        ]
