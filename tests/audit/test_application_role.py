"""The application's database role writes and reads the trail, and can do nothing else to it."""

import asyncio
import os
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from audit.models import AuditEvent, Violation
from audit.trail.entries import Entry
from audit.trail.identifiers import uuid7
from tests.audit.calls import intent, new_writer, row, sighting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def application(conninfo: str) -> str:
    """Where the database is for the application's role."""
    return make_conninfo(conninfo, user="govern_app", password=os.environ["GOVERN_DATABASE_APP_PASSWORD"])


def test_it_writes_the_trail_and_its_cases(application: str) -> None:
    async def main() -> None:
        writer = new_writer(application)
        await writer.start()
        assert writer.healthy
        await writer.submit(intent())
        await writer.submit(Entry([row("call.outcome", uuid7())], sightings=[sighting()]))
        await writer.submit(Entry([row("call.outcome", uuid7())], sightings=[sighting()]))
        await writer.stop()

    asyncio.run(main())
    assert AuditEvent.objects.count() == 4
    assert Violation.objects.get().count == 2


@pytest.mark.parametrize("table", ["audit_event", f"audit_event_{datetime.now(UTC):%Y_%m}"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = 'eve'", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"])
def test_it_changes_nothing_in_the_trail(application: str, table: str, statement: str) -> None:
    with psycopg.connect(application) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "ALTER TABLE audit_event DETACH PARTITION {}",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ],
)
def test_it_cannot_take_the_guard_away(application: str, statement: str) -> None:
    with psycopg.connect(application) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.format(f"audit_event_{datetime.now(UTC):%Y_%m}"))


def test_it_may_have_later_partitions_made_and_not_change_them(application: str) -> None:
    with psycopg.connect(application, autocommit=True) as connection:
        assert connection.execute("SELECT audit_ensure_partitions(4)").fetchone() is not None
        leaves = connection.execute(
            "SELECT relid::regclass::text FROM pg_partition_tree('audit_event') WHERE isleaf"
        ).fetchall()
        assert len(leaves) >= 5
        for (leaf,) in leaves:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"DELETE FROM {leaf}")
