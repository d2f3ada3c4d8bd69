"""`up` starts every part, says so, and leaves nothing behind however it ends."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from govern.parts.home import PROJECT
from tests.govern.parts.installation import BOOTSTRAP, NOBODY, Installation

pytestmark = pytest.mark.long


def test_starts_answers_and_stops_cleanly(installation: Installation) -> None:
    installation.up()
    assert installation.get("/healthz") == 200
    assert installation.get("/readyz") == 200
    assert installation.stop() == 0
    assert installation.processes() == []
    lines = [line.split() for line in installation.said().splitlines()]
    assert lines[-1] == ["Govern", "has", "stopped."]
    ready = ["PostgreSQL", "Valkey", "Schema", "Bootstrap", "Web", "Beat", "Worker"]
    assert [words[0] for words in lines if words[1:2] == ["ready"]] == ready
    assert [words[0] for words in lines if words[1] == "stopped"] == ["Web", "Beat", "Worker", "Valkey", "PostgreSQL"]


def test_killed_up_leaves_no_process_and_starts_again_on_the_same_data(installation: Installation) -> None:
    installation.up()
    assert installation.stop(signal.SIGKILL) == -signal.SIGKILL
    assert installation.await_end() == []
    assert not (installation.home / "postgres" / "postmaster.pid").exists()
    installation.up()
    assert "Revision 1 is in force" not in installation.said()
    assert installation.stop(signal.SIGINT) == 0
    assert installation.processes() == []


def test_two_homes_start_at_once(installation: Installation, second_installation: Installation) -> None:
    with ThreadPoolExecutor() as pool:
        list(pool.map(Installation.up, [installation, second_installation]))
    assert installation.get("/readyz") == 200
    assert second_installation.get("/readyz") == 200


def test_an_ordinary_user_needs_nothing_from_root(installation: Installation) -> None:
    user = NOBODY if os.geteuid() == 0 else os.geteuid()
    installation.home.mkdir(mode=0o700)
    os.chown(installation.home, user, -1)
    installation.up(as_user=user if os.geteuid() == 0 else None)
    assert installation.get("/readyz") == 200
    assert {installation.part(name).uids().effective for name in ("postgres", "valkey", "web", "worker")} == {user}
    assert installation.stop() == 0


def test_the_database_stays_while_a_command_uses_it(installation: Installation) -> None:
    installation.up()
    shell = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", "print('in', flush=True); input()"],
        cwd=PROJECT,
        env=installation.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert shell.stdout is not None
    assert shell.stdout.readline() == b"in\n"
    assert installation.stop() == 0
    assert "stays until the command that uses it ends" in installation.said()
    assert installation.part("postgres").is_running()
    shell.communicate(b"\n")
    assert installation.await_end() == []


def test_an_empty_installation_says_what_to_do_and_becomes_ready(installation: Installation) -> None:
    installation.up("--workers", "1", until="with nothing in force yet: run `manage.py bootstrap FILE`.")
    assert installation.get("/readyz") == 503
    assert installation.run("bootstrap", str(BOOTSTRAP)).returncode == 0
    installation.await_said("Govern is ready at")


def test_a_broken_bootstrap_file_stops_the_start(installation: Installation) -> None:
    file = installation.home.with_suffix(".yaml")
    file.write_text("persons: []\n")
    refused = installation.run("up", "--no-model", "--port", str(installation.port), "--bootstrap", str(file))
    assert refused.returncode == 1
    assert "Bootstrap could not be applied" in refused.stdout
    assert "persons" in refused.stdout
    assert installation.processes() == []
