"""Whoever has only the application's database role changes nobody, becomes nobody, and leaves nothing unnoticed."""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import Error, connection, transaction

from govern.changes.drift.people import changed_people
from govern.identity.person_rows import GUARDED, NOTED_AT_USE
from govern.models import Person
from tests.cast import person
from tests.second_factor import code_of, enrol

pytestmark = pytest.mark.usefixtures("as_application")


@pytest.fixture
def installation(installation: None) -> None:
    """With second factors, recovery codes and linked identities of Ben and Cara."""
    for name in ("ben", "cara"):
        enrol(person(name))
        RecoveryCodes.activate(person(name))
        SocialAccount.objects.create(user=person(name), provider="sso", uid=f"{name}-at-the-bank")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def everything() -> str:
    """All rows that make people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT jsonb_agg(t ORDER BY t) FROM (SELECT to_jsonb(p) t FROM govern_person p UNION ALL SELECT to_jsonb(f)"
            " FROM mfa_authenticator f UNION ALL SELECT to_jsonb(a) FROM socialaccount_socialaccount a) every"
        )
        return json.dumps(cursor.fetchone())


COLUMNS = [
    (model._meta.db_table, field.column, field.get_internal_type())
    for model in GUARDED
    for field in model._meta.concrete_fields
    if field.column not in NOTED_AT_USE
]
OTHER = {
    "BooleanField": "NOT {0}",
    "DateTimeField": "now() - interval '1 year'",
    "JSONField": "'{{\"stolen\": true}}'",
    "ForeignKey": "(SELECT max(id) FROM govern_person)",
    "BigAutoField": "{0} + 1000",
    "AutoField": "{0} + 1000",
}


MERGE = """
MERGE INTO {0} t USING (SELECT min(id) AS least FROM {0}) s ON t.id = s.least WHEN MATCHED THEN UPDATE SET {1} = {2}
"""
UPSERT = """
INSERT INTO {0} SELECT * FROM {0} WHERE id = (SELECT min(id) FROM {0}) ON CONFLICT (id) DO UPDATE SET {1} = {2}
"""


@pytest.mark.parametrize(
    ("table", "column", "kind"), COLUMNS, ids=[f"{table}.{column}" for table, column, _ in COLUMNS]
)
def test_no_column_can_be_changed(table: str, column: str, kind: str) -> None:
    value = OTHER.get(kind, "'other' || {0}").format(column)
    one = f"id = (SELECT min(id) FROM {table})"
    for statement in (
        f"UPDATE {table} SET {column} = {value} WHERE {one}",
        f"WITH one AS (UPDATE {table} SET {column} = {value} WHERE {one} RETURNING 1) SELECT * FROM one",
        MERGE.format(table, column, value.replace(column, f"t.{column}")),
        UPSERT.format(table, column, value.replace(column, f"{table}.{column}")),
        f"DO $$ BEGIN UPDATE {table} SET {column} = {value} WHERE {one}; EXCEPTION WHEN division_by_zero THEN NULL; END $$",
    ):
        before = everything()
        with pytest.raises(Error) as error, transaction.atomic():
            run(statement)
        # Ben has a factor of each type already, and nobody may have two: said before the rest.
        assert error.value.__cause__.sqlstate == "42501" or column in ("user_id", "type"), statement
        assert everything() == before


TABLES = [model._meta.db_table for model in GUARDED]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {0}",
        "DELETE FROM {0} WHERE id = (SELECT max(id) FROM {0})",
        "WITH gone AS (DELETE FROM {0} RETURNING *) INSERT INTO {0} SELECT * FROM gone",
        "MERGE INTO {0} t USING {0} s ON t.id = s.id WHEN MATCHED THEN DELETE",
        "INSERT INTO {0} SELECT (jsonb_populate_record(NULL::{0}, to_jsonb(t) || '{{\"id\": 999}}')).* FROM {0} t LIMIT 1",
        "INSERT INTO {0} OVERRIDING SYSTEM VALUE SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET id = 999",
        "TRUNCATE {0} CASCADE",
        "ALTER TABLE {0} DISABLE TRIGGER ALL",
        "ALTER TABLE {0} DISABLE TRIGGER guard_row",
        "DROP TRIGGER guard_row ON {0}",
        "CREATE TRIGGER mine BEFORE UPDATE ON {0} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE RULE mine AS ON UPDATE TO {0} DO INSTEAD NOTHING",
        "ALTER TABLE {0} RENAME TO other",
        "SET session_replication_role = replica",
        "SET SESSION AUTHORIZATION govern_owner",
        "SET ROLE govern_owner",
        "UPDATE govern_seal SET seal = ''",
        "INSERT INTO govern_seal (subject, row_id, person_id, columns, seal) VALUES ('{0}', 999, 1, '{{}}', '')",
        "DELETE FROM govern_seal",
        "SELECT seal FROM govern_seal",
        "SELECT govern_prove('govern/row')",
        "SELECT govern_put_seal('{0}', 1, 1, '{{}}')",
        "CREATE OR REPLACE FUNCTION govern_moment() RETURNS text LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_no_row_is_added_taken_or_unguarded(table: str, statement: str) -> None:
    before = everything()
    with pytest.raises(Error), transaction.atomic():
        run(statement.format(table))
    assert everything() == before


ANOTHER = """
COPY (SELECT (jsonb_populate_record(NULL::{0}, to_jsonb(t) || '{{"id": 999, "username": "a", "type": "webauthn", "uid": "a"}}')).*
      FROM {0} t LIMIT 1) TO STDOUT
