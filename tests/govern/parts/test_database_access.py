"""Each role has an address and a password of its own, and no more rights than it needs."""

from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from govern.parts.database_access import (
    ROLES,
    administrator_url,
    ensure_roles,
    external_role_urls,
    prepare_external_database,
    role_urls,
)
from govern.parts.database_closing import close_database
from govern.parts.postgres import Postgres
from govern.parts.problem import Problem


def test_an_external_server_is_asked_as_each_role() -> None:
    urls = external_role_urls("postgresql://admin:a@db:6432/prod?sslmode=require", lambda name: f"{name}/@:")
    assert conninfo_to_dict(urls["app"]) == {
        "user": "govern_app",
        "password": "GOVERN_DATABASE_APP_PASSWORD/@:",
        "host": "db",
        "port": "6432",
        "dbname": "prod",
        "sslmode": "require",
    }
    assert set(urls) == set(ROLES)


def test_an_address_that_names_a_role_is_used_as_it_is() -> None:
    url = "postgresql://govern_app:hidden@db/prod"
    assert external_role_urls(url, lambda _name: None) == {"app": url}


def test_a_needed_role_without_password_is_said() -> None:
    with pytest.raises(Problem, match="GOVERN_DATABASE_OWNER_PASSWORD") as refusal:
        external_role_urls("postgresql://govern_app:hidden@db/prod", lambda _name: None, needed="owner")
    assert "hidden" not in str(refusal.value)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_can_sign_in_and_is_not_a_superuser(postgres: Postgres, role: str) -> None:
    with psycopg.connect(role_urls(postgres.home)[role]) as connection:
        rights = connection.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert rights == (f"govern_{role}", False, False, False)


def test_a_wrong_password_is_refused(postgres: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(role_urls(postgres.home)["app"].replace("test-app", "guess"))


def test_a_new_password_takes_effect(postgres: Postgres) -> None:
    passwords = {role: f"test-{role}" for role in ROLES}
    with psycopg.connect(administrator_url(postgres.home), autocommit=True) as administrator:
        administrator.execute("BEGIN")
        ensure_roles(administrator, {**passwords, "reader": "another"})
        stored = administrator.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'govern_reader'").fetchone()
        administrator.execute("ROLLBACK")
        before = administrator.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'govern_reader'").fetchone()
    assert stored is not None
    assert stored != before
    assert stored[0].startswith("SCRAM-SHA-256$")


def test_a_user_who_may_not_create_roles_is_told_what_to_run(postgres: Postgres) -> None:
    with psycopg.connect(administrator_url(postgres.home)) as administrator:  # rolled back at the end
        administrator.execute("CREATE ROLE eve LOGIN")
        administrator.execute("ALTER ROLE govern_reader NOLOGIN")
        administrator.execute("SET ROLE eve")
        with pytest.raises(Problem, match="CREATE ROLE govern_reader LOGIN PASSWORD"):
            ensure_roles(administrator, dict.fromkeys(ROLES, ""))
        administrator.rollback()


def test_a_database_that_gave_everybody_much_is_closed(postgres: Postgres) -> None:
    """As on a server of one's own, where whoever connects may make temporary tables."""
    with psycopg.connect(administrator_url(postgres.home), autocommit=True) as administrator:
        administrator.execute("CREATE DATABASE elsewhere")
        here = conninfo_to_dict(administrator_url(postgres.home))
        url = f"postgresql://postgres:{here['password']}@/elsewhere?host={quote(str(here['host']), safe='')}&port={here['port']}"
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
                connection.execute("GRANT TEMPORARY ON DATABASE elsewhere TO govern_app")
                connection.execute("ALTER ROLE govern_app IN DATABASE elsewhere SET search_path = mine")
            roles = {
                role: str(address).replace("/govern?", "/elsewhere?")
                for role, address in role_urls(postgres.home).items()
            }
            prepare_external_database(url, roles)
            with psycopg.connect(roles["app"], autocommit=True) as application:
                for statement in (
                    "CREATE TEMP TABLE govern_changerequest (a int)",
                    "CREATE TABLE public.mine (a int)",
                    "CREATE SCHEMA mine",
                    "SELECT lo_from_bytea(0, 'x')",
                    "SELECT lo_create(0)",
                ):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        application.execute(statement)
                assert application.execute("SHOW search_path").fetchone() == ('"$user", public',)
        finally:
            administrator.execute("DROP DATABASE elsewhere")


def test_who_may_not_close_it_is_told_what_to_run(postgres: Postgres) -> None:
    with psycopg.connect(administrator_url(postgres.home), autocommit=True) as administrator:
        administrator.execute("GRANT TEMPORARY ON DATABASE postgres TO govern_app")
        administrator.execute("SET ROLE govern_owner")
        with pytest.raises(Problem, match="REVOKE CREATE, TEMPORARY ON DATABASE postgres FROM PUBLIC"):
            close_database(administrator)
        administrator.execute("RESET ROLE")
        close_database(administrator)


def test_commits_are_durable_unless_a_test_run_says_otherwise(postgres: Postgres) -> None:
    configuration = (postgres.data / "postgresql.conf").read_text()
    assert "\nfsync = on\n" in configuration
    assert "\nsynchronous_commit = on\n" in configuration


def test_statements_stay_out_of_the_log(postgres: Postgres) -> None:
    with psycopg.connect(role_urls(postgres.home)["owner"]) as connection, pytest.raises(psycopg.errors.DivisionByZero):
        connection.execute("SELECT 'my card is 4111111111111111', 1 / 0")
    assert "4111111111111111" not in postgres.log.read_text()


def test_vectors_are_there(postgres: Postgres) -> None:
    with psycopg.connect(role_urls(postgres.home)["owner"]) as connection:
        assert connection.execute("SELECT '[1,2]'::vector <-> '[1,4]'::vector").fetchone() == (2.0,)
