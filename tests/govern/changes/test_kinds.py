"""The database and Python speak of the same kinds."""

from django.db import connection

from govern.changes.kinds import KINDS
from govern.models import GOVERNED
from govern.policy.bodies import BODIES


def rows() -> dict[str, tuple[str, bool]]:
    """What the functions of the database know of each kind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, relation, by_break_glass FROM govern_kind")
        return {kind: (relation, by_break_glass) for kind, relation, by_break_glass in cursor.fetchall()}


def test_every_registry_knows_every_kind(db: None) -> None:
    assert set(rows()) == set(GOVERNED) == set(BODIES)


def test_the_database_finds_the_table_of_a_kind(db: None) -> None:
    assert {kind: relation for kind, (relation, _) in rows().items()} == {
        kind: model._meta.db_table for kind, model in GOVERNED.items()
    }


def test_both_say_what_break_glass_may_change(db: None) -> None:
    assert {kind for kind, (_, by_break_glass) in rows().items() if not by_break_glass} == {
        name for name, kind in KINDS.items() if not kind.by_break_glass
    }
