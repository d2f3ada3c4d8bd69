"""Which rows somebody wants to take out, read from a form or an address: what is asked, or what of it cannot be meant."""

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.call_search import read_period
from audit.exports.asked import CALLS, CASES, Asked
from audit.models import Severity
from audit.presentation.words import VERDICTS
from audit.selectors.reach import Applications

Text = str | Promise
LONGEST = 200
KINDS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "": (gettext_lazy("All events"), ()),
    "calls": (gettext_lazy("Calls"), CALLS),
    "violations": (gettext_lazy("Violations"), CASES),
}
"""Data set → what it is called, and the types in it."""
WORDS = ("application", "team", "key", "actor", "model", "code", "verdict", "severity", "person")
FIELDS = ("kind", "since", "until", *WORDS, "call_id")


class FormRead(NamedTuple):
    """asked: None if something cannot be meant; problem: what, in words."""

    chosen: dict[str, str]
    asked: Asked | None
    problem: Text | None

    @property
    def filtered(self) -> bool:
        return any(self.chosen.values())


def read_form(given: Mapping[str, str], *, within: Applications) -> FormRead:
    """What a person wants who may see the applications `within` (None: all)."""
    chosen = {name: str(given.get(name, "")).strip() for name in FIELDS}
    try:
        period = dict(read_period(chosen))
    except ValueError as wrong:
        return FormRead(chosen, None, getattr(wrong, "text", str(wrong)))
    for name, known in (("kind", KINDS), ("verdict", VERDICTS), ("severity", Severity.values)):
        if chosen[name] and chosen[name] not in known:
            problem = _("There is no such choice: %(said)s. Choose one of the list.") % {"said": chosen[name][:80]}
            return FormRead(chosen, None, problem)
    if any(len(value) > LONGEST or "\x00" in value for value in chosen.values()):
        return FormRead(chosen, None, _("Write at most %(n)d characters, and no control characters.") % {"n": LONGEST})
    call_id = None
    if chosen["call_id"]:
        try:
            call_id = uuid.UUID(chosen["call_id"].removeprefix("req_"))
        except ValueError:
            return FormRead(chosen, None, _("A request id has 32 digits, as x-request-id of an answer has them."))
    found: dict[str, Any] = {name: chosen[name].encode("utf-8", "replace").decode() for name in WORDS if chosen[name]}
    found |= period
    asked = Asked(
        **found,
        types=KINDS[chosen["kind"]][1],
        call_id=call_id,
        within=None if within is None else tuple(sorted(within)),
    )
    return FormRead(chosen, asked, None)
