"""Empties the database between tests that commit: quickly, and although triggers refuse to truncate what is written once.

Only tables with rows are truncated. What migrations fill and no test changes (groups, permissions) stays, so that the signal after
migrations need not run again for every test.
"""

from functools import cache
from typing import Any

from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = frozenset({"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"})
_TRUNCATE_TRIGGERS = """
SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0
"""


@cache
def _tables() -> list[str]:
    return sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)


def _empty(_operations: DatabaseOperations, _statements: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in _tables())
        )
        filled = [table for (table,) in cursor.fetchall()]
        if not filled:
            return
        cursor.execute(_TRUNCATE_TRIGGERS)
        triggers = cursor.fetchall()
        off, on = (
            [f"ALTER TABLE {table} {verb} TRIGGER {trigger}" for table, trigger in triggers]
            for verb in ("DISABLE", "ENABLE")
        )
        cursor.execute("; ".join(["BEGIN", *off, f"TRUNCATE {', '.join(filled)} CASCADE", *on, "COMMIT"]))


def _nothing(*_: Any) -> None:
    """In the place of the signal after migrations."""


def let_flush_empty_everything() -> None:
    """Makes Django's flush, which ends every test with a transaction of its own, work so."""
    empty: Any = _empty
    DatabaseOperations.execute_sql_flush = empty  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = _nothing  # type: ignore[attr-defined]
