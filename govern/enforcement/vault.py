"""Numbered placeholders that stand for values of one call's input, and the way back."""

from __future__ import annotations

import re
from bisect import bisect_right

_PLACEHOLDER = re.compile(r"<[A-Z][A-Z0-9_]*_[0-9]+>")
_LONGEST_PLACEHOLDER = 64


class Vault:
    """Values taken out of one call's input. Lives in memory only, for the duration of the call; never printed, never stored.

    The same value always gets the same placeholder, so that the model can still tell two people apart.
    """

    __slots__ = ("_counts", "_names", "_placeholders", "_values")

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._placeholders: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._names: list[str] = []

    def __repr__(self) -> str:
        return f"<Vault of {len(self._values)} values>"

    def __bool__(self) -> bool:
        return bool(self._values)

    def put(self, kind: str, value: str) -> str:
        """The placeholder for ``value`` of the kind ``EMAIL``: ``<EMAIL_1>``."""
        known = self._placeholders.get((kind, value))
        if known is None:
            number = self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._placeholders[kind, value] = f"<{kind}_{number}>"
            self._values[known] = value
        return known

    def restore(self, text: str) -> str:
        """``text`` with every placeholder of this vault turned back into its value."""
        if not self._values or "<" not in text:
            return text
        return _PLACEHOLDER.sub(lambda found: self._values.get(found[0], found[0]), text)

    def open_from(self, text: str) -> int:
        """Where a placeholder that ``text`` holds only the beginning of starts; ``len(text)`` when there is none."""
        at = text.rfind("<", max(0, len(text) - _LONGEST_PLACEHOLDER)) if self._values else -1
        if at < 0:
            return len(text)
        if len(self._names) < len(self._values):
            self._names = sorted(self._values)
        tail = text[at:]
        next_name = bisect_right(self._names, tail)  # those that go on with more follow it in their order
        goes_on = next_name < len(self._names) and self._names[next_name].startswith(tail)
        return at if goes_on else len(text)
