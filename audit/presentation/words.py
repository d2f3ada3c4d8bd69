"""What the admin calls things: a word, an icon and a tone for each, so that nothing is told by colour alone."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import Severity, State
from audit.trail.codes import CODES


class Word(NamedTuple):
    """label: for people. icon: a Material Symbol. tone: ok, info, mask, warn, bad or calm; templates colour by it."""

    label: str | Promise
    icon: str
    tone: str


VERDICTS: dict[str, Word] = {
    "allow": Word(_("Allowed"), "check", "ok"),
    "flag": Word(_("Flagged"), "flag", "warn"),
    "redact": Word(_("Redacted"), "ink_eraser", "mask"),
    "block": Word(_("Blocked"), "block", "bad"),
}
"""What a guard made of a call."""

RESULTS: dict[str, Word] = VERDICTS | {
    "retry": Word(_("Asked again"), "replay", "warn"),
    "error": Word(_("Failed"), "error", "bad"),
    "timeout": Word(_("Too slow"), "timer_off", "bad"),
}
"""How one guard ended."""

SEVERITIES: dict[str, Word] = {
    Severity.LOW: Word(Severity.LOW.label, "keyboard_arrow_down", "calm"),
    Severity.MEDIUM: Word(Severity.MEDIUM.label, "drag_handle", "info"),
    Severity.HIGH: Word(Severity.HIGH.label, "keyboard_arrow_up", "warn"),
    Severity.CRITICAL: Word(Severity.CRITICAL.label, "keyboard_double_arrow_up", "bad"),
}

STATES: dict[str, Word] = {
    State.NEW: Word(State.NEW.label, "fiber_new", "bad"),
    State.TRIAGED: Word(State.TRIAGED.label, "checklist", "info"),
    State.INVESTIGATING: Word(State.INVESTIGATING.label, "search", "info"),
    State.CONTAINED: Word(State.CONTAINED.label, "fence", "warn"),
    State.RESOLVED: Word(State.RESOLVED.label, "task_alt", "ok"),
    State.FALSE_POSITIVE: Word(State.FALSE_POSITIVE.label, "thumb_down", "calm"),
    State.ACCEPTED_RISK: Word(State.ACCEPTED_RISK.label, "handshake", "calm"),
}

MOVES: dict[str, Word] = {
    State.TRIAGED: Word(_("Triage"), "checklist", "info"),
    State.INVESTIGATING: Word(_("Investigate"), "search", "info"),
    State.CONTAINED: Word(_("Mark as contained"), "fence", "warn"),
    State.RESOLVED: Word(_("Resolve"), "task_alt", "ok"),
    State.FALSE_POSITIVE: Word(_("False positive"), "thumb_down", "calm"),
    State.ACCEPTED_RISK: Word(_("Accept the risk"), "handshake", "calm"),
}
"""What the button says that brings a case into a state."""

GUARDS: dict[str, str | Promise] = {}
"""What opens cases → what people call it. Whoever has guards registers them."""


def register_guard(guard: str, label: str | Promise) -> None:
    """Says what people call a guard, or what else opens cases."""
    GUARDS[guard] = label


def verdict_word(verdict: str | None) -> Word:
    """A call without a verdict was not inspected."""
    return VERDICTS.get(verdict or "", Word(_("Not inspected"), "remove", "calm"))


def code_label(code: str | None) -> str | Promise:
    """A code in words; one that is not known here, as it is."""
    found = CODES.get(code or "")
    return found.label if found else code or ""


def code_choices() -> list[tuple[str, str | Promise]]:
    """Every code and what it is called; those that nobody is told come last."""
    codes = sorted(CODES.items(), key=lambda found: found[1].ended[1] in ("caller", "unknown"))
    return [(code, found.label) for code, found in codes]


def done_label(action: str) -> str | Promise:
    """What a guard did, or should have done, with a text."""
    return _("Found") if action == "found" else RESULTS[action].label if action in RESULTS else action


def guard_label(guard: str) -> str | Promise:
    """A guard in words; one that a policy named itself, by that name."""
    return GUARDS.get(guard, guard)


UNREADABLE: dict[str, str | Promise] = {
    "image": _("images, which guards cannot read"),
    "audio": _("recordings, which guards cannot read"),
    "video": _("films, which guards cannot read"),
    "document": _("documents that are no text, which guards cannot read"),
    "sealed": _("signatures and encrypted reasoning, which only the provider can read"),
    "remote": _("files that only the provider fetches or keeps"),
    "unknown": _("files of an unknown kind, which guards cannot read"),
}
"""Kinds of contents that were not scanned."""


def unreadable(kind: str) -> str | Promise:
    """What contents of a kind are called."""
    return UNREADABLE.get(kind, UNREADABLE["unknown"])
