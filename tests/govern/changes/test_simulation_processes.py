"""A long sample is replayed in several processes, with the same result as in one."""

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import psutil
import pytest

from govern.changes.simulation import processes, running
from govern.changes.simulation.asking import simulate_again
from govern.changes.simulation.calls import RecordedCall
from govern.changes.simulation.running import run_simulation
from govern.enforcement.guards.topics import Topics
from govern.models import Simulation
from tests.cast import person
from tests.factories.installation import install_sample
from tests.govern.changes.changing import submitted
from tests.govern.changes.replaying import call, simulated

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def _many_calls(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    install_sample()
    for name in ("amy", "ben", "cara"):
        person(name)
    for number in range(30):
        call(f"Tell me about part {number}.", "It is a part.", task="coding")
    monkeypatch.setattr(running, "AT_ONCE", 4)


def change_of_terms() -> Any:
    guards = (Topics(on=("input",), topic="parts", terms=("part 7", "part 23"), action="block"),)
    return submitted("guard_policy", "support-tone", mode="enforce", guards=guards)


def test_several_processes_say_what_one_says(monkeypatch: pytest.MonkeyPatch) -> None:
    change = change_of_terms()
    alone = simulated(change)
    monkeypatch.setattr(processes, "WORTH_PROCESSES", 10)
    simulate_again(change=change, by=person("ben"))
    together = simulated(change)
    times = {"since": alone.since, "until": alone.until, "duration_ms": 0}
    assert msgspec.structs.replace(together, **times) == msgspec.structs.replace(alone, **times)
    assert together.effects["newly_blocked"].calls == 2


def test_a_process_that_is_killed_leaves_the_simulation_to_be_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    change = change_of_terms()
    waiting = Simulation.objects.get(change=change)
    monkeypatch.setattr(processes, "WORTH_PROCESSES", 10)
    parts = running._parts

    def then_killed(sample: Any) -> Iterator[list[RecordedCall]]:
        first, *rest = parts(sample)
        yield first
        while not (begun := children()):
            time.sleep(0.01)
        for child in begun:
            os.kill(child, signal.SIGKILL)
        yield from (first, *rest)  # whatever became of the first, there is more to do

    monkeypatch.setattr(running, "_parts", then_killed)
    run_simulation(waiting.pk)
    assert Simulation.objects.get(pk=waiting.pk).state == "running"


def children() -> list[int]:
    """The processes that this one started for the pool."""
    return [child.pid for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
