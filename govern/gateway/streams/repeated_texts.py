"""Small texts that come with the pieces of a stream, most of them again and again: ids, fingerprints, what a call is named.

Each is inspected when it is new, alone and after what stood at its place before, since a text can be told in pieces anywhere.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from routing.calls import AnswerPart, Surface

Look = Callable[[Iterable[Surface]], Mapping[str, str]]
"""Inspects texts, and returns what has to stand in their places. Raises `StreamBlocked`."""
_KEPT_CHARACTERS = 4_096
_JOINED = "#joined"


class RepeatedTexts:
    """Of one stream."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._known: dict[tuple[str, str], str] = {}
        """(place, text) → what stands there instead, which is the same text where nothing has to be changed."""
        self._before: dict[str, str] = {}
        self._last: dict[tuple[str | int, ...], tuple[Any, Any]] = {}

    def passed(self, value: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
        """The value, or what has to stand in its place. Raises `StreamBlocked`."""
        last = self._last.get(path)
        if last is not None and last[0] == value:
            return value if last[1] is last[0] else last[1]
        part = AnswerPart(value, path)
        new = [surface for surface in part.surfaces if (surface.location, surface.text) not in self._known]
        if new:
            self._learn(new)
        texts = {
            surface.location: known
            for surface in part.surfaces
            if (known := self._known[surface.location, surface.text]) != surface.text
        }
        seen: dict[str, Any] = part.replaced(texts) if texts else value
        self._last[path] = (value, seen)
        return seen

    def _learn(self, new: list[Surface]) -> None:
        asked = list(new)
        for surface in new:
            before = self._before.get(surface.location, "")
            if before:
                asked.append(Surface(surface.role, surface.location + _JOINED, before + surface.text))
            self._before[surface.location] = (before + surface.text)[-_KEPT_CHARACTERS:]
        texts = self._look(asked)
        for surface in new:
            joined = texts.get(surface.location + _JOINED)
            alone = texts.get(surface.location, surface.text)
            self._known[surface.location, surface.text] = alone if joined is None else ""
