"""The machine's own pace: what a fixed piece of Python work takes, so that runs on different machines can be compared as ratios."""

import time

STEPS = 6_000


def pace_ms(times: int = 5) -> float:
    """Processor time of `STEPS` steps of arithmetic and look-ups in this thread, in milliseconds: the best of so many times."""
    return min(_loop_s() for _ in range(times)) * 1_000


def _loop_s() -> float:
    started = time.thread_time()
    mixed, table = 0, {}
    for step in range(STEPS):
        mixed = (mixed * 31 + step) & 0xFFFF
        table[mixed & 255] = (step, mixed)
    return time.thread_time() - started
