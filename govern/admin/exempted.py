"""Which guards are not asked for which applications now, for the pages of both."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.presentation.amounts import moment
from audit.presentation.words import guard_label
from govern.admin.in_force import Found, in_force
from govern.policy.bodies import ExemptionBody
from govern.policy.exemptions import Exempted, exempted_guards
from govern.policy.scope import covers


class Coverings:
    """Policies and exemptions as they hold for applications. A query for each kind that is asked about."""

    def __init__(self) -> None:
        now = timezone.now()
        found: Sequence[ExemptionBody] = [each.body for each in in_force("exemption")]
        self._exemptions = [body for body in found if body.expires_at > now]
        self._team_tags = {each.body.name: tuple(each.body.tags) for each in in_force("team")}

    def covers(self, policy: Any, application: Any) -> bool:
        """Whether a guard policy covers an application, its team's tags included."""
        return covers(policy.scope, application.name, application.team, self._tags(application))

    def exempted(self, policy: Any, application: Any) -> tuple[Exempted, ...]:
        """The guards of a policy that are not asked for an application."""
        if not self._exemptions or not self.covers(policy, application):
            return ()
        return exempted_guards(policy, self._exemptions, application.name, application.team, self._tags(application))

    def exempted_of(self, policy: Any, applications: Sequence[Found]) -> Iterator[tuple[Found, Exempted]]:
        """Each application that is exempt from a guard of a policy."""
        for application in applications:
            for each in self.exempted(policy, application.body):
                yield application, each

    def _tags(self, application: Any) -> tuple[str, ...]:
        return (*application.tags, *self._team_tags.get(application.team, ()))


def exempt_words(each: Exempted) -> str:
    """Which guard is not asked, and until when."""
    return _("%(guard)s is not asked until %(when)s") % {"guard": guard_label(each.guard), "when": moment(each.until)}


def without(exempt: Sequence[Exempted]) -> str:
    """Which guards are missing from what covers an application; empty where none is."""
    if not exempt:
        return ""
    return _("without %(guards)s") % {
        "guards": _(", ").join(dict.fromkeys(str(guard_label(each.guard)) for each in exempt))
    }
