"""A replay in several processes: guards compute, and a worker that computed for half a minute would keep its other tasks waiting.

What a process needs is handed to it. It opens no connection, and knows no Django.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context, parent_process

from govern.changes.simulation.calls import RecordedCall
from govern.changes.simulation.replay import Replayed, Replayer
from govern.changes.simulation.sides import Sides

WORTH_PROCESSES = 1_000
"""From how many calls on processes are started: each needs seconds to compile both sides."""
MOST_PROCESSES = 4
_AHEAD = 2
"""Parts for each process that are read before they are needed."""

Parts = Iterable[list[RecordedCall]]


def replay_parts(sides: Sides, parts: Parts, *, calls: int) -> Iterator[list[Replayed]]:
    """Replays parts of a sample, in order. `calls`: how many there are in all.

    Raises `concurrent.futures.process.BrokenProcessPool` when a process was ended from outside.
    """
    if calls < WORTH_PROCESSES:
        yield from map(Replayer(sides).replay, parts)
        return
    number = min(MOST_PROCESSES, os.cpu_count() or 1)
    pool = ProcessPoolExecutor(number, get_context("spawn"), initializer=_prepare, initargs=(sides,))
    try:
        yield from _in_order(pool.submit, iter(parts), number * _AHEAD)
    except (BrokenProcessPool, OSError) as error:  # OSError: ended while it was being started
        # CPython 3.11 waits for ever for a process that was started while the others were being ended.
        for process in list((pool._processes or {}).values()):
            process.kill()
        raise BrokenProcessPool from error
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(
    submit: Callable[..., Future[list[Replayed]]], parts: Iterator[list[RecordedCall]], ahead: int
) -> Iterator[list[Replayed]]:
    waiting = deque(submit(_replay, part) for part in islice(parts, ahead))
    while waiting:
        yield waiting.popleft().result()
        waiting.extend(submit(_replay, part) for part in islice(parts, 1))


_replayer: Replayer | None = None


def _prepare(sides: Sides) -> None:
    global _replayer
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _replayer = Replayer(sides)


def _replay(calls: list[RecordedCall]) -> list[Replayed]:
    assert _replayer is not None
    return _replayer.replay(calls)


def _end_with_parent() -> None:
    """A pool's process would wait for work for ever if its parent were killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
