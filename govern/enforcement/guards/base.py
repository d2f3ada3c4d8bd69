"""What a guard is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from govern.enforcement.prepared import PreparedText
from govern.enforcement.redaction import Replacement


class Observation(NamedTuple):
    """Something that a guard saw at ``start:end`` of a text, with the action its policy wants. ``replacement`` stands in when redacting.

    ``lead`` is how many characters before ``start`` belong to what was recognised; a stream must not let them go alone.
    """

    type: str
    start: int
    end: int
    score: float
    severity: str
    action: str
    replacement: str = ""
    vault: bool = False
    message: str = ""
    retry: str = ""
    lead: int = 0

    def replaced(self, offset: int = 0) -> Replacement:
        """What redaction does with it, in a text that starts ``offset`` characters later."""
        vault_kind = self.type.upper() if self.vault else ""
        return Replacement(
            self.start - offset, self.end - offset, self.replacement, vault_kind, (-self.score, self.type)
        )


class Sighting(NamedTuple):
    """Observations in one text, and how much of it they are final for (the length of a complete text)."""

    observations: list[Observation]
    open_from: int
    score: float = 0.0


Condition = Callable[[Mapping[str, Any]], bool]


class Building(NamedTuple):
    """What a guard may need while it is built. ``place`` is the path of its body, for messages."""

    place: str
    compile_condition: Callable[[str], Condition]
    cache_directory: Path | None
    hash_key: bytes


class TextGuard(Protocol):
    """Looks at one text at a time. ``windowed`` guards can inspect a stream piece by piece; the others wait for all of an answer."""

    guard: str
    code: str
    version: str
    action: str
    windowed: bool

    def applies_to(self, role: str) -> bool: ...

    def inspect(self, text: PreparedText) -> Sighting: ...


class CallGuard(Protocol):
    """Looks at the facts of a call."""

    guard: str
    code: str
    version: str

    def judge(self, facts: Mapping[str, Any]) -> Observation | None: ...
