"""Stopped traffic in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.exceptions import stop
from govern.policy.bodies import StopBody

show(
    Face(
        kind="stop",
        tell=stop,
        menu=Menu("changes", 20, _("Stopped traffic")),
        words={
            "reason": Words(_("Reason")),
            "target": Words(_("What is stopped")),
            "of": Words(_("Which"), _("Name of the application, model or provider; empty for everything.")),
            "StopBody.until": Words(
                _("Ends"), _("In UTC. Then it flows again by itself. Empty: not before others have approved it.")
            ),
            "StopBody.rule": Words(
                _("Containment rule"), _("The rule that stopped it by itself. Empty: a person stopped it.")
            ),
            "StopBody.name": Words(_("Name"), _("Empty: made of what is stopped.")),
        },
        choices={
            "target.everything": _("Everything"),
            "target.application": _("An application"),
            "target.model": _("A model"),
            "target.provider": _("A provider"),
        },
        known={
            (StopBody, "of"): "target",
        },
        long=((StopBody, "reason"),),
    )
)
