"""Locks between processes. The kernel releases them with their holder, so a killed process leaves none behind."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from govern.parts.problem import storage_problem


class Lock:
    """A `flock` on `path`, held from `shared` or `exclusive` until `release`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise storage_problem(error, path.parent) from error

    def shared(self) -> "Lock":
        """Wait until nobody holds it exclusively."""
        fcntl.flock(self.descriptor, fcntl.LOCK_SH)
        return self

    def exclusive(self) -> "Lock":
        """Wait until nobody else holds it."""
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        return self

    def try_exclusive(self) -> bool:
        """Take it exclusively if nobody else holds it. A shared hold is lost when that fails."""
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        os.close(self.descriptor)


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    """Run the block while no other process runs it for `path`."""
    lock = Lock(path).exclusive()
    try:
        yield
    finally:
        lock.release()
