"""PostgreSQL and Valkey run for as long as someone uses them.

Each user holds a shared lock. A keeper process (`keeper.py`), started by the first user, runs the server and stops it
once it gets that lock exclusively: when the last user has let go or died. So servers need no counting, and nobody has
to tidy up after a kill -9.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

from govern.parts.home import PROJECT, Home
from govern.parts.locks import Lock, exclusively
from govern.parts.problem import Problem

READY = "ready"


class Server(Protocol):
    """A server that a keeper can run."""

    name: str
    home: Home

    def answers(self) -> bool:
        """Whether it takes connections now."""

    def running(self) -> bool:
        """Whether its process is there; cheap enough to ask every second."""

    def start(self) -> "subprocess.Popen[bytes]":
        """Start its process, clearing what a crash left. Raises `Problem`."""

    def await_ready(self, process: "subprocess.Popen[bytes]") -> None:
        """Return when it takes connections and is set up. Raises `Problem` if it ended or took too long."""

    def stop(self, process: "subprocess.Popen[bytes]") -> None:
        """Stop it so that nothing is lost, by force in the end."""


class KeepAlive:
    """The right to use a server. Child processes in which the lock's `descriptor` is left open hold it too."""

    def __init__(self, server: Server) -> None:
        self.server = server
        server.home.prepare()
        self._path = server.home.run / f"{server.name}.users"
        self._lock = Lock(self._path).shared()

    @property
    def descriptor(self) -> int:
        return self._lock.descriptor

    def ensure_running(self) -> None:
        """Start the server unless it answers already. Raises `Problem` if it cannot be started."""
        with exclusively(self.server.home.run / f"{self.server.name}.starting"):
            if not (_is_kept(self.server) and self.server.answers()):
                _start_keeper(self.server)

    def release(self) -> bool:
        """Let go. If nobody else uses the server, wait until it has stopped, and return True."""
        last = self._lock.try_exclusive()
        self._lock.release()
        if last:
            self._await_stop()
        return last

    def _await_stop(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            time.sleep(0.05)
            probe = Lock(self._path)
            try:
                if not probe.try_exclusive():  # the keeper has it until it ends, or a new user has come
                    probe.shared()
                    return
                if not self.server.running():
                    return
            finally:
                probe.release()


def use_server(server: Server) -> KeepAlive:
    """Join `server` if it runs in its home, else start it. Raises `Problem` if it cannot be started."""
    hold = KeepAlive(server)
    try:
        hold.ensure_running()
    except BaseException:
        os.close(hold.descriptor)
        raise
    return hold


def keeper_lock(server: Server) -> Path:
    """The file that the keeper of `server` has locked for as long as it lives."""
    return server.home.run / f"{server.name}.keeper"


def _is_kept(server: Server) -> bool:
    """Whether the keeper lives: a server that lost its keeper still answers for a moment, but is stopping."""
    probe = Lock(keeper_lock(server))
    try:
        return not probe.try_exclusive()
    finally:
        probe.release()


def _start_keeper(server: Server) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "govern.parts.keeper", server.name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=PROJECT,
        env={**os.environ, "GOVERN_HOME": str(server.home.path)},
        start_new_session=True,
        text=True,
    )
    assert keeper.stdout is not None
    assert keeper.stderr is not None
    said = keeper.stdout.readline().strip()
    if said != READY:
        trace = keeper.stderr.read().strip()
        raise Problem(said or f"The keeper of {server.name} failed: {trace}")
    keeper.stdout.close()
    keeper.stderr.close()
