"""The guard ``leak``: a system prompt that comes back in an answer."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from govern.enforcement.clock import EVERY, check
from govern.enforcement.guards.base import Building, Inspected, Observation
from govern.enforcement.guards.body import GuardBody, Positive
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.prepared import PreparedText


class Leak(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="leak"):
    """The system prompt coming back: its canary token, or at least ``min_overlap`` of its 8-word sequences in the answer."""

    on: tuple[Literal["output"], ...] = ("output",)
    action: Literal["flag", "block"] = "block"
    canary: bool = False
    min_overlap: Positive = 1


WORDS_IN_SEQUENCE = 8
_WORDS_HELD = 3  # so many words in the order of the prompt are held back, in case more follow
_WORD = re.compile(r"[^\W_]+")
_CANARY = re.compile(r"\bcanary-[0-9a-f]{16}\b")


class Word(NamedTuple):
    text: str
    start: int
    end: int


def canary_of(random: bytes) -> str:
    """A token to place in a system prompt, of eight bytes; seeing it in an answer proves a leak."""
    return f"canary-{random.hex()}"


def canaries_in(text: str) -> list[str]:
    """The tokens that a text holds."""
    return _CANARY.findall(text)


def words_of(text: str) -> list[Word]:
    """Words without regard to case; marks between them do not count."""
    return [Word(found[0].casefold(), found.start(), found.end()) for found in _WORD.finditer(text)]


class LeakGuard:
    """Made for one answer by ``for_prompt``: it counts what comes back over all pieces of a stream."""

    guard = "leak"
    code = "secret_leak"
    version = "1"
    windowed = True

    def __init__(self, body: Leak, system_prompt: str | None = None) -> None:
        self.action: str = body.action
        self.hides_canary = body.canary
        self._body = body
        self._sequences: set[tuple[str, ...]] = set()
        self._canaries: list[str] = canaries_in(system_prompt) if system_prompt else []
        self._seen: set[tuple[str, ...]] = set()
        known = [word.text for word in words_of(system_prompt or "")]
        for size in range(_WORDS_HELD, WORDS_IN_SEQUENCE + 1):
            self._sequences.update(tuple(known[at : at + size]) for at in range(len(known) - size + 1))

    def for_prompt(self, system_prompt: str | None) -> LeakGuard:
        return LeakGuard(self._body, system_prompt)

    def applies_to(self, role: str) -> bool:
        return bool(self._sequences or self._canaries)

    def inspect(self, text: PreparedText) -> Inspected:
        words = words_of(text.text)
        observations = self._canaries_in(text.text)
        overlap = self._overlap_in(words, text.deadline)
        if overlap is not None:
            observations.append(overlap)
        if text.complete or observations:
            return Inspected(observations, len(text.text))
        return Inspected([], min(self._open_words(words, text.text), self._open_canary(text.text)))

    def _canaries_in(self, text: str) -> list[Observation]:
        places = [(text.find(canary), len(canary)) for canary in self._canaries]
        return [Observation("canary", at, at + size, 1.0, "critical", self.action) for at, size in places if at >= 0]

    def _overlap_in(self, words: list[Word], deadline: float | None) -> Observation | None:
        found: tuple[int, int] | None = None
        for at in range(len(words) - WORDS_IN_SEQUENCE + 1):
            if not at % EVERY:
                check(deadline)
            sequence = tuple(word.text for word in words[at : at + WORDS_IN_SEQUENCE])
            if sequence in self._sequences:
                self._seen.add(sequence)
                found = (words[at].start if found is None else found[0], words[at + WORDS_IN_SEQUENCE - 1].end)
        if found is None or len(self._seen) < self._body.min_overlap:
            return None
        return Observation("system_prompt_overlap", *found, 0.9, "high", self.action)

    def _open_words(self, words: list[Word], text: str) -> int:
        """Where the words start that the prompt has in this order and that the text ends with; the last may be unfinished."""
        finished = words[:-1] if words and words[-1].end == len(text) else words
        for size in range(WORDS_IN_SEQUENCE - 1, _WORDS_HELD - 1, -1):
            last = finished[-size:]
            if len(last) == size and tuple(word.text for word in last) in self._sequences:
                return last[0].start
        return len(text)

    def _open_canary(self, text: str) -> int:
        for canary in self._canaries:
            for size in range(min(len(canary) - 1, len(text)), 0, -1):
                if text.endswith(canary[:size]):
                    return len(text) - size
        return len(text)


def leak_guard(body: Leak, building: Building) -> LeakGuard:
    return LeakGuard(body)


GUARD = Guard(
    body=Leak,
    build=leak_guard,
    code="secret_leak",
    label=gettext_noop("System prompt leak"),
    about=gettext_noop("The system prompt coming back in an answer."),
    icon="plumbing",
    judges_whole=False,
    place=5,
)
