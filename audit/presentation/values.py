"""Values of records that come from a few known ones, in the reader's words; any other stands as it is."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext

_PLACES = {"development", "test", "staging", "production"}
_CLASSES = {"public", "internal", "confidential", "restricted"}
_MODALITIES: Mapping[str, str] = {"text": "Text", "image": "Images", "audio": "Audio", "document": "Documents"}
_STOPPED = re.compile(r"(application|model|provider):(.+)", re.DOTALL)
_TARGETS: Mapping[str, str] = {
    "application": "the application %(name)s",
    "model": "the model %(name)s",
    "provider": "the provider %(name)s",
}
_REASONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Genesis"), "Genesis"),
    (
        re.compile(r"(?P<change>CR-\d+) \(break-glass\): (?P<title>.+)", re.DOTALL),
        "%(change)s (break-glass): %(title)s",
    ),
    (re.compile(r"(?P<change>CR-\d+) \(break-glass\) reverted"), "%(change)s (break-glass) reverted"),
    (re.compile(r"Stopped: (?P<what>.+)", re.DOTALL), "Stopped: %(what)s"),
    (re.compile(r"Contained: (?P<what>.+)", re.DOTALL), "Contained: %(what)s"),
    (re.compile(r"Its time was over: (?P<what>.+)", re.DOTALL), "Its time was over: %(what)s"),
)
"""What the database writes as the reason of a revision."""


_RATINGS: Mapping[str, str] = {"right": "Right", "too_strict": "Too strict", "missed": "Missed something"}


def rating_label(value: Any) -> str:
    """What somebody said of a call that was drawn."""
    known = _RATINGS.get(value) if isinstance(value, str) else None
    return pgettext("rating", known) if known else _as_it_is(value)


def setting_label(value: Any) -> str:
    """An environment or a data class."""
    known = isinstance(value, str) and value in _PLACES | _CLASSES
    return gettext(str(value).capitalize()) if known else _as_it_is(value)


def modality_label(value: Any) -> str:
    """A kind of content."""
    known = _MODALITIES.get(value) if isinstance(value, str) else None
    return pgettext("modality", known) if known else _as_it_is(value)


def task_label(value: Any) -> str:
    """What a call is about, as it was described."""
    return _in_context("task", value)


def described_label(value: Any) -> str:
    """Who described a call."""
    return _in_context("described by", value)


def finish_label(value: Any) -> str:
    """Why an answer ended, as its provider says."""
    return _in_context("finish reason", value)


def rule_label(value: Any) -> str:
    """What a guard found: a kind of personal data in words, any other rule by its code."""
    if not isinstance(value, str):
        return _as_it_is(value)
    words = value.lower().replace("_", " ")
    said = pgettext("personal data", words)
    return value if said == words else said


def stopped_label(value: Any) -> str:
    """What was stopped, as events and revisions name it: `application:NAME`."""
    if value == "everything":
        return gettext("everything")
    found = _STOPPED.fullmatch(value) if isinstance(value, str) else None
    return gettext(_TARGETS[found[1]]) % {"name": found[2]} if found else _as_it_is(value)


def reason_label(value: Any) -> str:
    """Why a revision came into force."""
    for pattern, template in _REASONS if isinstance(value, str) else ():
        if found := pattern.fullmatch(value):
            named = found.groupdict()
            if "what" in named:
                named["what"] = stopped_label(named["what"])
            return gettext(template) % named if named else gettext(template)
    return _as_it_is(value)


def _in_context(context: str, value: Any) -> str:
    return pgettext(context, value.replace("_", " ")) if isinstance(value, str) and value else _as_it_is(value)


def _as_it_is(value: Any) -> str:
    return "" if value is None else str(value)
