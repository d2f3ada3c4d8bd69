"""What each database role may do. The application's role cannot rewrite the trail, nor what is in force.

Roles exist without a login from the first migration on; whoever runs the parts gives them one. Granted again after every
migration, so that a new table is never left open by accident: what is not named here, the application may read and write.
"""

from typing import Any

from django.db import connections

from audit.trail.rows import COLUMNS
from govern.models import GOVERNED

ROLES = ("govern_app", "govern_reader", "govern_sealer")

APPEND_ONLY = (
    "audit_event",
    "audit_checkpoint",
    "audit_tree_node",
    "audit_violation_comment",
    "audit_recent_sighting",
    "audit_sample_draw",
    "govern_review",
    "govern_changecomment",
    "govern_changeauthor",
    "govern_detectionrun",
)
"""Read and insert, nothing else."""

OWNER_WRITES = (
    "audit_dropped_month",
    "govern_version",
    "govern_revision",
    "govern_kind",
    "govern_credentialsecret",
    "govern_budgetaccount",
    "govern_changetransition",
    "govern_person_groups",
    "govern_person_user_permissions",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "account_emailaddress",
    "account_emailconfirmation",
    "socialaccount_socialapp",
)
"""Read only for the application, like the table of every governed kind: what is in force, and who may approve, changes by an approved
change, not by a write."""

PERSONAL = (
    "govern_person",
    "django_session",
    "mfa_authenticator",
    "usersessions_usersession",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
)
"""How people sign in: not for the reader and the sealer."""

PROVEN_ROWS = ("govern_person", "mfa_authenticator", "socialaccount_socialaccount")
"""Written by the application with a proof for each row; numbers never (`govern/guarantees/people.sql`)."""

HIDDEN = ("govern_proof_key", "govern_seal", "govern_spent_proof")
"""For the owner alone."""


ONLY_COLUMNS = {
    "audit_anchor_delivery": ("state", "attempts", "next_at", "answer", "facts", "note", "evidence", "delivered_at"),
    "audit_instance": ("seen_at", "closed_at", "settled_at", "swept_to"),
    "audit_regression_case": ("removed_at",),
    "audit_sampled_call": ("rating", "note", "rated_by", "rated_at", "rated_event"),
    "audit_verification_run": (
        "state",
        "started_at",
        "progressed_at",
        "finished_at",
        "done",
        "total",
        "report",
        "problem",
    ),
    "audit_violation": (
        "revision",
        "severity",
        "state",
        "count",
        "first_at",
        "last_at",
        "last_call_id",
        "assignee",
        "due_at",
        "reopened_at",
    ),
    "govern_accesscampaign": ("closed_at", "closed_by_id"),
    "govern_accessdecision": ("verdict", "reason", "decided_by_id", "decided_at", "change_id"),
    "govern_apikey": ("revoked_at", "revoked_by_id", "revoked_reason", "replaced_at", "expires_at", "stamp"),
}
"""Table → the columns that the application may change. It may insert rows, where their triggers let it, and delete none.

Without a right on the whole table, a session of the application cannot lock it either."""


def create_roles_sql() -> str:
    """SQL that creates the roles where they are missing. Safe to run again, and by two databases of one server at once."""
    return "\n".join(
        f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                CREATE ROLE {role} NOLOGIN;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$;"""
        for role in ROLES
    )


_PIN_FUNCTIONS = """
DO $$
DECLARE
    found regprocedure;
BEGIN
    FOR found IN
        SELECT p.oid FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' AND p.proowner = current_user::regrole
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
          AND NOT EXISTS (SELECT FROM unnest(p.proconfig) setting WHERE setting = 'search_path=pg_catalog, public, pg_temp')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', found);
    END LOOP;
END $$
"""


def pin_functions(*, using: str, **_: Any) -> None:
    """Fixes where every function of ours looks names up, so that no session's temporary or own objects come first. Runs after every
    migration: a new function is never left open by accident."""
    with connections[using].cursor() as cursor:
        cursor.execute(_PIN_FUNCTIONS)


def close_to_public(*, using: str, **_: Any) -> None:
    """Takes from everybody what nobody needs: temporary tables, and objects in the schema. What the owner's role may not take away
    (on a database that belongs to another role) `manage.py database_roles` does."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_userbyid(datdba) = current_user FROM pg_database WHERE datname = current_database()"
        )
        if cursor.fetchone() == (True,):
            name = connections[using].ops.quote_name(connections[using].settings_dict["NAME"])
            cursor.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
            cursor.execute(f"GRANT CONNECT ON DATABASE {name} TO {', '.join(ROLES)}")


def grant_privileges(*, using: str, **_: Any) -> None:
    """Grants every role exactly what it needs on the schema as it is now."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        cursor.execute(create_roles_sql())
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {', '.join(ROLES)}")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {', '.join(ROLES)}")
        cursor.execute("GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO govern_app")
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO govern_app")
        cursor.execute("REVOKE ALL ON govern_credentialsecret FROM govern_reader, govern_sealer")
        for table in sorted(set(PERSONAL) & tables):
            cursor.execute(f"REVOKE ALL ON {connection.ops.quote_name(table)} FROM govern_reader, govern_sealer")
        # Payloads are added and erased, never exchanged.
        cursor.execute("REVOKE ALL ON audit_payload FROM govern_reader, govern_sealer")
        cursor.execute("REVOKE UPDATE, TRUNCATE ON audit_payload FROM govern_app")
        cursor.execute("GRANT UPDATE (wrapped_key, erased_at) ON audit_payload TO govern_app")
        for table in sorted(set(APPEND_ONLY) & tables):
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(table)} FROM govern_app")
            # Its partitions, which Django's introspection leaves out, are reached through it and not by themselves.
            cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree(%s::regclass) WHERE isleaf", [table])
            for (partition,) in cursor.fetchall():
                cursor.execute(f"REVOKE ALL ON {partition} FROM {', '.join(ROLES)}")
        for table in sorted(set(PROVEN_ROWS) & tables):
            found = connection.introspection.get_table_description(cursor, table)
            named = ", ".join(connection.ops.quote_name(column.name) for column in found if column.name != "id")
            cursor.execute(f"REVOKE UPDATE, TRUNCATE ON {table} FROM govern_app")
            cursor.execute(f"GRANT UPDATE ({named}) ON {table} TO govern_app")
        cursor.execute("REVOKE DELETE ON govern_person FROM govern_app")
        cursor.execute("REVOKE DELETE, TRUNCATE ON govern_changerequest FROM govern_app")
        # Its number and its transaction are the database's to say.
        cursor.execute("REVOKE INSERT ON audit_event FROM govern_app")
        cursor.execute(f"GRANT INSERT ({', '.join(COLUMNS)}) ON audit_event TO govern_app")
        for table, columns in sorted(ONLY_COLUMNS.items()):
            if table in tables:
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM govern_app")
                cursor.execute(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO govern_app")
        for table in HIDDEN:
            cursor.execute(f"REVOKE ALL ON {table} FROM {', '.join(ROLES)}")
        for table in sorted({*OWNER_WRITES, *_of_kinds()} & tables):
            cursor.execute(
                f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(table)} FROM govern_app"
            )


def _of_kinds() -> set[str]:
    """The tables of the governed kinds."""
    return {model._meta.db_table for model in GOVERNED.values()}
