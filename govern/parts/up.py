"""`manage.py up`: every part of one installation, started, watched and stopped together."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from govern.parts.background import beat_program, worker_program
from govern.parts.database_access import external_database, prepare_external_database, role_urls
from govern.parts.home import Home
from govern.parts.locks import Lock
from govern.parts.model import address_file, model_program, model_url, weights
from govern.parts.ports import model_port, reserve_port
from govern.parts.postgres import Postgres
from govern.parts.problem import Problem, storage_problem
from govern.parts.processes import last_line, rotate_log, start_process, stop_process
from govern.parts.readiness import Announcement, answers_http
from govern.parts.running import ProcessPart, ServerPart, end_recorded, environment_for_parts
from govern.parts.supervisor import Stopped, Supervisor, say
from govern.parts.valkey import Valkey, external_valkey
from govern.parts.web import DRAIN_SECONDS, web_program

LOOPBACK = "127.0.0.1"
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 (only if --host says so)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `up`."""
    parser.add_argument(
        "--port",
        type=int,
        default=int(os.environ.get("GOVERN_PORT") or 8000),
        help="port to serve on (GOVERN_PORT; 8000)",
    )
    parser.add_argument(
        "--host", default=LOOPBACK, help="address to serve on; 0.0.0.0 for every one of this machine (127.0.0.1)"
    )
    parser.add_argument("--bootstrap", type=Path, metavar="FILE", help="make an empty installation what this file says")
    parser.add_argument("--workers", type=int, default=1, help="web processes; one fills a core (1)")
    parser.add_argument("--no-model", action="store_true", help="run without the embedded model")


