"""A fresh installation to measure: its own PostgreSQL, schema, revision 1 and web processes."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml

from bench.bootstrap import document
from bench.processors import family, pin, usage_of

PROJECT = Path(__file__).resolve().parents[1]
_START_S = 60


class NotMeasurable(Exception):
    """What was to be measured does not run, or does not keep its promises."""


class Installation:
    """A context manager. Everything lies in a temporary folder, which goes with it. Web processes run on `processors` alone."""

    def __init__(self, provider_url: str, *, budgets: bool, processors: frozenset[int]) -> None:
        self._document = document(provider_url, budgets=budgets)
        self._processors = processors
        self._stack = ExitStack()

    def __enter__(self) -> "Installation":
        from govern.parts.home import Home
        from govern.parts.keeping import use_server
        from govern.parts.postgres import Postgres

        with ExitStack() as stack:
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="govern-bench-", ignore_cleanup_errors=True))
            )
            self.home = Home(folder / "home")
            file = folder / "bootstrap.yaml"
            file.write_text(yaml.safe_dump(self._document))
            stack.callback(use_server(Postgres(self.home)).release)
            self.manage("migrate", "--no-input", "--verbosity", "0")
            self.manage("bootstrap", str(file))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of this installation's processes."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GOVERN_")}
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": "govern.settings.embedded",
            "GOVERN_HOME": str(self.home.path),
            **more,
        }

    def manage(self, *command: str) -> str:
        """What a management command prints. Raises `NotMeasurable` if it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=PROJECT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise NotMeasurable(f"manage.py {command[0]} failed: {(done.stderr or done.stdout).strip()[-2_000:]}")
        return done.stdout

    def verified(self) -> dict[str, Any]:
        """What `audit_verify` says of the trail. Raises `NotMeasurable` if it finds a fault or cannot be run."""
        report: dict[str, Any] = json.loads(self.manage("audit_verify", "--json").splitlines()[-1])
        return report

    @property
    def database(self) -> int:
        """The process id of PostgreSQL."""
        return int((self.home.path / "postgres" / "postmaster.pid").read_text().split()[0])

    def serve(self, *, audit: str, tree: Path | None = None) -> "WebProcess":
        """Starts a web process of the code in `tree`, or of this one; it ends with the installation."""
        environment = self.environment(GOVERN_AUDIT=audit, GOVERN_EMBEDDED_MODEL_URL="")
        web = WebProcess(environment, tree or PROJECT, self.home.logs, self._processors)
        self._stack.callback(web.stop)
        web.await_ready()
        return web


class WebProcess:
    """The real server with one worker."""

    def __init__(self, environment: dict[str, str], tree: Path, logs: Path, processors: frozenset[int]) -> None:
        self.port = _free_port()
        self._log = logs / f"web-{self.port}.log"
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "govern.parts.web", "--port", str(self.port), "--workers", "1"],
                cwd=tree,
                env=environment | {"GOVERN_PORT": str(self.port)},
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=lambda: pin(processors),  # noqa: PLW1509 (no threads here)
                start_new_session=True,
            )

    @property
    def url(self) -> str:
        """Of the chat endpoint."""
        return f"http://127.0.0.1:{self.port}/v1/chat/completions"

    @property
    def worker(self) -> int:
        """The process id of the one worker: of the server's processes the one that has worked; the other watches it."""
        return max(family(self._process.pid), key=lambda pid: usage_of(pid).cpu_ms)

    def await_ready(self) -> None:
        """Returns when calls are served. Raises `NotMeasurable`."""
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if _status(self.port, "/readyz") == 200:
                return
            time.sleep(0.1)
        raise NotMeasurable(f"The web process is not ready: {self._log.read_text(errors='replace')[-2_000:]}")

    def stop(self) -> None:
        """Ends it as `up` would."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(40)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
