"""Repeating calls that are safe to repeat."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from routing.errors import ProviderError

T = TypeVar("T")

FIRST_WAIT_MS = 200
REPEATABLE_STATUS = frozenset((429, 503, 529))
"""The provider refused before doing anything."""


def is_repeatable(error: ProviderError) -> bool:
    """Whether the provider surely ran nothing: it was not reached, or turned the call away for lack of capacity."""
    return error.retryable and (not error.sent or error.status in REPEATABLE_STATUS)


async def with_retries(attempt: Callable[[], Awaitable[T]], *, attempts: int, max_wait_ms: int, deadline: float) -> T:
    """The result of `attempt`, tried up to `attempts` times with full jitter in between.

    The provider's `retry-after` is a lower bound of the wait. A wait beyond `max_wait_ms` or the deadline is not
    begun: the error is raised, so that another provider can be tried.
    """
    for tried in range(1, attempts + 1):
        try:
            return await attempt()
        except ProviderError as error:
            if tried == attempts or not is_repeatable(error):
                raise
            wait_ms = random.uniform(0, FIRST_WAIT_MS * 2 ** (tried - 1))
            if error.retry_after_ms is not None:
                wait_ms += error.retry_after_ms
            if wait_ms > max_wait_ms or time.monotonic() + wait_ms / 1000 >= deadline:
                raise
        await asyncio.sleep(wait_ms / 1000)
    raise AssertionError("unreachable: the last attempt returns or raises")
