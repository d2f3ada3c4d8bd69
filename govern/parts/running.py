"""The parts as `up` sees them: something that starts, is ready, lives and stops."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from govern.parts.home import Home
from govern.parts.keeping import KeepAlive, Server
from govern.parts.problem import Problem
from govern.parts.processes import end_session, last_line, rotate_log, start_process, stop_process


class ServerPart:
    """PostgreSQL or Valkey, which this home's commands share."""

    def __init__(self, title: str, server: Server) -> None:
        self.title = title
        self.server = server
        self.hold: KeepAlive | None = None

    def start(self) -> None:
        """Join or start it; returns when it takes connections. Raises `Problem` if it does not start."""
        if self.hold is None:
            self.hold = KeepAlive(self.server)
        self.hold.ensure_running()

    def ready(self) -> bool:
        return True

    def alive(self) -> bool:
        return self.server.running()

    def failure(self) -> str:
        return ""

    def stop(self, *, hurried: Callable[[], bool]) -> str:
        """Let go of it, hurried or not: it finishes nothing but its writes. Returns what happened to it."""
        if self.hold is None:
            return "was not running"
        last = self.hold.release()
        self.hold = None
        return "stopped" if last else "stays until the command that uses it ends"


class ProcessPart:
    """A process of ours: the model, the web process, the worker, beat."""

    def __init__(
        self,
        title: str,
        name: str,
        home: Home,
        program: Sequence[str],
        *,
        environment: Mapping[str, str],
        is_ready: Callable[[], bool],
        stop_seconds: float,
        keep_open: Callable[[], Sequence[int]] = tuple,
    ) -> None:
        self.title = title
        self.program = program
        self.environment = environment
        self.is_ready = is_ready
        self.stop_seconds = stop_seconds
        self.keep_open = keep_open
        self.log = home.logs / f"{name}.log"
        self.pid_file = home.run / f"{name}.pid"
        self.process: subprocess.Popen[bytes] | None = None
        rotate_log(self.log)

    def start(self) -> None:
        """Start the process, after ending what is left of an earlier one."""
        if self.process is not None:
            end_session(self.process.pid)
        self.process = start_process(
            self.program, log=self.log, environment=self.environment, keep_open=self.keep_open()
        )
        started = psutil.Process(self.process.pid).create_time()
        self.pid_file.write_text(f"{self.process.pid} {started}")

    def ready(self) -> bool:
        """Whether it does its work. Raises `Problem` if it has ended instead."""
        if not self.alive():
            raise Problem(f"{self.title} ended while starting: {self.failure()} (see {self.log}).")
        return self.is_ready()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def failure(self) -> str:
        """Why it ended, in the last words of its log or else by its exit code."""
        code = self.process.returncode if self.process else None
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return last_line(self.log)[:160] or f"exit code {code}"

    def stop(self, *, hurried: Callable[[], bool]) -> str:
        """End the process, its work finished first unless `hurried` comes true. Returns what happened to it."""
        if self.process is None:
            return "was not running"
        stop_process(self.process, (signal.SIGTERM, self.stop_seconds), hurried=hurried)
        forced = self.process.returncode == -signal.SIGKILL
        self.process = None
        self.pid_file.unlink(missing_ok=True)
        return "had to be killed" if forced else "stopped"


def end_recorded(pid_files: Sequence[Path], seconds: float) -> None:
    """End what is left of an `up` that was killed; a process that got one of its ids since is left alone."""
    leftovers = []
    for pid_file in pid_files:
        with suppress(OSError, ValueError, psutil.Error):
            pid, started = pid_file.read_text().split()
            process = psutil.Process(int(pid))
            if process.create_time() == float(started):
                process.terminate()
                leftovers.append(process)
    _, stubborn = psutil.wait_procs(leftovers, timeout=seconds)
    for process in stubborn:
        end_session(process.pid)
    for pid_file in pid_files:
        pid_file.unlink(missing_ok=True)


def environment_for_parts(home: Home, port: int, model_url: str) -> dict[str, str]:
    """The environment of our own processes."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or "govern.settings.embedded",
        "GOVERN_HOME": str(home.path),
        "GOVERN_PORT": str(port),
        "GOVERN_EMBEDDED_MODEL_URL": model_url,
        "GOVERN_DATABASE_ROLE": "app",
        "PYTHONUNBUFFERED": "1",
    }
