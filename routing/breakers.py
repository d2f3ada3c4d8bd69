"""Circuit breakers: a deployment that fails again and again is left alone for a while, then tried with one call.

Closed, open, half-open (Nygard, Release It!). Opened by failures in a row, since a deployment that is down fails every call, and by their
share of the last calls. What the caller did wrong, and what is about a credential, is no failure of the deployment.
"""

import time
from collections import deque
from collections.abc import Callable

FAILURES_IN_A_ROW = 5
WINDOW = 20
"""Calls whose failures are counted."""
FAILED_SHARE = 0.5
OPEN_S = 5.0
MAX_OPEN_S = 60.0
"""An opening that follows a failed probe lasts twice as long as the one before, at most this."""
PROBE_S = 30.0
"""After which a probe that told nothing, such as one whose caller left, is as good as none."""


class _Breaker:
    __slots__ = ("in_a_row", "last", "lasts_s", "open_until_s", "probing_until_s")

    def __init__(self) -> None:
        self.last: deque[bool] = deque(maxlen=WINDOW)
        """Whether the last calls failed."""
        self.in_a_row = 0
        self.lasts_s = OPEN_S
        self.open_until_s: float | None = None
        self.probing_until_s = 0.0


class Breakers:
    """The breakers of a process. `clock` gives seconds that only grow; `opened` is told each opening and how long it lasts."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        opened: Callable[[str, float], None] = lambda _name, _seconds: None,
    ) -> None:
        self._clock = clock
        self._opened = opened
        self._breakers: dict[str, _Breaker] = {}

    def why_closed_off(self, deployment: str) -> str | None:
        """Why nothing is to be sent to it now."""
        breaker = self._breakers.get(deployment)
        if breaker is None or breaker.open_until_s is None:
            return None
        now_s = self._clock()
        if now_s < breaker.open_until_s:
            return f"it failed repeatedly and is tried again in {breaker.open_until_s - now_s:.0f} s"
        return "it failed repeatedly and is being tried" if now_s < breaker.probing_until_s else None

    def wait_ms(self, deployment: str) -> int:
        """In how many milliseconds it is tried again; 0 where it may be asked."""
        breaker = self._breakers.get(deployment)
        if breaker is None or breaker.open_until_s is None:
            return 0
        now_s = self._clock()
        until_s = breaker.open_until_s if now_s < breaker.open_until_s else breaker.probing_until_s
        return max(0, round((until_s - now_s) * 1_000))

    def began(self, deployment: str) -> None:
        """A call is sent to it. After an opening the first is the probe, and no other is sent until it has ended."""
        breaker = self._breakers.get(deployment)
        if breaker is not None and breaker.open_until_s is not None:
            breaker.probing_until_s = self._clock() + PROBE_S

    def succeeded(self, deployment: str) -> None:
        """It answered: closed, whatever was before."""
        breaker = self._breakers.get(deployment)
        if breaker is None:
            return
        if breaker.open_until_s is not None:
            del self._breakers[deployment]
            return
        breaker.in_a_row = 0
        breaker.last.append(False)

    def failed(self, deployment: str) -> None:
        """It did not answer as it should have."""
        breaker = self._breakers.setdefault(deployment, _Breaker())
        if breaker.open_until_s is not None:
            if self._clock() >= breaker.open_until_s:  # the probe; what was sent before the opening tells nothing new
                breaker.lasts_s = min(2 * breaker.lasts_s, MAX_OPEN_S)
                self._open(deployment, breaker, breaker.lasts_s)
            return
        breaker.in_a_row += 1
        breaker.last.append(True)
        full = len(breaker.last) == WINDOW
        if breaker.in_a_row >= FAILURES_IN_A_ROW or (full and sum(breaker.last) >= FAILED_SHARE * WINDOW):
            self._open(deployment, breaker, breaker.lasts_s)

    def told_nothing(self, deployment: str) -> None:
        """A call ended without saying anything about it, so the next may be the probe."""
        breaker = self._breakers.get(deployment)
        if breaker is not None:
            breaker.probing_until_s = 0.0

    def open_elsewhere(self, deployment: str, seconds: float) -> None:
        """Another process has opened its breaker for so long. What is open here already stays as it is."""
        breaker = self._breakers.setdefault(deployment, _Breaker())
        if breaker.open_until_s is None and 0 < seconds <= MAX_OPEN_S:
            breaker.open_until_s = self._clock() + seconds

    def _open(self, deployment: str, breaker: _Breaker, seconds: float) -> None:
        breaker.open_until_s = self._clock() + seconds
        breaker.probing_until_s = 0.0
        self._opened(deployment, seconds)
