"""One thread of the process that encodes, off the event loop: what is asked waits in one queue and is answered in its order.

Windows are run one by one, not as one batch. Eight windows of int8 in one batch take half as long again as one after the other, and
since the scale of a batch is that of its largest value, a score would depend on what other callers ask at the same time.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Done = TypeVar("Done")

MOST_WAITING = 32
"""More than these are not taken: they could not be answered within any time limit that makes sense."""
_HANGS_AFTER_S = 10.0
"""What has not ended by then will not: nobody waits behind it any more."""


class Busy(TimeoutError):
    """There is no use in waiting: too many do, or what runs does not end."""


class Worker:
    """``ask`` from any thread but the event loop's. The thread is started when it is first needed, and ends with the process."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[tuple[Callable[[], Any], Future[Any]]] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._since_s = 0.0
        """When that which runs began, on the clock of `time.perf_counter()`; 0 where nothing runs."""

    def ask(self, work: Callable[[], Done], *, time_limit_s: float) -> Done:
        """What ``work`` returns or raises. Raises `TimeoutError` past the time limit, `Busy` at once where waiting is of no use."""
        since_s = self._since_s
        if since_s and time.perf_counter() - since_s > _HANGS_AFTER_S:
            raise Busy("the second tier does not answer; restart the process")
        answer: Future[Done] = Future()
        try:
            self._waiting.put_nowait((work, answer))
        except queue.Full:
            raise Busy("too many texts wait for the second tier") from None
        self._start()
        try:
            return answer.result(time_limit_s)
        except TimeoutError:
            answer.cancel()
            raise TimeoutError(f"the second tier needed more than {time_limit_s * 1000:.0f} ms") from None

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="second-tier", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            work, answer = self._waiting.get()
            if not answer.set_running_or_notify_cancel():
                continue
            self._since_s = time.perf_counter()
            try:
                answer.set_result(work())
            except BaseException as fault:  # whoever asked is told, and the next is answered
                answer.set_exception(fault)
            finally:
                self._since_s = 0.0
