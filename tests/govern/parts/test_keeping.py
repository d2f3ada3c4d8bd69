"""A server runs while someone uses it, and comes back after any crash."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from govern.parts.database_access import administrator_url
from govern.parts.home import PROJECT, Home
from govern.parts.keeping import use_server
from govern.parts.leftovers import running_postmaster
from govern.parts.postgres import Postgres
from govern.parts.valkey import Valkey, valkey_url

pytestmark = pytest.mark.long

USER = """
import sys
from pathlib import Path
from govern.parts.home import Home
from govern.parts.keeping import use_server
from govern.parts.postgres import Postgres
use_server(Postgres(Home(Path(sys.argv[1]))))
print("using", flush=True)
sys.stdin.read()
"""


def await_true(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose database is created once for the tests of this file."""
    own = Home(tmp_path_factory.mktemp("keeping") / "home")
    yield own
    await_true(lambda: not Postgres(own).running())


def another_user(home: Home) -> subprocess.Popen[str]:
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(home.path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "using\n"
    return user


def test_the_last_user_stops_the_server(home: Home) -> None:
    server = Postgres(home)
    first = use_server(server)
    second = use_server(server)
    assert first.release() is False
    assert server.answers()
    assert second.release() is True
    assert not server.running()


def test_a_killed_user_does_not_keep_it_running(home: Home) -> None:
    user = another_user(home)
    server = Postgres(home)
    assert server.answers()
    user.kill()
    await_true(lambda: not server.running())
    user.communicate()


def test_a_user_that_comes_while_it_stops_gets_a_new_one(home: Home) -> None:
    server = Postgres(home)
    for _ in range(5):
        user = another_user(home)
        user.kill()
        hold = use_server(server)  # while the keeper is stopping the server, or has just not begun to
        assert server.answers()
        hold.release()
        user.communicate()


def test_it_comes_back_after_its_keeper_was_killed(home: Home) -> None:
    server = Postgres(home)
    hold = use_server(server)
    before = running_postmaster(server.data)
    assert before is not None
    keeper = psutil.Process(before).parent()
    assert keeper is not None
    keeper.kill()
    keeper.wait(10)
    hold.ensure_running()
    assert server.answers()
    assert running_postmaster(server.data) != before
    hold.release()


def test_it_comes_back_after_a_crash_without_losing_a_commit(home: Home) -> None:
    server = Postgres(home)
    hold = use_server(server)
    with psycopg.connect(administrator_url(home), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS committed (n integer)")
        connection.execute("INSERT INTO committed VALUES (1)")
        postmaster = running_postmaster(server.data)
        assert postmaster is not None
        os.kill(postmaster, signal.SIGKILL)
    await_true(lambda: not server.running())
    hold.ensure_running()
    with psycopg.connect(administrator_url(home)) as connection:
        assert connection.execute("SELECT n FROM committed").fetchall() == [(1,)]
    hold.release()


def test_a_pid_file_that_names_another_process_is_no_obstacle(home: Home) -> None:
    server = Postgres(home)
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n1\n5432\n\n\n\n")
    hold = use_server(server)
    assert server.answers()
    hold.release()


def test_a_start_that_was_killed_half_way_is_begun_anew(tmp_path: Path) -> None:
    server = Postgres(Home(tmp_path / "home"))
    unfinished = server.home.path / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    hold = use_server(server)
    assert server.answers()
    assert not unfinished.exists()
    hold.release()


def test_valkey_keeps_queued_work_over_a_restart(tmp_path: Path) -> None:
    server = Valkey(Home(tmp_path / "home"))
    hold = use_server(server)
    with redis.Redis.from_url(valkey_url(server.home)) as client:
        client.rpush("celery", "work")
    hold.release()
    assert not server.running()
    hold = use_server(server)
    with redis.Redis.from_url(valkey_url(server.home)) as client:
        assert client.lrange("celery", 0, -1) == [b"work"]
    hold.release()


def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    server = Postgres(Home(tmp_path / ("long" * 20)))
    hold = use_server(server)
    assert server.answers()
    hold.release()
    assert not server.sockets.exists()
