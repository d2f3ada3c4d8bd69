"""A balance that Govern did not write is found, whoever wrote it."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction

from govern.budgets.accounts import LOCK, WRITE, lock_parameters, locked_balances, write_parameters
from govern.budgets.claims import Account
from govern.changes.drift.accounts import changed_accounts
from govern.changes.drift.finding import find_drift
from govern.models import BudgetAccount

pytestmark = pytest.mark.django_db(transaction=True)

ACCOUNT = Account(uuid4(), date(2026, 11, 1))
PLACE = f"account/{ACCOUNT.budget_id}/2026-11-01"


@pytest.fixture
def spent(installation: None) -> None:
    """Govern moves money of one account: 25 settled, 60 held."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, lock_parameters([ACCOUNT], open=True))
        balances, number = locked_balances(cursor.fetchall())[:2]
        balances[ACCOUNT].settled, balances[ACCOUNT].reserved = 25, 60
        cursor.execute(WRITE, write_parameters(balances, number))


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
    assert PLACE in find_drift()


@pytest.mark.usefixtures("spent")
def test_an_account_that_nobody_wrote_is_named() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, lock_parameters([Account(uuid4(), date(2026, 1, 1))], open=True))
    assert len(changed_accounts()) == 1
