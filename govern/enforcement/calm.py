"""The pieces of a stream in which nothing stands that could be a value, as nearly all: only what is new of them is looked at.

What a guard sees in a text is worked out with its context, text by text. That nothing matches is known from the new characters alone, and
whatever does match is left to the guards.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from govern.enforcement.bound import BoundGuard
from govern.enforcement.folding import Folded
from govern.enforcement.guards.values import ValueGuard
from govern.enforcement.looking import Looked
from govern.enforcement.values.detector import ValueDetector
from govern.enforcement.values.kind import CONTEXT
from govern.enforcement.window import Window, context_from

_MOST_NEW = 1_024
"""Characters that are looked at in this way: more of them are worth a look at their cues first."""
_MOST_BEHIND = 8 * CONTEXT
"""Characters of context from which on those are dropped that are not needed."""


class Calm(NamedTuple):
    """``held_from``: where a value may be in the making."""

    looked: Looked
    held_from: int
    context_from: int


class CalmText:
    """Of one channel under guards of which each looks for values alone."""

    def __init__(self, guards: tuple[BoundGuard, ...], detector: ValueDetector) -> None:
        self._guards = guards
        self._detector = detector
        self._limit_s = min(bound.policy.time_limit_ms for bound in guards) / 1_000
        self._untimed = (0,) * (len(guards) - 1)

    @classmethod
    def of(cls, guards: Sequence[BoundGuard]) -> CalmText | None:
        """None where another kind of guard looks, too."""
        detectors = {bound.guard.detector if isinstance(bound.guard, ValueGuard) else None for bound in guards}
        detector = detectors.pop() if len(detectors) == 1 else None
        return cls(tuple(guards), detector) if detector is not None else None

    def read(self, window: Window) -> Calm | None:
        """What the guards would say of the window; None where they have to be asked."""
        text, left = window.text, window.left
        cut = max(0, left - 1)  # one character more tells whether a word starts at the first new one
        if window.replaced or len(text) - cut > _MOST_NEW:
            return None
        started = time.perf_counter()
        new = Folded(text[cut:] if cut else text)
        since = new.view_offset(left - cut)
        if since < left - cut:
            return None  # that character is invisible
        try:
            open_from = self._detector.open_from(new, since)
        except Exception:
            return None  # the guards fail in the same way, and their policy says what becomes of it
        took_s = time.perf_counter() - started
        if open_from is None or took_s > self._limit_s:
            return None
        looked = Looked(self._guards, len(text) - left, (int(took_s * 1e6), *self._untimed), 0.0, ())
        held_from = cut + new.text_offset(open_from)
        behind = context_from(Folded(text), held_from) if held_from > _MOST_BEHIND else 0
        return Calm(looked, held_from, behind)
