"""Which processor runs what, and what it cost."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Layout(NamedTuple):
    """The gateway alone on one processor; everything else (database, provider, load) on the others."""

    gateway: frozenset[int]
    others: frozenset[int]

    @classmethod
    def of_this_machine(cls) -> "Layout":
        """From the processors that this process may use; with only one, it is shared. Linux only."""
        first, *rest = sorted(os.sched_getaffinity(0))
        return cls(frozenset({first}), frozenset(rest or {first}))


def pin(processors: Iterable[int]) -> None:
    """Keep this process, and what it starts from now on, on these processors."""
    os.sched_setaffinity(0, processors)


class Usage(NamedTuple):
    """What processes have used: processor time since they started, and memory now."""

    cpu_ms: float
    resident_bytes: int


def family(pid: int) -> list[int]:
    """A process and everything that it started, directly or not, and that still runs."""
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            waiting += map(int, children.read_text().split())
    return found


def usage_of(pid: int) -> Usage:
    """Usage of one process, threads and ended children included (proc(5)). Raises `OSError` when it has ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(map(int, fields[11:15]))
    return Usage(ticks * 1_000 / _TICKS_PER_S, int(fields[21]) * _PAGE_BYTES)


def cpu_ms_of(pid: int) -> float:
    """Processor time of a process and all its descendants that are or were."""
    return sum(usage_of(each).cpu_ms for each in family(pid))
