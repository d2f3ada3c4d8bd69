"""Limits of time on one exchange, with one timer."""

import asyncio


class TimeWatch:
    """Ends a wait that lasts longer than its phase may, or than the whole exchange may.

    The timer is moved on only when it fires, so that a stream of many short waits costs none.
    """

    __slots__ = ("_due_s", "_end_s", "_fired", "_handle", "_loop", "_phase_s", "_task")

    def __init__(self, *, phase_s: float, total_s: float):
        self._loop = asyncio.get_running_loop()
        self._phase_s = phase_s
        self._end_s = self._loop.time() + total_s
        self._task: asyncio.Task[object] | None = None
        self._due_s = 0.0
        self._fired = False
        self._handle = self._loop.call_later(min(phase_s, total_s), self._check)

    def next_phase(self, phase_s: float) -> None:
        """From now on a wait may last this long."""
        if phase_s < self._phase_s:  # else the timer fires too early at most, and is moved on then
            self._handle.cancel()
            self._handle = self._loop.call_at(min(self._loop.time() + phase_s, self._end_s), self._check)
        self._phase_s = phase_s

    def wait(self) -> None:
        """The current task begins to wait."""
        self._due_s = min(self._loop.time() + self._phase_s, self._end_s)
        self._task = asyncio.current_task()

    def done(self) -> None:
        """It waits no longer."""
        self._task = None

    def ended_it(self) -> bool:
        """Whether the cancellation that just arrived is this watch's alone."""
        return self._fired and self._task is not None and self._task.uncancel() == 0

    def close(self) -> None:
        """Watches no longer."""
        self._handle.cancel()

    def _check(self) -> None:
        now_s = self._loop.time()
        if self._task is None:
            due_s = now_s + self._phase_s
        elif self._due_s <= now_s:
            self._fired = True
            self._task.cancel()
            return
        else:
            due_s = self._due_s
        self._handle = self._loop.call_at(due_s, self._check)
