"""The processor time that guards may take. Not the time on the wall: a busy machine must not make an honest text look hostile.

Whatever a guard does is a series of small steps, each in an engine whose time is linear in a bounded piece of text; between them it
looks at the clock. So a text that is dear to inspect ends as its policy's `on_error` says, and other calls go on meanwhile.
"""

from __future__ import annotations

import time

ALL_GUARDS_S = 3.0
"""For all guards of one inspection, however long the text: some 8 MB of prose, or 1 MB of nothing but personal data."""
EVERY = 256
"""Steps between two looks at the clock."""


class OutOfTime(Exception):
    """The processor time of a guard, or of all guards of an inspection, is used up."""


class Clock:
    """What is left for one inspection. Used by one thread at a time."""

    __slots__ = ("_left_s",)

    def __init__(self, left_s: float = ALL_GUARDS_S) -> None:
        self._left_s = left_s

    def deadline(self, limit_s: float) -> float:
        """When this thread must stop, in seconds of `time.thread_time()`. Raises `OutOfTime` if nothing is left."""
        if self._left_s <= 0.0:
            raise OutOfTime
        return time.thread_time() + min(limit_s, self._left_s)

    def took(self, seconds: float) -> None:
        """Counts what a guard used."""
        self._left_s -= seconds


def check(deadline: float | None) -> None:
    """Raises `OutOfTime` past a deadline."""
    if deadline is not None and time.thread_time() > deadline:
        raise OutOfTime
