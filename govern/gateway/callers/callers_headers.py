"""Headers of a caller that go further than the door: Anthropic's to a provider of its kind, and which session of a client called.

Both are open lists, so that a client's new release needs no release here; both are bounded, and what is sent on is inspected first.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from govern.gateway.callers.callers_words import LONGEST
from govern.gateway.masking import for_record
from govern.gateway.refusals import Refusal
from routing.calls import Surface

OwnHeaders = tuple[tuple[str, str], ...]
"""(name, value) of each header for a provider."""

MOST_HEADERS = 16
LONGEST_VALUE = 4_000
"""Characters: some forty betas of a hundred characters each."""
_PREFIX = b"anthropic-"
_NAME = re.compile(r"anthropic-[a-z0-9-]{1,100}\Z")
_VALUE = re.compile(r"[A-Za-z0-9._:/=;,+ -]*\Z")
_PLACE = "http.headers."
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_SESSIONS = {
    "session": (b"x-claude-code-session-id", b"session-id", b"session_id", b"x-session-id"),
    "agent": (b"x-claude-code-agent-id",),
    "parent_agent": (b"x-claude-code-parent-agent-id",),
    "request": (b"x-client-request-id", b"x-request-id"),
}
"""What Claude Code, Codex and others call the conversation, the agent that called, the agent that started it, and the request."""

_NAMES_OF_SESSIONS = frozenset(name for names in _SESSIONS.values() for name in names)


def headers_for_anthropic(headers: Mapping[bytes, bytes]) -> OwnHeaders:
    """The `anthropic-*` headers as they came. Raises a refusal for what no provider of that kind would take."""
    asked = []
    for name, value in headers.items():
        if not name.startswith(_PREFIX):
            continue
        word, said = name.decode("latin-1"), value.decode("latin-1").strip()
        if _NAME.match(word) is None or len(said) > LONGEST_VALUE or _VALUE.match(said) is None:
            raise Refusal(
                "invalid_request",
                f"`{word[:LONGEST]}` must be at most {LONGEST_VALUE} letters, digits and plain punctuation.",
                param=word,
            )
        if said:
            asked.append((word, said))
    if len(asked) > MOST_HEADERS:
        raise Refusal("invalid_request", f"Send at most {MOST_HEADERS} headers that begin with `anthropic-`.")
    return tuple(asked)


def surfaces_of(asked: OwnHeaders) -> list[Surface]:
    """The texts that guards must see before the headers leave: names are the caller's words, too."""
    return [Surface("user", f"{_PLACE}{name}", f"{name}: {value}") for name, value in asked]


def header_among(places: Sequence[str]) -> str | None:
    """The first place that is a header's: no other text can stand there."""
    return next((place for place in places if place.startswith(_PLACE)), None)


def sessions_of(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """Which session and agent of a client called, as it says itself: for the record, never for a decision."""
    said: dict[str, str] = {}
    if _NAMES_OF_SESSIONS.isdisjoint(headers):
        return said
    for what, names in _SESSIONS.items():
        value = next((headers[name] for name in names if headers.get(name)), None)
        if value is not None:
            said[what] = _for_record(value)
    return said


@lru_cache(1_024)
def _for_record(value: bytes) -> str:
    """A client sends the same one with every call."""
    word = value.decode("latin-1")
    return word if _UUID.match(word) else for_record(word)


def spellings_on_record(word: str) -> tuple[str, ...]:
    """How the record of a call has a session, an agent or a request that a client named so."""
    return (_for_record(word.encode("latin-1", "replace")),)
