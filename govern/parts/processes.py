"""Starting and stopping the processes of parts."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from govern.parts.home import PROJECT
from govern.parts.problem import storage_problem

SERVER_LOG_BYTES = 10_000_000
"""Servers start with every command; their logs are begun anew only when they have grown to this."""

CHILD = Path(__file__).with_name("child.py")


def start_process(
    program: Sequence[str],
    *,
    log: Path,
    on_parent_death: signal.Signals = signal.SIGTERM,
    user_id: int = -1,
    environment: Mapping[str, str] | None = None,
    keep_open: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `program` in a session of its own, out of reach of the terminal's Ctrl-C, writing to `log`.

    It receives `on_parent_death` when this process dies, and runs as `user_id` if that is not -1. `keep_open` are file
    descriptors that it inherits. Call from the main thread: the kernel watches the thread that starts a process, not
    the process.
    """
    try:
        with open(log, "ab") as output:
            return subprocess.Popen(
                [sys.executable, "-I", str(CHILD), str(os.getpid()), str(int(on_parent_death)), str(user_id), *program],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
                env=None if environment is None else dict(environment),
                pass_fds=tuple(keep_open),
                start_new_session=True,
            )
    except OSError as error:
        raise storage_problem(error, log.parent) from error


def stop_process(
    process: subprocess.Popen[bytes],
    *signals: tuple[signal.Signals, float],
    hurried: Callable[[], bool] = lambda: False,
) -> None:
    """Send each of `signals` until the process has ended, waiting its seconds after each; then kill the session.

    No wait goes on once `hurried` returns True.
    """
    for number, seconds in signals:
        with suppress(ProcessLookupError):
            process.send_signal(number)
        deadline = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < deadline and not hurried():
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        if process.poll() is not None:
            break
    end_session(process.pid)
    process.wait()


def end_session(leader: int) -> None:
    """Kill what is left of the process group that `leader` leads, the leader included."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def rotate_log(log: Path, *, larger_than_bytes: int = 0) -> None:
    """Begin `log` anew if it is `larger_than_bytes`, keeping the last one as `NAME.log.1`."""
    with suppress(FileNotFoundError):
        if log.stat().st_size <= larger_than_bytes:
            return
        log.replace(log.with_name(f"{log.name}.1"))


def last_line(log: Path) -> str:
    """The last line written to `log`, without what a log puts in front; empty if there is none."""
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip() if lines else ""
