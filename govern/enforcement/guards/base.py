"""What a guard is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from govern.enforcement.prepared import PreparedText
from govern.enforcement.redaction import Replacement


class Observation(NamedTuple):
    """Something that a guard saw at ``start:end`` of a text, with the action its policy wants. ``replacement`` stands in when redacting.

    ``instead_of_block`` says that its policy would block and lets the call go on without the text, since it stands in a tool result; with a
    ``notice`` all of the text goes, not only the span, and the notice stands in its place.
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
    instead_of_block: bool = False
    notice: str = ""

    def in_text(self, text: str) -> Replacement:
        """What redaction does with it in the whole text that it was seen in."""
        return Replacement(0, len(text), self.notice, rank=_FIRST) if self.notice else self.replaced()

    def replaced(self, offset: int = 0) -> Replacement:
        """What redaction does with it, in a text that starts ``offset`` characters later."""
        vault_kind = self.type.upper() if self.vault else ""
        return Replacement(
            self.start - offset, self.end - offset, self.replacement, vault_kind, (-self.score, self.type)
        )


NOTICE = (
    "[Govern removed this tool result: it held text that tries to give orders to the model. "
    "The call went on without it, and a compliance officer is told.]"
)
"""What the model reads in the place of a tool result."""
_FIRST = (-2.0, "")
"""Before every replacement of a value, whose scores are 1 at most."""


class Inspected(msgspec.Struct, frozen=True):
    """Observations in one text, and how much of it they are final for (the length of a complete text).

    ``asked`` says that a second tier was asked about it. With a ``failure`` (``error`` or ``timeout``, and its ``reason``) the
    observations are what the guard saw without what failed; the policy's ``on_error`` is done besides.
    """

    observations: list[Observation]
    open_from: int
    score: float = 0.0
    asked: bool = False
    failure: str = ""
    reason: str = ""


Condition = Callable[[Mapping[str, Any]], bool]


class Building(NamedTuple):
    """What a guard may need while it is built. ``place`` is the path of its body, for messages."""

    place: str
    compile_condition: Callable[[str], Condition]
    cache_directory: Path | None
    hash_key: bytes
    replaces: bool = False
    """Whether its policy replaces tool results instead of blocking the call."""


def action_on(text: PreparedText, action: str, *, replaces: bool) -> str:
    """What a guard whose action is ``action`` does about this text: where policy ``replaces`` tool results, it does not block for one.

    Ids and names within one cannot be replaced: for them a guard blocks as elsewhere.
    """
    return "redact" if replaces and action == "block" and text.role == "tool" and not text.field else action


class TextGuard(Protocol):
    """Looks at one text at a time. ``windowed`` guards can inspect a stream piece by piece; the others wait for all of an answer."""

    guard: str
    code: str
    version: str
    action: str
    windowed: bool

    def applies_to(self, role: str) -> bool: ...

    def inspect(self, text: PreparedText) -> Inspected: ...


class CallGuard(Protocol):
    """Looks at the facts of a call."""

    guard: str
    code: str
    version: str

    def judge(self, facts: Mapping[str, Any]) -> Observation | None: ...
