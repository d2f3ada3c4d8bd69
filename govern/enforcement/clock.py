"""The processor time that guards may take. Not the time on the wall: a busy machine must not make an honest text look hostile.

Whatever a guard does is a series of small steps, each in an engine whose time is linear in a bounded piece of text; between them it
looks at the clock. So a text that is dear to inspect ends as its policy's `on_error` says, and other calls go on meanwhile.

Asking for the processor time of a thread costs as much as a guard takes for a short text, asking for the time on the wall a tenth. No
thread uses more of the one than passes of the other, so the first is asked only where the second leaves a doubt.
"""

from __future__ import annotations

import time

ALL_GUARDS_S = 3.0
"""For all of one inspection, however many texts and however long: some 8 MB of prose, or 1 MB of nothing but personal data."""
ALL_WAITING_S = 2.0
"""For all that the guards of one inspection wait for, such as the second tier: some forty texts. A request of a thousand doubtful ones
does not hold it for a minute."""
EVERY = 256
"""Steps between two looks at the clock."""
_EXACT_S = 50e-6
"""A reading is taken again after so much time on the wall: that far readings are behind at most."""


class OutOfTime(Exception):
    """The processor time of a guard, or of all guards of an inspection, is used up."""


class MustWait(Exception):
    """A guard has to wait for something, and is inspecting where nothing may wait: the inspection belongs in a thread."""


class Clock:
    """Of one inspection, from its making on: what lies between the guards counts as well. For the thread that made it.

    ``may_wait`` is false on the event loop; ``wait_left_s`` is how long guards may still wait for what does not use this thread.
    """

    __slots__ = ("_read_at", "_reading", "end", "may_wait", "wait_left_s")

    def __init__(self, limit_s: float = ALL_GUARDS_S, *, may_wait: bool = True) -> None:
        self.may_wait = may_wait
        self.wait_left_s = ALL_WAITING_S
        self._read_at = time.perf_counter()
        self._reading = time.thread_time()
        self.end = self._reading + limit_s
        """In seconds of `time.thread_time()`."""

    def now(self, wall_s: float) -> float:
        """The processor time of the thread, where `time.perf_counter()` is ``wall_s``; up to ``_EXACT_S`` less than it is."""
        if wall_s - self._read_at > _EXACT_S:
            self._read_at = wall_s
            self._reading = time.thread_time()
        return self._reading


def check(deadline: float | None) -> None:
    """Raises `OutOfTime` past a deadline."""
    if deadline is not None and time.thread_time() > deadline:
        raise OutOfTime