"""


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_copied_in(table: str) -> None:
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        with cursor.copy(ANOTHER.format(table)) as copy:
            rows = b"".join(copy)
        with pytest.raises(psycopg.Error, match="through Govern"), cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(rows)


@pytest.mark.parametrize(
    "steps",
    [
        # Ben's row again, with a password that Mallory knows.
        [
            "SET CONSTRAINTS ALL DEFERRED",
            "DELETE FROM mfa_authenticator WHERE user_id = (SELECT id FROM govern_person WHERE username = 'ben')",
            "DELETE FROM govern_person WHERE username = 'ben'",
        ],
        # Two people exchange their numbers, and with them their roles.
        [
            "SET CONSTRAINTS ALL DEFERRED",
            "UPDATE govern_person SET id = -id WHERE username = 'eve'",
            "UPDATE govern_person SET id = (SELECT -id FROM govern_person WHERE username = 'eve') WHERE username = 'ben'",
        ],
        # Eve's own factor becomes Ben's.
        ["UPDATE mfa_authenticator SET user_id = (SELECT id FROM govern_person WHERE username = 'eve')"],
        # Mallory's own identity, which the issuer vouches for, is linked to Ben.
        [
            """INSERT INTO socialaccount_socialaccount (user_id, provider, uid, last_login, date_joined, extra_data)
            SELECT id, 'sso', 'mallory-sub', now(), now(), '{}' FROM govern_person WHERE username = 'ben'"""
        ],
        ["UPDATE govern_person SET email = 'mallory@corp.test' WHERE username = 'ben'"],
        ["UPDATE govern_person SET is_active = true, is_superuser = true, is_staff = true WHERE username = 'eve'"],
        # Everything again in one transaction, so that nothing differs at its end.
        [
            "UPDATE govern_person SET credentials_set_by_id = NULL",
            "UPDATE govern_person SET credentials_set_by_id = id WHERE username = 'eve'",
        ],
        [
            "INSERT INTO account_emailaddress (email, verified, \"primary\", user_id) SELECT 'm@x', true, true, max(id) FROM govern_person"
        ],
        [
            "INSERT INTO govern_person_groups (person_id, group_id) SELECT max(p.id), max(g.id) FROM govern_person p, auth_group g"
        ],
        ["SELECT setval('govern_person_id_seq', 1)"],
    ],
)
def test_what_was_done_once_is_refused(steps: list[str]) -> None:
    before = everything()
    with pytest.raises(Error), transaction.atomic():
        run("; ".join(steps))
    assert everything() == before


@pytest.fixture
def thief() -> Iterator[psycopg.Connection]:
    """A second session of the same role."""
    there = connection.settings_dict
    with psycopg.connect(
        host=there["HOST"],
        port=there["PORT"],
        dbname=there["NAME"],
        user=there["USER"],
        password=there["PASSWORD"],
        autocommit=True,
    ) as other:
        yield other


def test_a_proof_that_somebody_saw_is_worth_nothing(thief: psycopg.Connection) -> None:
    ben = person("ben")
    with transaction.atomic():
        ben.set_password("chosen by Ben")
        ben.save()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('govern.row_proofs')")
            (proofs,) = cursor.fetchone()
        transaction.set_rollback(True)
    changed = Person.objects.get(pk=ben.pk)
    assert changed.check_password("ben")
    thief.execute("SELECT set_config('govern.row_proofs', %s, false)", [proofs])
    with pytest.raises(psycopg.Error):
        thief.execute("UPDATE govern_person SET password = %s WHERE id = %s", [ben.password, ben.pk])
    with connection.cursor() as cursor:  # nor in a later transaction of this very session
        cursor.execute("SELECT set_config('govern.row_proofs', %s, false)", [proofs])
        with pytest.raises(Error):
            cursor.execute("UPDATE govern_person SET password = %s WHERE id = %s", [ben.password, ben.pk])


def rename_and_run(ben: Person, statement: str) -> None:
    """What Govern proves, and then something else in the same transaction."""
    ben.first_name = "Benny"
    ben.save()
    run(statement)


def test_a_proof_is_for_one_content_one_row_and_one_act() -> None:
    ben, cara = person("ben"), person("cara")
    for statement in (
        f"UPDATE govern_person SET password = 'another' WHERE id = {ben.pk}",
        f"UPDATE govern_person SET first_name = 'Benny', is_staff = false WHERE id = {ben.pk}",
        f"UPDATE govern_person SET first_name = 'Benny' WHERE id = {cara.pk}",
        f"DELETE FROM govern_person WHERE id = {ben.pk}",
        f"DELETE FROM mfa_authenticator WHERE user_id = {ben.pk}",
    ):
        with pytest.raises(Error), transaction.atomic():
            rename_and_run(ben, statement)


def test_a_temporary_table_makes_nobody_the_owner(thief: psycopg.Connection) -> None:
    """Even where the server lets the role make temporary tables."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(
        host=connection.settings_dict["HOST"],
        port=connection.settings_dict["PORT"],
        dbname=name,
        user="govern_owner",
        password=os.environ["GOVERN_DATABASE_OWNER_PASSWORD"],
        autocommit=True,
    ) as owner:
        owner.execute(f'GRANT TEMPORARY ON DATABASE "{name}" TO govern_app')
        try:
            thief.execute("SET search_path = pg_temp, public")
            for table in (
                "govern_changerequest",
                "govern_person",
                "govern_proof_key",
                "govern_seal",
                "pg_class",
                "pg_authid",
            ):
                thief.execute(f"CREATE TEMP TABLE {table} (a int)")
            thief.execute(
                "CREATE FUNCTION pg_temp.govern_is_proven(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'"
            )
            thief.execute("CREATE FUNCTION pg_temp.govern_moment() RETURNS text LANGUAGE sql AS $$SELECT ''$$")
            assert thief.execute("SELECT public.govern_acts_as_owner()").fetchone() == (False,)
            for statement in (
                "UPDATE public.govern_person SET is_superuser = true",
                "UPDATE public.govern_person SET password = ''",
                "DELETE FROM public.mfa_authenticator",
                """INSERT INTO public.mfa_authenticator (user_id, type, data, created_at)
                SELECT max(id), 'webauthn', '{}', now() FROM public.govern_person""",
            ):
                with pytest.raises(psycopg.Error):
                    thief.execute(statement)
        finally:
            owner.execute(f'REVOKE TEMPORARY ON DATABASE "{name}" FROM govern_app')


