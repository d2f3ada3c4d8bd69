"""A balance that Govern did not write, and settings of the application's role, are found, whoever wrote them."""

import os
from datetime import date
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction

from govern.budgets.accounts import LOCK, WRITE, lock_parameters, locked_balances, write_parameters
from govern.budgets.claims import Account
from govern.changes.drift.accounts import changed_accounts
from govern.changes.drift.finding import find_drift
from govern.changes.drift.role_settings import changed_role
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


def test_settings_of_the_applications_role_are_named() -> None:
    settings = connection.settings_dict
    assert changed_role() == []
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        dbname=settings["NAME"],
        user="govern_app",
        password=os.environ["GOVERN_DATABASE_APP_PASSWORD"],
        autocommit=True,
    ) as shell:
        try:
            shell.execute("ALTER ROLE govern_app SET work_mem = '64kB'")
            assert changed_role() == ["database role/govern_app/work_mem"]
        finally:
            shell.execute("ALTER ROLE govern_app RESET ALL")
    assert changed_role() == []
