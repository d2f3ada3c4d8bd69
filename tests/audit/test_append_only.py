from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from audit.trail.events import record_event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def an_event(db: None) -> None:
    record_event(type="person.signed_in", actor="amy", context={})


def _partition() -> str:
    return f"audit_event_{datetime.now(UTC):%Y_%m}"


@pytest.mark.parametrize("table", ["audit_event", "partition"])
@pytest.mark.parametrize(
    ("statement", "operation"),
    [
        ("UPDATE {} SET actor = 'eve'", "update"),
        ("DELETE FROM {}", "delete"),
        ("TRUNCATE {}", "truncate"),
    ],
)
def test_events_are_not_changed(table: str, statement: str, operation: str) -> None:
    table = _partition() if table == "partition" else table
    with pytest.raises(IntegrityError, match=f"the audit trail is append-only: {operation}"), transaction.atomic():
        _execute(statement.format(table))
    assert _execute("SELECT actor FROM audit_event") == [("amy",)]


def test_partitions_of_later_months_refuse_too() -> None:
    _execute("SELECT audit_ensure_partitions(12)")
    leaves = _execute("SELECT relid::regclass::text FROM pg_partition_tree('audit_event') WHERE isleaf")
    tables = [table for (table,) in leaves]
    assert len(tables) >= 13
    for table in tables:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            _execute(f"TRUNCATE {table}")


def test_partitions_are_made_once() -> None:
    _execute("SELECT audit_ensure_partitions(12)")
    assert _execute("SELECT audit_ensure_partitions(12)") == [(0,)]


def _execute(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
