"""What stops Govern from running, said in one sentence to the person who started it."""

import errno
from pathlib import Path


class Problem(Exception):
    """A condition of the machine, not a fault of the code: shown as one sentence without a traceback, exit code 1."""


def storage_problem(error: OSError, path: Path) -> Problem:
    """The sentence for an `OSError` met while writing below `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full_disk(path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Problem(f"{path} cannot be written: give this user write access to it, or set GOVERN_HOME elsewhere.")
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return Problem(f"{path} is not a folder: set GOVERN_HOME to a folder, or move the file that is in its place.")
    return Problem(f"{path} cannot be used ({error.strerror}): set GOVERN_HOME to another folder.")


def full_disk(path: Path) -> Problem:
    """The sentence for a disk without space for `path`."""
    return Problem(
        f"The disk that holds {path} is full: free some space, or set GOVERN_HOME to a folder on another disk."
    )
