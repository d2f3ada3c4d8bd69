"""The process that runs one server until nobody uses it any more: `python -m govern.parts.keeper postgres|valkey`."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

from govern.parts.home import Home
from govern.parts.keeping import READY, Server, keeper_lock
from govern.parts.locks import Lock
from govern.parts.postgres import Postgres
from govern.parts.problem import Problem
from govern.parts.valkey import Valkey

LAST_KEEPER_SECONDS = 60

SERVERS: dict[str, type[Postgres] | type[Valkey]] = {Postgres.name: Postgres, Valkey.name: Valkey}


def keep(server: Server) -> int:
    """Run `server`, print READY, and stop it when its users are gone or on SIGTERM. Returns the exit code."""
    try:
        _await_last_keeper(server)
        process = server.start()
        try:
            server.await_ready(process)
        except BaseException:
            server.stop(process)
            raise
    except Problem as problem:
        print(problem, flush=True)
        return 1
    print(READY, flush=True)
    _detach_output()

    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    users = Lock(server.home.run / f"{server.name}.users")
    for event in (users.exclusive, process.wait):
        threading.Thread(target=_set_after, args=(event, stopping), daemon=True).start()
    stopping.wait()
    died = process.poll() is not None
    server.stop(process)
    return 1 if died else 0


def _await_last_keeper(server: Server) -> None:
    """Take the place of the last keeper when it has ended; held until this process ends."""
    lock = Lock(keeper_lock(server))
    deadline = time.monotonic() + LAST_KEEPER_SECONDS
    while not lock.try_exclusive():
        if time.monotonic() > deadline:
            raise Problem(f"The running {server.name} neither answers nor stops: look into {server.home.logs}.")
        time.sleep(0.02)


def _set_after(wait: Callable[[], object], event: threading.Event) -> None:
    wait()
    event.set()


def _detach_output() -> None:
    """Let go of the pipes to whoever started this process: it may be gone before this one."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGHUP):  # the terminal's; the lock says when to stop
        signal.signal(number, signal.SIG_IGN)
    code = keep(SERVERS[sys.argv[1]](Home.current()))
    os._exit(code)  # the waiting threads have nothing to tidy


if __name__ == "__main__":
    main()
