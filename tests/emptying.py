"""Empties the database between tests that commit: quickly, and although triggers refuse to delete what is written once.

The rows of a test are few: to delete them, as a replica that runs no triggers and follows no keys, takes a tenth of a truncation.
Only tables with rows are touched. What migrations fill and no test changes (groups, permissions) stays, so that the signal after
migrations need not run again for every test.
"""

from functools import cache
from typing import Any

from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = frozenset({"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"})
BESIDE_MODELS = frozenset({"govern_seal", "govern_spent_proof"})
"""Tables that only SQL writes."""


@cache
def _tables() -> list[str]:
    of_models = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    return sorted((of_models | BESIDE_MODELS) - KEPT)


def _empty(_operations: DatabaseOperations, _statements: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in _tables())
        )
        filled = [table for (table,) in cursor.fetchall()]
        if filled:
            deletions = [f"DELETE FROM {table}" for table in filled]
            cursor.execute("; ".join(["BEGIN", "SET LOCAL session_replication_role = replica", *deletions, "COMMIT"]))


def _nothing(*_: Any) -> None:
    """In the place of the signal after migrations."""


def let_flush_empty_everything() -> None:
    """Makes Django's flush, which ends every test with a transaction of its own, work so."""
    empty: Any = _empty
    DatabaseOperations.execute_sql_flush = empty  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = _nothing  # type: ignore[attr-defined]
