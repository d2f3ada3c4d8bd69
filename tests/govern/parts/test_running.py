"""While it runs, an installation replaces what dies and refuses what would disturb it."""

from collections.abc import Iterator

import psutil
import pytest

from tests.govern.parts.installation import Installation

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for all tests of this file."""
    own = Installation(tmp_path_factory.mktemp("running") / "home")
    own.up()
    yield own
    own.stop()
    assert own.await_end() == []


@pytest.mark.parametrize("name", ["web", "worker", "beat", "valkey", "postgres"])
def test_a_part_that_dies_is_replaced(running: Installation, name: str) -> None:
    before = running.part(name)
    before.kill()
    running.await_said("died (killed by SIGKILL); starting it again" if name in ("web", "worker") else "died")
    assert running.await_part(name, other_than=before).is_running()
    running.await_answer()


def test_a_second_up_in_the_same_home_is_refused(running: Installation) -> None:
    assert running.up_process is not None
    second = running.run("up", "--port", "1")
    assert second.returncode == 1
    assert second.stderr == (
        f"Govern is already running in {running.home} (process {running.up_process.pid}, "
        f"port {running.port}): use that one, or set GOVERN_HOME to run another.\n"
    )


def test_a_taken_port_is_refused(running: Installation, second_installation: Installation) -> None:
    second = second_installation.run("up", "--no-model", "--port", str(running.port))
    assert second.returncode == 1
    assert second.stderr == (f"Port {running.port} is taken: stop what listens there, or choose another with --port.\n")


def test_a_command_joins_the_running_parts(running: Installation) -> None:
    server = running.part("postgres")
    assert running.run("showmigrations").returncode == 0
    assert running.part("postgres") == server


def test_root_does_not_run_postgres_as_root(running: Installation) -> None:
    assert running.part("postgres").uids().effective != 0


def test_the_process_that_watches_stays_small(running: Installation) -> None:
    assert running.up_process is not None
    assert psutil.Process(running.up_process.pid).memory_info().rss < 80_000_000
