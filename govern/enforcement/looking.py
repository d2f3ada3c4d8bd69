"""The guards over one text, and what they saw in it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govern.enforcement.bound import BoundGuard, Run, run_guard
from govern.enforcement.clock import Clock
from govern.enforcement.prepared import PreparedText

_LONGEST_ROLE = 32
"""Roles are few and short; what else comes is not kept."""


class Guards:
    """Guards in their order, and which of them look at texts of a role. A tuple of guards is always the same one."""

    def __init__(self, guards: Iterable[BoundGuard]) -> None:
        self.all = tuple(guards)
        self._of: dict[tuple[str, bool], tuple[BoundGuard, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self.all)

    def of(self, role: str, *, windowed: bool = False) -> tuple[BoundGuard, ...]:
        """Those that look at texts of a role; only the ``windowed`` among them if told so."""
        found = self._of.get((role, windowed))
        if found is None:
            applying = (bound for bound in self.all if bound.guard.applies_to(role))
            found = tuple(bound for bound in applying if bound.guard.windowed or not windowed)
            if len(role) <= _LONGEST_ROLE and len(self._of) < 256:
                self._of[role, windowed] = found
        return found


class Looked(msgspec.Struct, frozen=True):
    """What ``guards`` saw in a text. ``runs`` are theirs, but none where all of them ended well, saw nothing and asked nobody, as nearly
    always.

    ``score`` is the highest of those that look for injection.
    """

    guards: tuple[BoundGuard, ...]
    size_bytes: int
    microseconds: tuple[int, ...]
    score: float
    runs: tuple[Run, ...]

    @property
    def failed(self) -> bool:
        """Whether one of them did not get to its end."""
        return any(run.failure for run in self.runs)


def look(guards: tuple[BoundGuard, ...], text: PreparedText, size_bytes: int, clock: Clock) -> Looked:
    """Has the guards look at a text, one after the other."""
    quiet = True
    score = 0.0
    runs: list[Run] = []
    for bound in guards:
        run = run_guard(bound, text, clock)
        runs.append(run)
        if run.observations or run.failure or run.asked:
            quiet = False
        if run.score > score and bound.guard.guard == "prompt_injection":
            score = run.score
    return Looked(guards, size_bytes, tuple([run.microseconds for run in runs]), score, () if quiet else tuple(runs))


def size_of(text: str) -> int:
    """Of a text, in bytes."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
