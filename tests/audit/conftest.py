from collections.abc import Iterator

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.audit.database_proxy import DatabaseProxy


@pytest.fixture
def conninfo(transactional_db: None) -> str:
    """Where the test's database is, for connections beside Django's."""
    parameters = connection.get_connection_params()
    known = ("host", "port", "user", "password", "dbname")
    return make_conninfo("", **{name: parameters[name] for name in known if name in parameters})


@pytest.fixture
def database_proxy(conninfo: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseProxy]:
    """A way to the database that a test can cut and hold up."""
    proxy = DatabaseProxy(conninfo)
    yield proxy
    proxy.remove()
