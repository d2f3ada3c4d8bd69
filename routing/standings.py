"""How deployments stand now, as one process sees it: how fast they answered lately, and how many calls are with them.

Peak-EWMA (Finagle): a latency above the average replaces it at once, one below it pulls it down slowly. What was not measured for a
while is forgotten, so that whoever was slow is tried again.
"""

import time
from collections.abc import Callable
from math import exp

DECAY_S = 10.0
"""Within which a peak loses two thirds of its weight against what is measured after it."""
FORGOTTEN_S = 60.0


class _Figures:
    __slots__ = ("at_s", "latency_ms", "under_way")

    def __init__(self) -> None:
        self.latency_ms: float | None = None
        self.at_s = 0.0
        self.under_way = 0


class Standings:
    """The figures of a process. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._figures: dict[str, _Figures] = {}

    def began(self, deployment: str) -> None:
        """A call was sent to it."""
        self._of(deployment).under_way += 1

    def ended(self, deployment: str, latency_ms: float | None) -> None:
        """A call that was sent has ended. `latency_ms`: until its answer began, or came whole; None where none came."""
        figures = self._of(deployment)
        figures.under_way = max(0, figures.under_way - 1)
        if latency_ms is None:
            return
        now_s = self._clock()
        before = self._latency(figures, now_s)
        if before is None or latency_ms >= before:
            figures.latency_ms = latency_ms
        else:
            kept = exp(-(now_s - figures.at_s) / DECAY_S)
            figures.latency_ms = before * kept + latency_ms * (1 - kept)
        figures.at_s = now_s

    def latency_ms(self, deployment: str) -> float | None:
        """Its peak-EWMA; None where nothing was measured for `FORGOTTEN_S`."""
        figures = self._figures.get(deployment)
        return None if figures is None else self._latency(figures, self._clock())

    def load_ms(self, deployment: str) -> float | None:
        """About how long one more call would take with those that are under way. None as above."""
        figures = self._figures.get(deployment)
        latency_ms = None if figures is None else self._latency(figures, self._clock())
        return None if figures is None or latency_ms is None else round(latency_ms * (figures.under_way + 1), 1)

    def _of(self, deployment: str) -> _Figures:
        figures = self._figures.get(deployment)
        if figures is None:
            figures = self._figures[deployment] = _Figures()
        return figures

    @staticmethod
    def _latency(figures: _Figures, now_s: float) -> float | None:
        return None if now_s - figures.at_s > FORGOTTEN_S else figures.latency_ms
