"""What every test may use. Nothing is started until a test asks for it: a test of plain Python starts no server."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psutil
import psycopg
import pytest
from django.utils import translation

from govern.parts.database_access import administrator_url
from govern.parts.home import Home
from govern.parts.keeping import KeepAlive, use_server
from govern.parts.locks import exclusively
from govern.parts.postgres import Postgres
from govern.parts.valkey import Valkey
from govern.settings.test import TEST_HOME
from tests.emptying import let_flush_empty_everything

let_flush_empty_everything()

# Nothing of a test run has to survive a power failure.
HASTE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The embedded PostgreSQL of this test run; all workers share it, and the last one to finish stops it."""
    home = Home(TEST_HOME)
    home.prepare()
    (home.path / "postgresql.conf").write_text(HASTE)
    server = Postgres(home)
    hold = use_server(server)
    with (
        exclusively(home.run / "createdb"),
        psycopg.connect(administrator_url(home), autocommit=True) as administrator,
    ):
        administrator.execute("ALTER ROLE govern_owner CREATEDB")  # for each worker's database
        administrator.execute("GRANT SET ON PARAMETER session_replication_role TO govern_owner")  # to empty them
    yield server
    hold.release()


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    """The embedded Valkey of this test run, shared like PostgreSQL."""
    server = Valkey(Home(TEST_HOME))
    hold: KeepAlive = use_server(server)
    yield server
    hold.release()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A test that speaks another language leaves it to none after it."""
    yield
    translation.deactivate()


@pytest.fixture
def own_cache(valkey: Valkey, settings: Any) -> None:
    """Counters of attempts and codes that were used begin at nothing, and are no other test's."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid.uuid4().hex}}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, postgres: Postgres) -> None:
    """Start PostgreSQL before pytest-django creates this worker's database on it. Tasks that are asked for run at once, so they are known."""
    import govern.tasks  # noqa: F401


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remove what runs that were killed left in the temporary folder; their servers have stopped by themselves."""
    if not hasattr(session.config, "workerinput"):
        for leftover in TEST_HOME.parent.glob("govern-test-*"):
            with suppress(ValueError):
                if not psutil.pid_exists(int(leftover.name.rpartition("-")[2])):
                    shutil.rmtree(leftover, ignore_errors=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove the home of the run, once the workers are done with it."""
    if not hasattr(session.config, "workerinput") and os.environ.get("GOVERN_TEST_HOME") == str(TEST_HOME):
        shutil.rmtree(TEST_HOME, ignore_errors=True)
