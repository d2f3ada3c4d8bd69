"""Lets Django empty the database between tests, although triggers refuse to truncate what is written once."""

from typing import Any

from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

_TRUNCATE_TRIGGERS = """
SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0
"""
_flush = DatabaseOperations.execute_sql_flush


def _flush_everything(operations: DatabaseOperations, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TRUNCATE_TRIGGERS)
        triggers = cursor.fetchall()
    off, on = (
        [f"ALTER TABLE {table} {verb} TRIGGER {trigger}" for table, trigger in triggers]
        for verb in ("DISABLE", "ENABLE")
    )
    _flush(operations, [*off, *statements, *on])


def let_flush_empty_everything() -> None:
    """Makes Django's flush, which ends every test with a transaction of its own, work as the owner of the tables."""
    flush: Any = _flush_everything
    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
