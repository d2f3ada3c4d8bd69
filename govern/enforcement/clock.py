"""The processor time that guards may take. Not the time on the wall: a busy machine must not make an honest text look hostile.

Whatever a guard does is a series of small steps, each in an engine whose time is linear in a bounded piece of text; between them it
looks at the clock. So a text that is dear to inspect ends as its policy's `on_error` says, and other calls go on meanwhile.
"""

from __future__ import annotations

import time

ALL_GUARDS_S = 3.0
"""For all of one inspection, however many texts and however long: some 8 MB of prose, or 1 MB of nothing but personal data."""
EVERY = 256
"""Steps between two looks at the clock."""


class OutOfTime(Exception):
    """The processor time of a guard, or of all guards of an inspection, is used up."""


class Clock:
    """Of one inspection, from its making on: what lies between the guards counts as well. For the thread that made it."""

    __slots__ = ("end",)

    def __init__(self, limit_s: float = ALL_GUARDS_S) -> None:
        self.end = time.thread_time() + limit_s
        """In seconds of `time.thread_time()`."""

    def deadline(self, limit_s: float) -> float:
        """When something must stop that may take so long. Raises `OutOfTime` if nothing is left."""
        now = time.thread_time()
        if now > self.end:
            raise OutOfTime
        return min(now + limit_s, self.end)


def check(deadline: float | None) -> None:
    """Raises `OutOfTime` past a deadline."""
    if deadline is not None and time.thread_time() > deadline:
        raise OutOfTime
