"""What a PostgreSQL server gives to everybody by default and Govern's roles must not have.

With a temporary table somebody could stand in for a table that a function looks up; large objects are room that nothing counts; settings
of a role hold for every gateway that signs in with it. Done again at every start of the embedded server and by every
`manage.py database_roles`, by whoever may.
"""

from contextlib import suppress

import psycopg
from psycopg import sql

from govern.parts.problem import Problem

SERVING = ("govern_app", "govern_reader", "govern_sealer")
"""Roles that use what is there and make nothing."""

_LARGE_OBJECTS = """
SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure) FROM pg_catalog.pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND (proname ~ '^lo_' OR proname IN ('loread', 'lowrite'))
"""
_STILL_OPEN = """
SELECT role, right_of FROM unnest(%s::text[]) role, LATERAL (VALUES
    ('TEMPORARY ON DATABASE', has_database_privilege(role, current_database(), 'TEMPORARY')),
    ('CREATE ON DATABASE', has_database_privilege(role, current_database(), 'CREATE')),
    ('CREATE ON SCHEMA public', has_schema_privilege(role, 'public', 'CREATE'))
) held (right_of, has) WHERE has
"""


def close_database(connection: psycopg.Connection) -> None:
    """Takes these rights away in the database that the connection is in; it must be in autocommit.

    Raises `Problem` with what to run if a role could still make temporary tables or objects. Large objects need a superuser, and are left
    where there is none.
    """
    database = sql.Identifier(connection.info.dbname)
    roles = sql.SQL(", ").join(map(sql.Identifier, SERVING))
    statements: list[sql.Composable] = [
        sql.SQL("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC, {}").format(database, roles),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, roles),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(roles),
        *(sql.SQL("ALTER ROLE {} RESET ALL").format(sql.Identifier(role)) for role in SERVING),
        *(sql.SQL("ALTER ROLE {} IN DATABASE {} RESET ALL").format(sql.Identifier(role), database) for role in SERVING),
    ]
    large_objects: list[str] = [statement for (statement,) in connection.execute(_LARGE_OBJECTS).fetchall()]
    for statement in (*(each.as_string(connection) for each in statements), *large_objects):
        with suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())
    still = connection.execute(_STILL_OPEN, [list(SERVING)]).fetchall()
    if still:
        role, right = still[0]
        raise Problem(
            f"The role {role} still has the right {right}, with which it could stand in for tables of Govern; "
            f"have the owner of the database run: REVOKE CREATE, TEMPORARY ON DATABASE {connection.info.dbname} FROM PUBLIC; "
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC; and the same FROM that role."
        )
