"""A proof stands for one write of one content and one purpose, once, for minutes. Nobody else sees it or can make one."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import Error, connection, transaction

from govern.identity import write_proofs
from govern.identity.write_proofs import prove_write, proven_instant

pytestmark = pytest.mark.django_db

ROW = ("a\nb", 'quote " and \\', None, "\x01\x7f\u2028 ü 鍵 🔑", 7, True)


def consume(*content: str | None, purpose: str = "test") -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT govern_consume_proof(%s, %s::text[], 'Refused.')", [purpose, list(content)])


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Error, match="Refused") as error, transaction.atomic():
        act()
    return str(error.value)


SPELLED = ["a\nb", 'quote " and \\', None, "\x01\x7f\u2028 ü 鍵 🔑", "7", "true"]


def test_a_proven_write_is_let_through_once() -> None:
    prove_write("test", *ROW)
    consume(*SPELLED)
    assert "used before" in refused(lambda: consume(*SPELLED))
    prove_write("test", *ROW)
    consume(*SPELLED)


def test_without_a_proof_nothing_is_let_through() -> None:
    refused(lambda: consume("a"))


@pytest.mark.parametrize("content", [["a"], [*SPELLED, None], SPELLED[:-1], ["a", "b", *SPELLED[1:]]])
def test_another_content_is_refused(content: list[str | None]) -> None:
    prove_write("test", *ROW)
    refused(lambda: consume(*content))
    consume(*SPELLED)


def test_another_purpose_is_refused() -> None:
    prove_write("test", "a")
    refused(lambda: consume("a", purpose="other"))


@pytest.mark.parametrize("late_s", [-301, 301])
def test_an_old_proof_or_one_from_the_future_is_refused(monkeypatch: pytest.MonkeyPatch, late_s: int) -> None:
    now = write_proofs.time.time_ns()
    monkeypatch.setattr(write_proofs.time, "time_ns", lambda: now + late_s * 1_000_000_000)
    prove_write("test", "a")
    refused(lambda: consume("a"))


def test_times_are_spelled_as_the_database_spells_them() -> None:
    at = datetime(2026, 11, 26, 15, 4, 5, 678901, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT govern_instant(%s), govern_instant(NULL)", [at])
        assert cursor.fetchone() == (proven_instant(at), proven_instant(None))


@pytest.mark.usefixtures("transactional_db")
def test_the_applications_role_sees_no_proof_and_cannot_touch_spent_ones() -> None:
    with psycopg.connect(
        host=connection.settings_dict["HOST"],
        port=connection.settings_dict["PORT"],
        dbname=connection.settings_dict["NAME"],
        user="govern_app",
        password=os.environ["GOVERN_DATABASE_APP_PASSWORD"],
        autocommit=True,
    ) as shell:
        for statement in (
            "TABLE govern_spent_proof",
            "DELETE FROM govern_spent_proof",
            "TRUNCATE govern_spent_proof",
            "TABLE govern_proof_key",
            "SELECT govern_is_proven('x', 'y')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                shell.execute(statement)
        with suppress(psycopg.errors.InsufficientPrivilege):
            shell.execute("CREATE TEMP TABLE govern_changerequest (a int)")
        assert shell.execute("SELECT govern_acts_as_owner()").fetchone() == (False,)
        prove_write("test", "a")
        pid = connection.connection.info.backend_pid
        with psycopg.connect(connection.connection.info.dsn, password=connection.settings_dict["PASSWORD"]) as owner:
            (query,) = owner.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone() or ("",)
        assert "govern.write_proof" in query
        assert "$1" in query
