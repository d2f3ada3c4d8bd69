"""Driving an installation from outside, as a person at a terminal does."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

from govern.parts.home import PROJECT

NOBODY = 65534
BOOTSTRAP = Path(__file__).with_name("bootstrap.yaml")
CHILD = PROJECT / "govern" / "parts" / "child.py"


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Installation:
    """`manage.py` run in one home, with nothing of the test's own settings in its environment."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.output = home.with_suffix(".out")
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("GOVERN_", "DJANGO_"))
        }
        self.environment["GOVERN_HOME"] = str(home)
        self.up_process: subprocess.Popen[bytes] | None = None

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` with `command` to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=PROJECT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def up(self, *options: str, as_user: int | None = None, until: str = "Govern is ready at") -> None:
        """Start `up` without the model and wait until it says `until`."""
        options = options or ("--bootstrap", str(BOOTSTRAP))
        program = [sys.executable, str(PROJECT / "manage.py"), "up", "--no-model", "--port", str(self.port), *options]
        if as_user is not None:
            program = [
                sys.executable,
                "-I",
                str(CHILD),
                str(os.getpid()),
                str(int(signal.SIGTERM)),
                str(as_user),
                *program,
            ]
        with self.output.open("wb") as output:
            self.up_process = subprocess.Popen(program, cwd=PROJECT, env=self.environment, stdout=output, stderr=output)
        self.await_said(until)

    def await_said(self, words: str, seconds: float = 90) -> None:
        """Wait until `up` has said `words`."""
        assert self.up_process is not None
        deadline = time.monotonic() + seconds
        while words not in self.said():
            assert self.up_process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        """What `up` has printed so far."""
        return self.output.read_text()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int | None:
        """Send `number` to `up` and return its exit code; None if none runs."""
        if self.up_process is None:
            return None
        with suppress(ProcessLookupError):
            self.up_process.send_signal(number)
        return self.up_process.wait(60)

    def get(self, path: str) -> int:
        """The status of GET `path`, 0 if nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
                status: int = response.status
                return status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def await_answer(self, seconds: float = 60) -> None:
        """Wait until /readyz says 200."""
        deadline = time.monotonic() + seconds
        while self.get("/readyz") != 200:
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def part(self, name: str) -> psutil.Process:
        """The process of the part `name`."""
        if name == "postgres":
            return psutil.Process(int((self.home / "postgres" / "postmaster.pid").read_text().split()[0]))
        return psutil.Process(int((self.home / "run" / f"{name}.pid").read_text().split()[0]))

    def await_part(self, name: str, *, other_than: psutil.Process, seconds: float = 60) -> psutil.Process:
        """The process of the part `name`, once it is another one than `other_than`."""
        deadline = time.monotonic() + seconds
        while True:
            with suppress(OSError, psutil.Error, IndexError):
                if (found := self.part(name)) != other_than:
                    return found
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def processes(self) -> list[str]:
        """The command lines of all processes that belong to this home."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                command = " ".join(process.cmdline())
                ours = str(self.home) in command or process.environ().get("GOVERN_HOME") == str(self.home)
                if ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(command)
        return found

    def await_end(self, seconds: float = 30) -> list[str]:
        """Wait until no process belongs to this home; returns those that are left after `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left