def test_every_function_looks_names_up_where_only_the_owner_writes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
            " AND NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s = 'search_path=pg_catalog, public, pg_temp')"
        )
        assert cursor.fetchall() == []


def test_nothing_else_can_be_made_or_read() -> None:
    for statement in (
        "CREATE TEMP TABLE mine (a int)",
        "CREATE TABLE mine (a int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
        "CREATE VIEW mine AS SELECT * FROM govern_person",
        "TABLE govern_proof_key",
        "TABLE govern_seal",
    ):
        with pytest.raises(Error), transaction.atomic():
            run(statement)


def test_people_do_what_they_do_through_govern() -> None:
    """Django's and allauth's own ways, as the application's role; and none of it is drift."""
    ben = person("ben")
    ben.set_password("a new one of Ben's")
    ben.save()
    authenticate(None, username="ben", password="a new one of Ben's")
    ben.last_login = None
    ben.save(update_fields=["last_login"])
    secret = enrol(ben)
    assert code_of(secret)
    codes = RecoveryCodes(Authenticator.objects.get(user=ben, type="recovery_codes"))
    assert codes.validate_code(codes.get_unused_codes()[0])
    Authenticator.objects.get(user=ben, type="totp").record_usage()
    Authenticator.objects.filter(user=ben).delete()
    SocialAccount.objects.get(user=ben).delete()
    linked = SocialAccount.objects.create(user=ben, provider="sso", uid="moved")
    linked.extra_data = {"a": 1.0, "b": "鍵", "c": None}
    linked.save()
    zoe = Person.objects.create_user("zoe", email="zoe@example.com", password="x" * 12)
    with pytest.raises(Error), transaction.atomic():
        zoe.delete()
    assert changed_people() == []


