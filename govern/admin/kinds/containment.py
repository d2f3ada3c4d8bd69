"""Containment rules in words."""

from django.utils.translation import gettext_lazy as _

from audit.presentation.words import SEVERITIES
from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.containment import containment
from govern.policy.containment_body import ContainmentBody

show(
    Face(
        kind="containment",
        tell=containment,
        menu=Menu("policy", 55, _("Containment rules")),
        words={
            "ContainmentBody.severity": Words(_("Severity"), _("Violations that are less grave are not counted.")),
            "violations": Words(_("Violations"), _("So many calls of one application with a violation stop it.")),
            "minutes": Words(_("Within minutes"), _("At most 1440, which is a day.")),
            "stop_minutes": Words(
                _("Stopped for minutes"), _("Then its calls flow again by themselves. At least 5, at most 10080.")
            ),
            "ContainmentBody.reason": Words(
                _("Reason"),
                _("Why, and whom to ask, for whoever finds the application stopped; at least ten characters."),
            ),
        },
        choices={f"ContainmentBody.severity.{value}": word.label for value, word in SEVERITIES.items()},
        long=((ContainmentBody, "reason"),),
    )
)
