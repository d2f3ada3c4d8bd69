"""The kill switch waits for nobody, and everybody else for a few seconds at most: a lock in a database shell stops no house."""

import os
from collections.abc import Iterator
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from govern import database_timeouts
from govern.changes.applying import apply_change
from govern.changes.locking import IN_FORCE_LOCK
from govern.changes.refused import ChangeRefused
from govern.changes.stops import stop_traffic
from govern.changes.submission import withdraw_change
from govern.models import Revision, Stop
from tests.cast import person
from tests.govern.changes.changing import applied, approve, fresh, submitted
from tests.second_factor import sign_in_fresh

pytestmark = pytest.mark.usefixtures("as_application")


@pytest.fixture
def shell(as_application: None) -> Iterator[psycopg.Connection[Any]]:
    """A session in psql, in a transaction that is never ended."""
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        dbname=settings["NAME"],
        user="govern_app",
        password=os.environ["GOVERN_DATABASE_APP_PASSWORD"],
    ) as session:
        yield session
        session.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """People wait for a lock for a moment only, so that the test does not take their seconds."""
    monkeypatch.setattr(database_timeouts, "LOCK_TIMEOUT_MS", 200)
    connection.close()


def hold(shell: psycopg.Connection[Any], *statements: str) -> None:
    """Takes whatever of these locks a session of the application's role can get."""
    shell.execute("SELECT 1")  # what follows are savepoints of this transaction, which keeps their locks
    for statement in statements:
        try:
            with shell.transaction():
                shell.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            continue


TABLES = (
    "govern_revision",
    "govern_version",
    "govern_stop",
    "govern_person",
    "govern_budgetaccount",
    "govern_apikey",
    "audit_event",
)


@pytest.mark.parametrize(
    "statements",
    [
        (f"SELECT pg_advisory_lock({IN_FORCE_LOCK})",),
        (f"SELECT pg_advisory_xact_lock({IN_FORCE_LOCK})", "SELECT pg_advisory_lock_shared(0)"),
        tuple(f"SELECT FROM {table} FOR UPDATE" for table in TABLES),
        tuple(
            f"LOCK TABLE {table} IN {mode} MODE"
            for table in TABLES
            for mode in ("ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE", "ROW EXCLUSIVE", "ACCESS SHARE")
        ),
        ("SELECT FROM govern_person FOR UPDATE", "UPDATE govern_person SET last_login = now()"),
    ],
)
def test_the_kill_switch_acts_while_a_shell_holds_its_locks(
    shell: psycopg.Connection[Any], statements: tuple[str, ...]
) -> None:
    olive = person("olive")
    hold(shell, *statements)
    stop_traffic(target="everything", of="", reason="It leaks.", by=olive)
    assert Stop.objects.in_force().count() == 1
    assert Revision.objects.latest("number").number == 2


def test_it_acts_on_its_page_while_a_shell_holds_sessions_and_people(
    shell: psycopg.Connection[Any], client: Client
) -> None:
    sign_in_fresh(client, person("olive"))
    hold(shell, "LOCK TABLE django_session, govern_person, usersessions_usersession IN ACCESS EXCLUSIVE MODE")
    hold(shell, *(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE" for table in ("django_session", "govern_person")))
    answer = client.post(
        reverse("admin:govern_stop_now"), {"target": "everything", "reason": "It leaks.", "confirmed": "yes"}
    )
    assert answer.status_code == 302
    assert Stop.objects.in_force().count() == 1


def test_a_stop_and_a_change_at_once_are_two_revisions() -> None:
    change = approve(submitted(), "ben", "cara")
    failures: list[Exception] = []

    def stop(name: str) -> None:
        try:
            stop_traffic(target="application", of=name, reason="It leaks.", by=person("olive"))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    names = ("helpdesk", "risk-engine")
    threads = [Thread(target=stop, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    apply_change(change=change, by=person("ben"), second_factor=fresh("ben"))
    assert sorted(Revision.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert len(Revision.objects.latest("number").entries["stop"]) == 2


def test_whoever_else_is_kept_waiting_is_told_to_try_again(shell: psycopg.Connection[Any], impatient: None) -> None:
    change = submitted()
    hold(shell, f"SELECT pg_advisory_lock({IN_FORCE_LOCK})", "SELECT FROM govern_changerequest FOR UPDATE")
    for act in (lambda: approve(change, "ben"), lambda: withdraw_change(change=change, by=person("amy")), applied):
        with pytest.raises(ChangeRefused, match="try again in a moment"):
            act()
    shell.rollback()
    shell.execute("SELECT pg_advisory_unlock_all()")
    shell.rollback()
    approve(change, "ben", "cara")


def test_a_page_that_is_kept_waiting_says_so(shell: psycopg.Connection[Any], impatient: None, client: Client) -> None:
    client.force_login(person("olive"))
    client.raise_request_exception = False
    hold(shell, "LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
    for address, wanted in ((reverse("admin:index"), b"Somebody else is at work"), ("/api/change-requests", b'"busy"')):
        connection.close()
        answer = client.get(address)
        assert (answer.status_code, answer["retry-after"]) == (503, "5")
        assert wanted in answer.content
    shell.rollback()
    assert client.get(reverse("admin:index")).status_code == 200
