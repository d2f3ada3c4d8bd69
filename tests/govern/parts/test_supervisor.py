"""A part that keeps dying is started ever more seldom, and what is stopped is stopped in the right order."""

import signal
from collections.abc import Callable, Iterator

import pytest

from govern.parts import supervisor as module
from govern.parts.problem import Problem
from govern.parts.supervisor import Stopped, Supervisor


class Dying:
    """A part that is dead whenever one looks."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.starts = 0
        self.hurried: list[bool] = []

    def start(self) -> None:
        self.starts += 1

    def ready(self) -> bool:
        return True

    def alive(self) -> bool:
        return False

    def failure(self) -> str:
        return "exit code 3"

    def stop(self, *, hurried: Callable[[], bool]) -> str:
        self.hurried.append(hurried())
        return "stopped"


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield Supervisor()
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_restarts_become_seldom(supervisor: Supervisor, clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    part = Dying("Worker")
    moments = []
    for _ in range(300):
        before = part.starts
        supervisor._restart(part)
        if part.starts > before:
            moments.append(clock[0] - 1000)
        clock[0] += 0.5
    assert moments[:7] == [0, 1, 3, 7, 15, 31, 61]
    assert "Worker           died (exit code 3); starting it again" in capsys.readouterr().out


def test_a_part_that_ran_for_long_is_started_at_once(supervisor: Supervisor, clock: list[float]) -> None:
    part = Dying("Worker")
    supervisor._restart(part)
    clock[0] += 61
    supervisor._restart(part)
    assert part.starts == 2
    clock[0] += 1
    supervisor._restart(part)
    assert part.starts == 3


def test_a_failed_restart_is_said(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    part = Dying("PostgreSQL")

    def fail() -> None:
        raise Problem("The disk is full.")

    monkeypatch.setattr(part, "start", fail)
    supervisor._restart(part)
    assert "PostgreSQL       The disk is full." in capsys.readouterr().out


def test_the_last_started_is_stopped_first(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    for title in ("PostgreSQL", "Worker", "Web"):
        supervisor.start(Dying(title))
    supervisor.stop()
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["Web", "Worker", "PostgreSQL"]
    assert supervisor.running == []


def test_nothing_is_started_once_asked_to_stop(supervisor: Supervisor) -> None:
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(Stopped):
        supervisor.start(Dying("Web"))


def test_a_signal_passed_on_twice_is_one_request(supervisor: Supervisor, clock: list[float]) -> None:
    part = Dying("Web")
    supervisor.start(part)
    signal.raise_signal(signal.SIGTERM)
    clock[0] += 0.1
    signal.raise_signal(signal.SIGTERM)
    supervisor.stop()
    assert part.hurried == [False]


def test_a_second_signal_hurries(supervisor: Supervisor, clock: list[float]) -> None:
    part = Dying("Web")
    supervisor.start(part)
    signal.raise_signal(signal.SIGINT)
    clock[0] += 5
    signal.raise_signal(signal.SIGINT)
    supervisor.stop()
    assert part.hurried == [True]
