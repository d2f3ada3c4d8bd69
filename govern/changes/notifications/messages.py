"""What notifications say."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

SENTENCES = {
    "change.awaiting": gettext_noop("{change} waits for your approval: {title}"),
    "change.expiring": gettext_noop("{change} expires within a day, and your approval is missing: {title}"),
    "change.approved": gettext_noop("{change} is approved: {title}"),
    "change.rejected": gettext_noop("{change} was rejected: {title}"),
    "change.sent_back": gettext_noop("{change} needs changes: {title}"),
    "change.expired": gettext_noop("{change} expired: {title}"),
    "change.applied": gettext_noop("{change} is in force: {title}"),
    "change.glass_broken": gettext_noop("Break-glass: {change} is in force and nobody has approved it yet: {title}"),
    "budget.spent": gettext_noop("Budget {budget}: {used} of {limit_usd} USD is spent or reserved"),
    "traffic.contained": gettext_noop("The containment rule {rule} stopped {application} until {until}"),
    "digest": gettext_noop("Govern: what waits for you"),
}
"""Event → subject."""


def subject(event: str, facts: Mapping[str, Any]) -> str:
    """One line, in the active language."""
    return _(SENTENCES[event]).format_map(facts)


def text(event: str, facts: Mapping[str, Any]) -> str:
    """The body of an e-mail: what it is about, who asked for it, and the link."""
    if event == "digest":
        lines = [f"· {line}" for line in facts["lines"]]
        return "\n".join((_("These changes wait for you:"), "", *lines, "", facts["link"]))
    if event == "budget.spent":
        return _text_of_budget(facts)
    if event == "traffic.contained":
        said = _("See which violations it was, and propose to let it flow again sooner, or let the time pass.")
        return "\n".join((subject(event, facts), "", said, "", facts["link"]))
    lines = [subject(event, facts), "", _("Requested by: {who}").format(who=facts["requested_by"])]
    if facts.get("risk"):
        lines.append(_("Risk: {risk}").format(risk=facts["risk"]))
    if facts.get("incident"):
        lines.append(_("Incident: {incident}").format(incident=facts["incident"]))
    return "\n".join((*lines, "", facts["link"]))


def _text_of_budget(facts: Mapping[str, Any]) -> str:
    since = _("Its period began on {day}. People are told at {level}.")
    then = (
        _("Calls whose highest possible cost does not fit any more are refused.")
        if facts["refuses"]
        else _("Nothing is refused: this budget only tells.")
    )
    said = since.format(day=facts["period_start"], level=facts["level"])
    return "\n".join((subject("budget.spent", facts), "", said, then, "", facts["link"]))
