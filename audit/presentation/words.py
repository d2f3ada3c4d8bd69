"""What the admin calls things: a word, an icon and a tone for each, so that nothing is told by colour alone."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import Severity, State


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

CODES: dict[str, str | Promise] = {
    "invalid_api_key": _("Unknown or revoked key"),
    "invalid_end_user": _("End user's token not valid"),
    "end_user_unavailable": _("End user's issuer not reachable"),
    "invalid_request": _("Malformed request"),
    "prompt_injection": _("Prompt injection"),
    "pii_leak": _("Personal data"),
    "secret_leak": _("Secret"),
    "topic_blocked": _("Topic not allowed"),
    "output_invalid": _("Answer not as required"),
    "rule_blocked": _("Blocked by a rule"),
    "guard_timeout": _("Guard out of time"),
    "model_not_allowed": _("Model not allowed"),
    "application_suspended": _("Application suspended"),
    "model_not_found": _("Unknown model"),
    "request_too_large": _("Request too large"),
    "insufficient_quota": _("Over budget"),
    "rate_limit_exceeded": _("Rate limit"),
    "provider_error": _("Provider failed"),
    "provider_timeout": _("Provider too slow"),
    "audit_unavailable": _("Trail not writable"),
    "no_route": _("No model could serve it"),
    "client_disconnected": _("Caller hung up"),
    "outcome_unknown": _("Outcome unknown"),
    "internal_error": _("Internal error"),
}
"""Why a call was refused or did not end well."""

GUARDS: dict[str, str | Promise] = {
    "prompt_injection": _("Prompt injection"),
    "pii": _("Personal data"),
    "secrets": _("Secrets"),
    "budget": _("Budget"),
    "topics": _("Topics"),
    "leak": _("System prompt leak"),
    "json_schema": _("JSON schema"),
    "regex": _("Pattern"),
    "length": _("Length"),
    "rule": _("Rule"),
    "classifier": _("Classifier"),
}


def verdict_word(verdict: str | None) -> Word:
    """A call without a verdict was not inspected."""
    return VERDICTS.get(verdict or "", Word(_("Not inspected"), "remove", "calm"))


def code_label(code: str | None) -> str | Promise:
    """A code in words; one that is not known here, as it is."""
    return CODES.get(code or "", code or "")


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
