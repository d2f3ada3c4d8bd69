"""The functions and triggers of the database are those of `govern/guarantees`, and a migration installs them."""

import re
from pathlib import Path

from django.db import connection

import govern.guarantees
from govern.guarantees import FILES, guarantees_digest, guarantees_sql
from govern.guarantees.installing import installed_digests
from govern.models.change import TRANSITIONS


def names(statement: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {name for (name,) in cursor.fetchall()}


def test_the_newest_migration_installs_the_text_as_it_is() -> None:
    assert installed_digests()[-1] == guarantees_digest()


def test_every_file_is_run() -> None:
    folder = Path(govern.guarantees.__file__).parent
    assert sorted(FILES) == sorted(path.stem for path in folder.glob("*.sql"))


def test_no_migration_keeps_a_function_of_its_own() -> None:
    folder = Path(govern.guarantees.__file__).parents[1] / "migrations"
    own = [
        path.name for path in sorted(folder.glob("*.py")) if re.search("CREATE.*(FUNCTION|TRIGGER)", path.read_text())
    ]
    assert own == []


def test_the_database_has_these_functions_and_no_others(db: None) -> None:
    written = set(re.findall(r"^CREATE FUNCTION (\w+)", guarantees_sql(), re.M))
    assert (
        names("SELECT proname FROM pg_proc WHERE proname ^@ 'govern_' AND pronamespace = 'public'::regnamespace")
        == written
    )


def test_the_database_has_these_triggers_and_no_others(db: None) -> None:
    written = set(re.findall(r"^CREATE TRIGGER (\w+) .*?\bON (\w+)", guarantees_sql(), re.M | re.S))
    found = names(
        "SELECT t.tgname || ' ' || t.tgrelid::regclass FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE p.proname ^@ 'govern_' AND t.tgparentid = 0"
    )
    assert found == {" ".join(each) for each in written}


def test_both_know_the_same_steps_of_a_change() -> None:
    steps = re.search(r"govern_guard_change\('(.*?)'\)", guarantees_sql(), re.S)
    assert steps
    assert set(steps[1].split()) == {f"{one}>{next_one}" for one, after in TRANSITIONS.items() for next_one in after}
