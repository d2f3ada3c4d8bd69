"""Watching over the parts: start them in order, replace one that dies, stop them in the right order."""

import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Protocol

from govern.parts.problem import Problem

CHECK_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 60.0
"""A part that ran for this long is not in a crash loop: its next restart is immediate again."""

SAME_REQUEST_SECONDS = 1.0
"""A terminal signals a whole process group and `make` passes its own on: what comes this soon is the same request."""


class Part(Protocol):
    """A part that can be watched."""

    title: str

    def start(self) -> None: ...
    def ready(self) -> bool: ...
    def alive(self) -> bool: ...
    def failure(self) -> str: ...
    def stop(self, *, hurried: Callable[[], bool]) -> str: ...


class Stopped(Exception):
    """Someone asked to stop while the parts were starting."""


def say(line: str) -> None:
    """One line for the person at the terminal, who may have closed it."""
    with suppress(OSError, ValueError):
        print(line, flush=True)


class Supervisor:
    """Runs parts until SIGTERM, Ctrl-C or the end of the terminal."""

    def __init__(self) -> None:
        self.running: list[Part] = []
        self._asked = threading.Event()
        self._first_signal = 0.0
        self._hurry = False
        self._attempts: dict[Part, tuple[int, float]] = {}
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._receive)

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        if not self.asked_to_stop:
            self._first_signal = time.monotonic()
            self._asked.set()
        elif time.monotonic() - self._first_signal > SAME_REQUEST_SECONDS:
            self._hurry = True

    @property
    def asked_to_stop(self) -> bool:
        return self._asked.is_set()

    def start(self, part: Part) -> None:
        """Start `part`; from now on it is watched and stopped. Raises `Problem` if it cannot be started."""
        if self.asked_to_stop:
            raise Stopped
        self.running.append(part)
        part.start()

    def await_ready(self, part: Part, *, seconds: float, since: float) -> None:
        """Wait until `part` is ready, and say so. Raises `Problem` if it ends or takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while not part.ready():
            if self.asked_to_stop:
                raise Stopped
            if time.monotonic() > deadline:
                raise Problem(f"{part.title} was not ready after {seconds:.0f} seconds: {part.failure()}.")
            time.sleep(0.05)
        say(f"  {part.title:<16} ready     {time.monotonic() - since:5.1f} s")

    def watch(self, announced: Callable[[], bool]) -> None:
        """Replace parts that die, until someone asks to stop. `announced` is called until it returns True."""
        done = announced()
        while not self._asked.wait(CHECK_SECONDS):
            done = done or announced()
            for part in self.running:
                if not part.alive():
                    self._restart(part)

    def _restart(self, part: Part) -> None:
        attempts, last = self._attempts.get(part, (0, 0.0))
        now = time.monotonic()
        if now - last > HEALTHY_SECONDS:
            attempts = 0
        pause = min(2.0 ** (attempts - 1), LONGEST_PAUSE_SECONDS) if attempts else 0.0
        if now - last < pause:
            return
        self._attempts[part] = (attempts + 1, now)
        reason = part.failure()
        say(f"  {part.title:<16} died{f' ({reason})' if reason else ''}; starting it again")
        try:
            part.start()
        except Problem as problem:
            say(f"  {part.title:<16} {problem}")

    def stop(self) -> None:
        """Stop what runs, the last started first. Another signal hurries."""
        while self.running:
            part = self.running.pop()
            since = time.monotonic()
            outcome = part.stop(hurried=lambda: self._hurry)
            say(f"  {part.title:<16} {outcome} {time.monotonic() - since:5.1f} s")
