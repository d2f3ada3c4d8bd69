"""Deadlines for tests."""

import time


def soon(seconds: float = 20.0) -> float:
    """A deadline that is far enough for any test that does not wait for it."""
    return time.monotonic() + seconds
