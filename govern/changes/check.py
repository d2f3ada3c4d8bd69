"""One check of a change. It is kept as a code and its values, and said in the language of whoever reads it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from govern.changes.languages import in_own_language

SENTENCES: Mapping[str, str | Promise] = {
    "reported": "%(text)s",  # said in full where it was found
    "content.empty": _("The change is empty. Propose at least one version."),
    "content.reason": _("Say why: the reason is what approvers and auditors read first."),
    "content.same": _("Nothing differs from what is in force. Take it out of the change."),
    "content.name": _("A name cannot change. Create another object instead."),
    "content.holds": _("Every proposed version fits its schema."),
    "base.moved": _("What is in force has moved since this was written. Rebase the change."),
    "base.holds": _("Nothing has moved since this was written."),
    "references.holds": _("Every name exists, every condition compiles, and every rule can match."),
    "address.holds": _("Every address that Govern would call may be called."),
    "budget.spent": _("%(spent)s is spent in this period already. Set the limit to that or more."),
    "budget.holds": _("No budget is set below what is spent already."),
    "price.missing": _(
        "It has no price, so calls of it that a budget covers are refused (%(budgets)s). Give it a price, or keep it out of those budgets."
    ),
    "people.unknown": _("There is no such person. Add them first, then give them roles."),
    "people.code": _("That is not their sign-in code today. Ask them to read it again, or leave it empty."),
    "people.expired": _("The exemption has expired before it begins. Choose a later day."),
    "people.gone": _("Nobody of the name %(person)s may sign in here. Name somebody who can."),
    "people.one": _(
        "Owner and overseer count as one person, since one of them can act in the other's name. Name somebody independent."
    ),
    "people.review": _("The day of the next review has passed. Choose a later one."),
    "contract.ended": _(
        "The contract that is written down has ended. Propose what is agreed now, or say so to who approves."
    ),
    "containment.now": _("It would stop %(applications)s at once: what was seen of late is enough for that."),
    "payloads.rights": _("%(person)s may not reveal what was said. Name a compliance officer or an auditor."),
    "payloads.time": _("It must end after now, and within %(days)d days. Choose another day."),
    "window.passed": _("The day by which it must be applied has passed. Choose a later one."),
    "window.late": _("It would take effect after it must have been applied. Choose other days."),
    "approvers.few": _(
        "%(quorum)d approvals from %(groups)s are needed, and only %(number)d could give one. Give the role to more people."
    ),
    "approvers.holds": _("There are enough people who may approve."),
    "simulation.missing": _("It was never replayed over recent calls."),
    "simulation.failed": _("The simulation failed, so nobody knows what the change would have done to recent calls."),
    "simulation.unfinished": _("The simulation has not finished. Wait for it before you decide."),
    "simulation.altered": _("The stored result of the simulation is not what was written. Run it again."),
    "simulation.stale": _("The simulation is of earlier content. It says nothing about this."),
    "simulation.outdated": _("Something else has come into force since the simulation. Run it again."),
    "simulation.holds": _("It was replayed over recent calls."),
}
"""What a check says, by its code. A code that rows hold is never given another meaning."""


class Check(NamedTuple):
    """said: of `SENTENCES`. place: `kind/name` and the field within. values: what the sentence names.

    blocks: whether a failure stands in the way; otherwise it warns.
    """

    said: str
    passed: bool
    place: str = ""
    values: Mapping[str, Any] = {}
    blocks: bool = True

    @property
    def code(self) -> str:
        """What was looked at: the first word of what is said, or the place's own where it was said in full."""
        return str(self.values["code"]) if self.said == "reported" else self.said.partition(".")[0]

    @property
    def message(self) -> str:
        """What is wrong and what to do, or what holds, in the active language."""
        return str(SENTENCES[self.said]) % {name: in_own_language(value) for name, value in self.values.items()}

    def told(self) -> dict[str, Any]:
        """For programs, with the message in the active language."""
        return {
            "code": self.code,
            "passed": self.passed,
            "message": self.message,
            "place": self.place,
            "blocks": self.blocks,
        }

    def kept(self) -> dict[str, Any]:
        """For a row, without any language."""
        return {**self._asdict(), "values": dict(self.values)}


def reported(code: str, place: str, text: str) -> Check:
    """A failure that was said in full where it was found."""
    return Check("reported", False, place, {"code": code, "text": text})


def read_checks(rows: list[dict[str, Any]]) -> list[Check]:
    """Checks as `kept` wrote them. Rows of before there were codes hold a sentence, which is shown as it is."""
    return [
        Check(**row)
        if "said" in row
        else Check(
            "reported", row["passed"], row["place"], {"code": row["code"], "text": row["message"]}, row["blocks"]
        )
        for row in rows
    ]
