"""Only what an earlier run has left is ended; a process that got its id since is not."""

import os
import subprocess
import sys
from pathlib import Path

import psutil

from govern.parts.leftovers import running_postmaster
from govern.parts.running import end_recorded


def start_sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)


def test_a_recorded_process_is_ended(tmp_path: Path) -> None:
    sleeper = start_sleeper()
    file = tmp_path / "web.pid"
    file.write_text(f"{sleeper.pid} {psutil.Process(sleeper.pid).create_time()}")
    end_recorded([file], 10)
    assert not psutil.pid_exists(sleeper.pid)
    sleeper.communicate()
    assert not file.exists()


def test_a_process_with_a_reused_id_is_left_alone(tmp_path: Path) -> None:
    sleeper = start_sleeper()
    file = tmp_path / "web.pid"
    file.write_text(f"{sleeper.pid} {psutil.Process(sleeper.pid).create_time() - 60}")
    end_recorded([file], 10)
    assert sleeper.poll() is None
    assert not file.exists()
    sleeper.communicate()


def test_broken_and_missing_files_are_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "web.pid").write_text("half a li")
    end_recorded([tmp_path / "web.pid", tmp_path / "worker.pid"], 10)
    assert list(tmp_path.iterdir()) == []


def test_another_process_is_no_postmaster(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n")
    assert running_postmaster(tmp_path) is None


def test_an_empty_pid_file_is_no_postmaster(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").touch()
    assert running_postmaster(tmp_path) is None
