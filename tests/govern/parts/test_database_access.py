"""Each role has an address and a password of its own, and no more rights than it needs."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from govern.parts.database_access import ROLES, administrator_url, ensure_roles, external_role_urls, role_urls
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
