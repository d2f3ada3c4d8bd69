"""What a crash leaves: servers whose keeper was killed, and files that name a process which is gone by now."""

import signal
from contextlib import suppress
from pathlib import Path

import psutil

STOP_SECONDS = 30


def running_postmaster(data: Path) -> int | None:
    """The process id of the PostgreSQL server of the cluster `data`, or None if its pid file is absent or stale."""
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
        return process.pid if str(data) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, psutil.Error):
        return None


def clear_stale_postmaster(data: Path) -> None:
    """Make `data` safe to start a server on: end every process that still works on it, then remove its pid file.

    PostgreSQL refuses to start when the pid in that file has been given to another process since. The file may go only
    when no process of the old server is left: it is also what protects the data from two servers.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    leftovers = _processes_of(data)
    for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        for process in leftovers:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        _, leftovers = psutil.wait_procs(leftovers, timeout=seconds)
    if not leftovers:
        pid_file.unlink(missing_ok=True)


def _processes_of(data: Path) -> list[psutil.Process]:
    """The PostgreSQL processes that work in `data`; it is the working folder of each."""
    found = []
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error):
            if process.info["name"] == "postgres" and process.cwd() == str(data):
                found.append(process)
    return found