def main(arguments: Sequence[str]) -> int:
    """Run `up` with the command line `arguments`. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="manage.py up", description=__doc__)
    add_arguments(parser)
    return up(parser.parse_args(arguments))


def up(options: argparse.Namespace) -> int:
    """Start all parts, watch them until asked to stop, and stop them. Returns the exit code, or raises `Problem`."""
    home = Home.current()
    home.prepare()
    if options.bootstrap is not None and not options.bootstrap.is_file():
        raise Problem(f"There is no file {options.bootstrap}: give --bootstrap the path of a bootstrap file.")
    only_one = _only_one_at_a_time(home, options.port)
    reservation = reserve_port(options.host, options.port)
    supervisor = Supervisor()
    code = 0
    try:
        installation = Installation(home, supervisor, options)
        installation.start()
        supervisor.watch(installation.announcement().made)
        say("Stopping; once more to hurry.")
    except Stopped:
        say("Stopping.")
    except Problem as problem:
        say(str(problem))
        code = 1
    except OSError as error:
        say(str(storage_problem(error, home.path)))
        code = 1
    finally:
        supervisor.stop()
        reservation.close()
        address_file(home).unlink(missing_ok=True)
        os.ftruncate(only_one.descriptor, 0)
        only_one.release()
    say("Govern has stopped.")
    return code


class Installation:
    """The parts that this machine runs for one home, and the order in which they start."""

    def __init__(self, home: Home, supervisor: Supervisor, options: argparse.Namespace) -> None:
        self.home = home
        self.supervisor = supervisor
        self.options = options
        shown = "localhost" if options.host in (LOOPBACK, *EVERY_ADDRESS) else options.host
        self.asked_host = LOOPBACK if options.host in EVERY_ADDRESS else options.host
        self.url = f"http://{shown}:{options.port}"
        self.port_of_model = 0 if options.no_model or os.environ.get("GOVERN_EMBEDDED_MODEL_URL") else model_port(home)
        if self.port_of_model:
            weights()
        base_url = (
            ""
            if options.no_model
            else f"http://{LOOPBACK}:{self.port_of_model}/v1"
            if self.port_of_model
            else model_url(home)
        )
        self.environment = environment_for_parts(home, options.port, base_url)
        self.base_url = base_url
        self.database: ServerPart | None = None

    def start(self) -> None:
        """Start every part and return when each does its work. Raises `Problem` or `Stopped`."""
        say(f"Govern starts in {self.home.path}")
        end_recorded([self.home.run / f"{name}.pid" for name in ("web", "worker", "beat", "model")], DRAIN_SECONDS)
        self._start_database()
        self._start_broker()
        since = time.monotonic()
        model = self._start_model()
        self._run_command("Schema", "migrate", "--no-input", "--verbosity", "0")
        if self.options.bootstrap is not None:
            self._run_command("Bootstrap", "bootstrap", "--if-empty", str(self.options.bootstrap.resolve()), show=True)
        if model is not None:
            self.supervisor.await_ready(model, seconds=120, since=since)
        since = time.monotonic()
        parts = [
            self._celery("Worker", "worker", worker_program()),
            self._celery("Beat", "beat", beat_program(self.home)),
            self._web(),
        ]
        for part in parts:
            self.supervisor.start(part)
        for part in reversed(parts):
            self.supervisor.await_ready(part, seconds=120, since=since)

    def announcement(self) -> Announcement:
        """What tells the person at the terminal that calls are served."""
        return Announcement(self.asked_host, self.options.port, self.url, say)

    def _start_database(self) -> None:
        address = external_database()
        if address is not None:
            prepare_external_database(address, role_urls(self.home))
            say("  PostgreSQL       the server of DATABASE_URL")
            return
        self.database = ServerPart("PostgreSQL", Postgres(self.home))
        self._start_server(self.database)

    def _start_broker(self) -> None:
        if external_valkey() is not None:
            if not Valkey(self.home).answers():
                raise Problem(
                    "The server of REDIS_URL does not answer: check the address and password in it, and that it runs."
                )
            say("  Valkey           the server of REDIS_URL")
            return
        self._start_server(ServerPart("Valkey", Valkey(self.home)))

    def _start_server(self, part: ServerPart) -> None:
        since = time.monotonic()
        self.supervisor.start(part)
        self.supervisor.await_ready(part, seconds=5, since=since)

    def _start_model(self) -> ProcessPart | None:
        port = self.port_of_model
        if not port:
            say(f"  Model            {'the server of GOVERN_EMBEDDED_MODEL_URL' if self.base_url else 'left out'}")
            return None
        healthy = partial(answers_http, LOOPBACK, port, "/health")
        part = self._process("Model", "model", model_program(port), healthy, stop_seconds=5)
        self.supervisor.start(part)
        address_file(self.home).write_text(self.base_url)
        return part

    def _celery(self, title: str, name: str, program: list[str]) -> ProcessPart:
        said_ready = self.home.run / f"{name}.ready"
        said_ready.unlink(missing_ok=True)
        environment = {**self.environment, "GOVERN_READY_FILE": str(said_ready)}
        return self._process(title, name, program, said_ready.exists, stop_seconds=20, environment=environment)

    def _web(self) -> ProcessPart:
        host, port = self.options.host, self.options.port
        healthy = partial(answers_http, self.asked_host, port, "/healthz")
        program = web_program(host, port, self.options.workers)
        return self._process("Web", "web", program, healthy, stop_seconds=DRAIN_SECONDS + 5)

    def _process(
        self,
        title: str,
        name: str,
        program: list[str],
        is_ready: Callable[[], bool],
        *,
        stop_seconds: float,
        environment: dict[str, str] | None = None,
    ) -> ProcessPart:
        return ProcessPart(
            title,
            name,
            self.home,
            program,
            environment=environment or self.environment,
            is_ready=is_ready,
            stop_seconds=stop_seconds,
            keep_open=self._database_lock,
        )

    def _database_lock(self) -> list[int]:
        """A process that still finishes calls keeps the database running, also when this one is killed."""
        return [self.database.hold.descriptor] if self.database is not None and self.database.hold is not None else []

    def _run_command(self, title: str, *command: str, show: bool = False) -> None:
        """Run a management command as the owner of the schema. Raises `Problem` with what it said if it fails."""
        since = time.monotonic()
        log = self.home.logs / f"{command[0]}.log"
        rotate_log(log)
        environment = {**self.environment, "GOVERN_DATABASE_ROLE": "owner"}
        process = start_process([sys.executable, "manage.py", *command], log=log, environment=environment)
        while process.poll() is None:
            if self.supervisor.asked_to_stop:
                stop_process(process, (signal.SIGTERM, 5))
                raise Stopped
            time.sleep(0.02)
        if process.returncode != 0:
            raise Problem(f"{title} could not be applied: {last_line(log) or 'it said nothing'} (see {log})")
        if show:
            for line in log.read_text(errors="replace").strip().splitlines():
                say(f"  {line}")
        say(f"  {title:<16} ready     {time.monotonic() - since:5.1f} s")


def _only_one_at_a_time(home: Home, port: int) -> Lock:
    """The lock that says an `up` runs in `home`, its file with process id and port. Raises `Problem` if one does."""
    lock = Lock(home.run / "up")
    if not lock.try_exclusive():
        told = (home.run / "up").read_text().split()
        who = f"process {told[0]}, port {told[1]}" if len(told) == 2 else "it is just starting"
        raise Problem(
            f"Govern is already running in {home.path} ({who}): use that one, or set GOVERN_HOME to run another."
        )
    os.ftruncate(lock.descriptor, 0)
    os.write(lock.descriptor, f"{os.getpid()} {port}".encode())
    return lock
