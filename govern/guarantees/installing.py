"""Migrations that install the guarantees, and the kinds of which they speak."""

from typing import Any

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from govern.guarantees import guarantees_digest, guarantees_sql

_REMOVE = """
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT t.tgname, t.tgrelid::regclass AS relation FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
        WHERE p.pronamespace = 'public'::regnamespace AND p.proname ^@ 'govern_' AND t.tgparentid = 0
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.relation);
    END LOOP;
    FOR found IN
        SELECT p.oid::regprocedure AS function FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.proname ^@ 'govern_'
    LOOP
        EXECUTE format('DROP FUNCTION %s', found.function);
    END LOOP;
END $$;
"""

# Who was there before there were seals is taken as they are: nothing else is known of them.
_SEAL_THE_FIRST = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM govern_seal) THEN
        RETURN;
    END IF;
    PERFORM govern_put_seal('govern_person', id, id, govern_guarded(to_jsonb(p))) FROM govern_person p;
    PERFORM govern_put_seal('mfa_authenticator', id, user_id, govern_guarded(to_jsonb(f))) FROM mfa_authenticator f;
    PERFORM govern_put_seal('socialaccount_socialaccount', id, user_id, govern_guarded(to_jsonb(a)))
        FROM socialaccount_socialaccount a;
END $$;
"""


class InstallGuarantees(Operation):
    """Takes every function and trigger of Govern's out and puts the current text in, if that is the text that this migration is about.

    Otherwise a later migration is, and does; then the tables that the current text speaks of need not be there yet.
    """

    def __init__(self, digest: str) -> None:
        self.digest = digest

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Raises `LookupError` where no migration installs the text as it is: it was edited, and the migration forgotten."""
        if self.digest == guarantees_digest():
            schema_editor.execute(_REMOVE, params=None)
            schema_editor.execute(guarantees_sql(), params=None)
            schema_editor.execute("SET LOCAL timezone = 'UTC'")
            schema_editor.execute(_SEAL_THE_FIRST, params=None)
        elif guarantees_digest() not in installed_digests():
            raise LookupError(
                f'The text in govern/guarantees was edited: add a migration with InstallGuarantees("{guarantees_digest()}").'
            )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """What is guaranteed stays."""

    def describe(self) -> str:
        """For `migrate --plan`."""
        return "Install what the database guarantees"


class AddKind(Operation):
    """A governed kind's row, beside the migration that creates its table."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, kind: str, *, by_break_glass: bool = True) -> None:
        self.kind = kind
        self.by_break_glass = by_break_glass

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The name of its table follows from the kind's, as everywhere."""
        schema_editor.execute(
            "INSERT INTO govern_kind (kind, relation, by_break_glass) VALUES (%s, %s, %s)",
            (self.kind, f"{app_label}_{self.kind.replace('_', '')}", self.by_break_glass),
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Goes before its table does."""
        schema_editor.execute("DELETE FROM govern_kind WHERE kind = %s", (self.kind,))

    def describe(self) -> str:
        """For `migrate --plan`."""
        return f"Add the kind {self.kind}"


def installed_digests() -> list[str]:
    """The texts that migrations install, oldest first."""
    graph = MigrationLoader(None).graph
    plan = graph.forwards_plan(next(node for node in graph.leaf_nodes("govern")))
    return [
        operation.digest
        for key in plan
        for operation in graph.nodes[key].operations
        if isinstance(operation, InstallGuarantees)
    ]
