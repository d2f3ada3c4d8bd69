"""A trail with a month that may go."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.cast import GROUPS, person
from tests.factories.installation import install_sample
from tests.govern.keeping.old_months import NEXT, OLD, make_months, seal_days_ago, write_calls


@pytest.fixture
def conninfo(transactional_db: None) -> str:
    """Where the test's database is, for connections beside Django's."""
    parameters = connection.get_connection_params()
    known = ("host", "port", "user", "password", "dbname")
    return make_conninfo("", **{name: parameters[name] for name in known if name in parameters})


@pytest.fixture
def as_application(old_trail: str) -> Iterator[None]:
    """What follows goes through the role with which Govern runs."""
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(USER="govern_app", PASSWORD=os.environ["GOVERN_DATABASE_APP_PASSWORD"])
    yield
    connection.close()
    connection.settings_dict.update(before)


@pytest.fixture
def old_trail(conninfo: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Calls of March and April 2024 and of now, sealed two days ago; and where its database is."""
    install_sample()
    for name in GROUPS:
        person(name)
    settings.GOVERN_ARCHIVE = str(tmp_path / "archive")
    make_months()
    write_calls(conninfo, "2024-03-10T10:00:00Z", 4)
    write_calls(conninfo, "2024-04-10T10:00:00Z", 3)
    seal_days_ago(monkeypatch)
    yield conninfo
    with connection.cursor() as cursor:
        for name in (OLD, NEXT):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
