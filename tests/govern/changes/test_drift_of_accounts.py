"""A balance that Govern did not write is found, whoever wrote it."""

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction

from govern.budgets.accounts import lock_statement, locked_balances, write_statement
from govern.budgets.claims import Account
from govern.changes.drift import accounts
from govern.changes.drift.accounts import ALL_EVERY_S, Watch, changed_accounts
from govern.changes.drift.finding import find_drift
from govern.identity.keyring import Keyring
from govern.models import BudgetAccount

pytestmark = pytest.mark.django_db(transaction=True)

ACCOUNT = Account(uuid4(), date(2026, 11, 1))
PLACE = f"account/{ACCOUNT.budget_id}/2026-11-01"


@pytest.fixture
def spent(installation: None) -> None:
    """Govern moves money of one account: 25 settled, 60 held."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(lock_statement([ACCOUNT], open=True))
        balances, session = locked_balances(cursor.fetchall())
        balances[ACCOUNT].settled, balances[ACCOUNT].reserved = 25, 60
        cursor.execute(write_statement(balances, session))


@pytest.mark.usefixtures("spent")
def test_what_govern_wrote_is_no_drift() -> None:
    assert BudgetAccount.objects.get().settled_nano_usd == 25
    assert changed_accounts() == []


@pytest.mark.usefixtures("spent")
@pytest.mark.parametrize(
    "change", ["settled_nano_usd = 26", "reserved_nano_usd = 0", "stamp = ''", "settled_nano_usd = 0"]
)
def test_a_balance_that_the_owner_of_the_database_wrote_is_named(change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE govern_budgetaccount DISABLE TRIGGER refuse_unspending")
        cursor.execute(f"UPDATE govern_budgetaccount SET {change}")
        cursor.execute("ALTER TABLE govern_budgetaccount ENABLE TRIGGER refuse_unspending")
    assert changed_accounts() == [PLACE]
    assert PLACE in find_drift()  # and stays found


@pytest.mark.usefixtures("spent")
def test_an_account_that_nobody_wrote_is_named() -> None:
    with connection.cursor() as cursor:
        cursor.execute(lock_statement([Account(uuid4(), date(2026, 1, 1))], open=True))
    assert len(changed_accounts()) == 1


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What of accounts was read and compared."""
    texts: list[str] = []
    stamp = Keyring.stamp

    def noted(ring: Keyring, text: str) -> str:
        texts.append(text)
        return stamp(ring, text)

    monkeypatch.setattr(Keyring, "stamp", noted)
    return texts


@pytest.fixture
def second() -> Iterator[psycopg.Connection]:
    """Somebody else's connection, by the owner's role."""
    with psycopg.connect(connection.connection.info.dsn, password=connection.settings_dict["PASSWORD"]) as opened:
        yield opened


def tamper(change: str = "settled_nano_usd = settled_nano_usd + 1") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE govern_budgetaccount SET {change}")


@pytest.mark.usefixtures("spent")
def test_a_check_reads_what_was_written_since_the_one_before(read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    alone = accounts._OLDEST_RUNNING.replace(
        "pg_snapshot_xmin", "pg_snapshot_xmax"
    )  # other tests write on the same server
    monkeypatch.setattr(accounts, "_OLDEST_RUNNING", alone)
    watch = Watch()
    assert (watch.changed(), len(read)) == ([], 1)
    assert (watch.changed(), len(read)) == ([], 1)
    tamper()
    assert (watch.changed(), len(read)) == ([PLACE], 2)
    assert (watch.changed(), len(read)) == ([PLACE], 3)


@pytest.mark.usefixtures("spent")
def test_what_was_under_way_at_one_check_is_read_at_the_next(second: psycopg.Connection) -> None:
    watch = Watch()
    second.execute("UPDATE govern_budgetaccount SET settled_nano_usd = 26")
    assert watch.changed() == []
    second.commit()
    assert watch.changed() == [PLACE]


@pytest.mark.usefixtures("spent")
def test_all_are_read_again_after_a_while_and_on_another_server(read: list[str]) -> None:
    watch = Watch()
    watch.changed()
    watch.all_read_at -= ALL_EVERY_S
    assert (watch.changed(), len(read)) == ([], 2)
    watch.mark = 2**62
    assert (watch.changed(), len(read)) == ([], 3)
