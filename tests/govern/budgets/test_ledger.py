import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from audit.trail.entries import Entry
from audit.trail.writer import TrailWriter
from govern.budgets.claims import BudgetLine, Claim, Hold, Overdrawn, Settlement, hold_for
from govern.budgets.ledger import BudgetLedger

AT_S = 1_764_000_000.0  # 2025-11-24
pytestmark = pytest.mark.django_db(transaction=True)


def conninfo() -> str:
    there = connection.settings_dict
    return make_conninfo(
        dbname=str(there["NAME"]),
        user=there["USER"],
        password=there["PASSWORD"],
        host=there["HOST"],
        port=there["PORT"] or None,
    )


@pytest.fixture
async def writer(transactional_db: None) -> AsyncIterator[TrailWriter]:
    opened = TrailWriter(conninfo(), participants=(BudgetLedger(),), max_pending=10_000, commit_timeout_ms=5_000)
    await opened.start()
    yield opened
    await opened.stop()


def line(limit_nano_usd: int, *, blocks: bool = True) -> BudgetLine:
    return BudgetLine(uuid4(), "payments", "month", limit_nano_usd, blocks)


def hold(amount: int, *lines: BudgetLine) -> Hold:
    held = hold_for(lines, amount, AT_S)
    assert held is not None
    return held


async def balance(budget: BudgetLine) -> tuple[int, int]:
    """(settled, reserved) of this month's account."""
    async with await psycopg.AsyncConnection.connect(conninfo()) as opened:
        cursor = await opened.execute(
            "SELECT settled_nano_usd, reserved_nano_usd FROM govern_budgetaccount WHERE budget_id = %s AND period_start = %s",
            [budget.id, date(2025, 11, 1)],
        )
        row = await cursor.fetchone()
        return (row[0], row[1]) if row else (0, 0)


async def test_a_hold_reserves_and_a_settlement_spends(writer: TrailWriter) -> None:
    budget = line(100)
    held = hold(60, budget)
    await writer.submit(Entry([], claim=Claim(hold=held)))
    assert await balance(budget) == (0, 60)
    await writer.submit(Entry([], claim=Claim(settlement=Settlement(held, 25))))
    assert await balance(budget) == (25, 0)


async def test_a_hold_that_does_not_fit_is_refused_with_what_is_left(writer: TrailWriter) -> None:
    budget = line(100)
    await writer.submit(Entry([], claim=Claim(hold=hold(60, budget))))
    entry = await writer.submit(Entry([], claim=Claim(hold=hold(41, budget))))
    assert entry.refused == Overdrawn("payments", 40, 41)
    assert await balance(budget) == (0, 60)


async def test_all_budgets_hold_or_none(writer: TrailWriter) -> None:
    wide, narrow = line(1_000), line(10)
    entry = await writer.submit(Entry([], claim=Claim(hold=hold(11, wide, narrow))))
    assert isinstance(entry.refused, Overdrawn)
    assert (await balance(wide), await balance(narrow)) == ((0, 0), (0, 0))


async def test_an_alert_budget_counts_but_never_refuses(writer: TrailWriter) -> None:
    budget = line(10, blocks=False)
    entry = await writer.submit(Entry([], claim=Claim(hold=hold(500, budget))))
    assert entry.refused is None
    assert await balance(budget) == (0, 500)


async def test_two_gateways_and_three_hundred_callers_never_exceed_the_limit(writer: TrailWriter) -> None:
    budget = line(50 * 7)
    other = TrailWriter(conninfo(), participants=(BudgetLedger(),), max_pending=10_000, commit_timeout_ms=5_000)
    await other.start()
    try:
        entries = await asyncio.gather(
            *((writer, other)[number % 2].submit(Entry([], claim=Claim(hold=hold(7, budget)))) for number in range(300))
        )
    finally:
        await other.stop()
    assert sum(entry.refused is None for entry in entries) == 50
    assert await balance(budget) == (0, 350)


async def test_the_database_refuses_an_overspent_account_whoever_writes_it(writer: TrailWriter) -> None:
    budget = line(100)
    await writer.submit(Entry([], claim=Claim(hold=hold(60, budget))))
    async with await psycopg.AsyncConnection.connect(conninfo()) as opened:
        with pytest.raises(psycopg.errors.CheckViolation):
            await opened.execute(
                "UPDATE govern_budgetaccount SET reserved_nano_usd = 101 WHERE budget_id = %s", [budget.id]
            )


async def test_a_cost_over_its_hold_is_recorded_rather_than_hidden(writer: TrailWriter) -> None:
    budget = line(100)
    held = hold(100, budget)
    await writer.submit(Entry([], claim=Claim(hold=held)))
    await writer.submit(Entry([], claim=Claim(settlement=Settlement(held, 130))))
    assert await balance(budget) == (130, 0)
    entry = await writer.submit(Entry([], claim=Claim(hold=hold(1, budget))))
    assert entry.refused == Overdrawn("payments", 0, 1)


def test_no_budget_means_no_hold() -> None:
    assert hold_for((), 5, AT_S) is None


def test_a_hold_names_the_account_of_its_period() -> None:
    budget = BudgetLine(UUID(int=1), "b", "quarter", 5, True)
    held = hold(5, budget)
    assert held.lines[0][0].period_start == date(2025, 10, 1)