def as_owner(act: Callable[[], Any]) -> None:
    """Does something with the rights of the owner of the tables."""
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(USER="govern_owner", PASSWORD=os.environ["GOVERN_DATABASE_OWNER_PASSWORD"])
    try:
        act()
    finally:
        connection.close()
        connection.settings_dict.update(before)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE govern_person SET is_superuser = true WHERE username = 'eve'", "person/eve"),
        ("UPDATE govern_person SET password = 'known' WHERE username = 'ben'", "person/ben"),
        ("UPDATE govern_person SET email = 'm@corp.test' WHERE username = 'ben'", "person/ben"),
        ("UPDATE mfa_authenticator SET data = '{}' WHERE type = 'totp'", "second_factor/ben"),
        ("DELETE FROM mfa_authenticator WHERE type = 'totp'", "second_factor/cara"),
        ("UPDATE socialaccount_socialaccount SET uid = 'mallory-' || uid", "identity/ben"),
        (
            """INSERT INTO govern_person (username, password, is_superuser, is_staff, is_active, first_name, last_name, email,
            date_joined, credentials_in_doubt) VALUES ('root', '', true, true, true, '', '', '', now(), false)""",
            "person/root",
        ),
    ],
)
def test_what_the_owner_writes_around_govern_is_found(statement: str, place: str) -> None:
    assert changed_people() == []
    as_owner(lambda: run(statement))
    assert place in changed_people()


def test_commands_that_make_and_change_people_leave_no_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long password")
    with pytest.raises(Error):
        call_command("createsuperuser", "--no-input", "--username", "root", "--email", "", verbosity=0)
    as_owner(lambda: call_command("createsuperuser", "--no-input", "--username", "root", "--email", "", verbosity=0))
    assert changed_people() == []
    root = Person.objects.get(username="root")
    root.set_password("another long password")
    root.save()
    assert changed_people() == []
