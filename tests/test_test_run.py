"""A test run starts servers only when a test needs them, and leaves nothing behind."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from govern.parts.home import PROJECT
from tests.govern.parts.installation import Installation

pytestmark = pytest.mark.long

PLAIN = "tests/govern/parts/test_ports.py"
WITH_DATABASE = "tests/govern/parts/test_database_access.py"


def start_run(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("GOVERN_", "DJANGO_", "PYTEST_"))
    }
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=PROJECT,
        env={**clean, "GOVERN_TEST_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_plain_tests_start_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run = start_run(home, PLAIN)
    while run.poll() is None:
        assert not home.exists()
        time.sleep(0.02)
    assert run.returncode == 0


def test_workers_share_one_server_and_the_run_removes_it(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "home")
    run = start_run(installation.home, WITH_DATABASE, "-n", "2")
    servers = set()
    while run.poll() is None:
        with suppress(OSError, psutil.Error, IndexError, ValueError):
            servers.add(installation.part("postgres"))
        time.sleep(0.1)
    assert run.returncode == 0
    assert len(servers) == 1
    assert installation.processes() == []
    assert not installation.home.exists()


def test_a_killed_run_leaves_no_process(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "home")
    run = start_run(installation.home, WITH_DATABASE)
    while not any("postgres -D" in command for command in installation.processes()):
        assert run.poll() is None
        time.sleep(0.05)
    run.kill()
    run.wait()
    assert installation.await_end() == []
