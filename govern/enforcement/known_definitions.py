"""Definitions of tools, which an agent sends along with every call: known as one, where nothing was found in any of them.

They are read together with each other alone (see ``joined``), so what stands around them decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from govern.enforcement.looking import Looked
from govern.enforcement.output_reading import SurfaceLike
from govern.enforcement.verdict_cache import Key, VerdictCache

ROLE = "tool_definition"
_FEWEST = 4


class KnownDefinitions:
    """Those of one request. ``known`` is what was seen in them when they came before, all of it nothing."""

    __slots__ = ("_cache", "_key", "_looked", "_quiet", "_score", "known")

    def __init__(self, surfaces: Sequence[SurfaceLike], cache: VerdictCache[Looked]) -> None:
        self._cache = cache
        self._key = _key_of([surface for surface in surfaces if surface.role == ROLE], cache)
        self._quiet = self._key is not None
        self._looked: list[Looked] = []
        self._score = 0.0
        self.known = cache.get(self._key) if self._key is not None else None

    def add(self, looked: Looked) -> None:
        """What was seen in one of them."""
        self._looked.append(looked)
        self._quiet = self._quiet and not looked.runs

    def add_together(self, anything: bool, score: float) -> None:
        """Whether something was found in several of them together, and how much they look like an injection."""
        self._quiet = self._quiet and not anything
        self._score = max(self._score, score)

    def remember(self) -> None:
        """To be called once all was looked at."""
        if self._quiet and self._looked and self._key is not None:
            first = self._looked[0]
            size_bytes = sum(looked.size_bytes for looked in self._looked)
            score = max(self._score, *(looked.score for looked in self._looked))
            self._cache.put(self._key, Looked(first.guards, size_bytes, (), score, ()))


def _key_of(definitions: Sequence[SurfaceLike], cache: VerdictCache[Looked]) -> Key | None:
    """None where there are too few to be worth it, or where it could not be told which text ends where."""
    if len(definitions) < _FEWEST:
        return None
    content = "\0".join([part for each in definitions for part in (each.location, each.text)])
    return cache.digest("definitions", content) if content.count("\0") == 2 * len(definitions) - 1 else None
