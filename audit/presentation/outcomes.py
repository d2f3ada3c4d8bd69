"""How a call ended, in words: answered, refused by whom, or failed where."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from audit.models import AuditEvent
from audit.presentation.words import Word
from audit.selectors.outcomes import ANSWERED, UNFINISHED, Ended, ended, who_ended
from audit.trail.codes import FAILED, REFUSED

_KINDS: dict[str, Word] = {
    ANSWERED: Word(pgettext_lazy("outcome of a call", "Answered"), "check_circle", "ok"),
    REFUSED: Word(pgettext_lazy("outcome of a call", "Refused"), "block", "bad"),
    FAILED: Word(pgettext_lazy("outcome of a call", "Failed"), "error", "warn"),
    UNFINISHED: Word(pgettext_lazy("outcome of a call", "Under way"), "hourglass_top", "info"),
}
_ENDS: dict[tuple[str, str], Word] = {
    (REFUSED, "guard"): Word(pgettext_lazy("outcome of a call", "Refused by a guard"), "gpp_bad", "bad"),
    (REFUSED, "policy"): Word(pgettext_lazy("outcome of a call", "Refused by policy"), "policy", "bad"),
    (REFUSED, "stop"): Word(pgettext_lazy("outcome of a call", "Refused: traffic is stopped"), "front_hand", "bad"),
    (REFUSED, "key"): Word(pgettext_lazy("outcome of a call", "Refused: key not valid"), "key_off", "bad"),
    (REFUSED, "budget"): Word(pgettext_lazy("outcome of a call", "Refused by a budget"), "savings", "bad"),
    (REFUSED, "limit"): Word(pgettext_lazy("outcome of a call", "Refused by a rate limit"), "speed", "bad"),
    (REFUSED, "model"): Word(pgettext_lazy("outcome of a call", "Refused: no model"), "neurology", "bad"),
    (REFUSED, "door"): Word(pgettext_lazy("outcome of a call", "Refused at the door"), "do_not_disturb_on", "bad"),
    (FAILED, "provider"): Word(pgettext_lazy("outcome of a call", "Failed at the provider"), "cloud_off", "warn"),
    (FAILED, "caller"): Word(pgettext_lazy("outcome of a call", "Cancelled by the caller"), "call_end", "calm"),
    (FAILED, "govern"): Word(pgettext_lazy("outcome of a call", "Failed in Govern"), "error", "bad"),
    (FAILED, "unknown"): Word(pgettext_lazy("outcome of a call", "Failed, end unknown"), "help", "warn"),
}


def outcome_word(end: Ended) -> Word:
    """How a call ended."""
    return _ENDS.get((end.kind, end.by)) or _KINDS[end.kind]


def ended_of(event: AuditEvent) -> Ended:
    """How the call of an event of the trail ended, as far as that event tells."""
    return ended(type=event.type, code=event.code, body=event.body)


def outcome_choices() -> Iterator[tuple[str, str | Promise, bool]]:
    """What a filter by outcome offers: its value (`refused` or `refused:budget`), in words, and whether it is part of the one before."""
    for kind in (ANSWERED, REFUSED, FAILED):
        yield kind, _KINDS[kind].label, False
        possible = who_ended(kind)
        for (of, by), word in _ENDS.items():
            if of == kind and by in possible:
                yield f"{kind}:{by}", word.label, True
