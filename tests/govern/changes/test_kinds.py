"""The database and Python speak of the same kinds."""

from govern.database_roles import OWNER_WRITES
from govern.migrations._changes_sql import KINDS
from govern.models import GOVERNED
from govern.policy.bodies import BODIES


def test_every_registry_knows_every_kind() -> None:
    assert set(KINDS) == set(GOVERNED) == set(BODIES)


def test_the_application_writes_none_of_them() -> None:
    assert {model._meta.db_table for model in GOVERNED.values()} <= set(OWNER_WRITES)


def test_the_table_of_a_kind_follows_from_its_name() -> None:
    """As the functions of the database find it."""
    assert {kind: f"govern_{kind.replace('_', '')}" for kind in KINDS} == {
        kind: model._meta.db_table for kind, model in GOVERNED.items()
    }
