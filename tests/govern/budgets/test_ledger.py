import asyncio
import os
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from audit.trail.entries import Entry
from audit.trail.writer import TrailWriter
from govern.budgets.accounts import lock_statement, locked_balances, write_statement
from govern.budgets.claims import Account, Claim, Frozen, Hold, Overdrawn, Settlement, hold_for
from govern.budgets.ledger import BudgetLedger
from govern.policy.budget_line import BudgetLine

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
    entry = await writer.submit(Entry([], claim=Claim(hold=hold(1, budget), application="another")))
    assert entry.refused == Overdrawn("payments", 0, 1)


def test_no_budget_means_no_hold() -> None:
    assert hold_for((), 5, AT_S) is None


def test_a_hold_names_the_account_of_its_period() -> None:
    budget = BudgetLine(UUID(int=1), "b", "quarter", 5, True)
    held = hold(5, budget)
    assert held.lines[0][0].period_start == date(2025, 10, 1)


async def test_the_applications_role_moves_no_money_by_itself(writer: TrailWriter) -> None:
    """In psql, with all that the role may do: not even a proof that was seen in another session helps."""
    budget = line(100)
    held = hold(60, budget)
    await writer.submit(Entry([], claim=Claim(hold=held)))
    await writer.submit(Entry([], claim=Claim(settlement=Settlement(held, 25))))
    app = make_conninfo(conninfo(), user="govern_app", password=os.environ["GOVERN_DATABASE_APP_PASSWORD"])
    account = Account(budget.id, date(2025, 11, 1))
    attacks = [
        "UPDATE govern_budgetaccount SET settled_nano_usd = 0",
        "UPDATE govern_budgetaccount SET reserved_nano_usd = 0, ceiling_nano_usd = NULL",
        "DELETE FROM govern_budgetaccount",
        "TRUNCATE govern_budgetaccount",
        "INSERT INTO govern_budgetaccount SELECT gen_random_uuid(), now(), 0, 0, NULL",
        "INSERT INTO govern_budgetaccount SELECT * FROM govern_budgetaccount ON CONFLICT (budget_id, period_start) DO UPDATE SET settled_nano_usd = 0",
        "MERGE INTO govern_budgetaccount a USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET settled_nano_usd = 0",
        "SELECT FROM govern_budgetaccount FOR UPDATE",
        "LOCK TABLE govern_budgetaccount IN EXCLUSIVE MODE",
        "ALTER TABLE govern_budgetaccount DISABLE TRIGGER ALL",
    ]
    async with await psycopg.AsyncConnection.connect(app, autocommit=True) as shell:
        for statement in attacks:
            with pytest.raises(psycopg.Error):
                await shell.execute(statement)
        async with shell.transaction():
            found, session = locked_balances(
                await (await shell.execute(lock_statement([account], open=True))).fetchall()
            )
        found[account].settled = 0
        for elsewhere in (session + 1, 0):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await shell.execute(write_statement(found, elsewhere))
    async with await psycopg.AsyncConnection.connect(conninfo(), autocommit=True) as owner:
        with pytest.raises(psycopg.errors.RestrictViolation):
            await owner.execute("UPDATE govern_budgetaccount SET settled_nano_usd = 0")
    assert await balance(budget) == (25, 0)


async def test_a_write_that_was_seen_moves_nothing_again(writer: TrailWriter) -> None:
    account = Account(uuid4(), date(2025, 11, 1))
    async with await psycopg.AsyncConnection.connect(conninfo(), autocommit=True) as opened:
        rows = await (await opened.execute(lock_statement([account], open=True))).fetchall()
        balances, session = locked_balances(rows)
        balances[account].reserved = 60
        seen = write_statement(balances, session)
        await opened.execute(seen)
        with pytest.raises(psycopg.errors.SerializationFailure):
            await opened.execute(seen)


async def test_govern_moves_money_as_the_applications_role(writer: TrailWriter) -> None:
    budget = line(100)
    app = make_conninfo(conninfo(), user="govern_app", password=os.environ["GOVERN_DATABASE_APP_PASSWORD"])
    gateway = TrailWriter(app, participants=(BudgetLedger(),), max_pending=10, commit_timeout_ms=5_000)
    await gateway.start()
    try:
        held = hold(60, budget)
        await gateway.submit(Entry([], claim=Claim(hold=held)))
        await gateway.submit(Entry([], claim=Claim(settlement=Settlement(held, 25))))
    finally:
        await gateway.stop()
    assert await balance(budget) == (25, 0)


async def test_more_than_was_held_is_settled_and_freezes_the_application(writer: TrailWriter) -> None:
    budget, other = line(1_000), line(1_000)
    held = hold(10, budget)
    await writer.submit(Entry([], claim=Claim(held, application="risk-engine")))
    await writer.submit(Entry([], claim=Claim(settlement=Settlement(held, 2_000), application="risk-engine")))
    assert await balance(budget) == (2_000, 0)
    refused = Entry([], claim=Claim(hold(10, budget), application="risk-engine"))
    await writer.submit(refused)
    assert refused.refused == Frozen("payments")
    elsewhere = Entry([], claim=Claim(hold(10, other), application="risk-engine"))
    await writer.submit(elsewhere)
    assert elsewhere.refused is None


async def test_other_applications_go_on_until_the_limit(writer: TrailWriter) -> None:
    budget = line(1_000)
    held = hold(10, budget)
    await writer.submit(Entry([], claim=Claim(held, application="one")))
    await writer.submit(Entry([], claim=Claim(settlement=Settlement(held, 11), application="one")))
    for application, expected in (("one", Frozen("payments")), ("two", None)):
        entry = Entry([], claim=Claim(hold(10, budget), application=application))
        await writer.submit(entry)
        assert entry.refused == expected


async def test_a_freeze_acts_in_every_process_and_in_the_next_period(writer: TrailWriter) -> None:
    budget = line(1_000)
    held = hold(10, budget)
    await writer.submit(Entry([], claim=Claim(held, application="one")))
    await writer.submit(Entry([], claim=Claim(settlement=Settlement(held, 11), application="one")))
    other = TrailWriter(conninfo(), participants=(BudgetLedger(),), max_pending=10, commit_timeout_ms=5_000)
    await other.start()
    try:
        later = hold_for((budget,), 10, AT_S + 40 * 86_400)
        entry = Entry([], claim=Claim(later, application="one"))
        await other.submit(entry)
        assert entry.refused == Frozen("payments")
    finally:
        await other.stop()


async def test_an_alerting_budget_freezes_nobody(writer: TrailWriter) -> None:
    budget = line(1_000, blocks=False)
    held = hold(10, budget)
    await writer.submit(Entry([], claim=Claim(held, application="one")))
    await writer.submit(Entry([], claim=Claim(settlement=Settlement(held, 11), application="one")))
    entry = Entry([], claim=Claim(hold(10, budget), application="one"))
    await writer.submit(entry)
    assert entry.refused is None


async def test_many_processes_at_once_with_a_provider_that_reports_too_much(writer: TrailWriter) -> None:
    budget = line(1_000)
    other = TrailWriter(conninfo(), participants=(BudgetLedger(),), max_pending=10_000, commit_timeout_ms=5_000)
    await other.start()
    try:

        async def call(number: int) -> str:
            opened, held = (writer, other)[number % 2], hold(20, budget)
            application = f"app-{number % 5}"
            entry = Entry([], claim=Claim(held, application=application))
            await opened.submit(entry)
            if entry.refused is not None:
                return type(entry.refused).__name__
            cost = 25 if number % 5 == 0 else 5
            await opened.submit(Entry([], claim=Claim(settlement=Settlement(held, cost), application=application)))
            return "beyond" if cost > 20 else "admitted"

        ended = await asyncio.gather(*(call(number) for number in range(200)))
    finally:
        await other.stop()
    settled, reserved = await balance(budget)
    assert reserved == 0
    assert settled == 5 * ended.count("admitted") + 25 * ended.count("beyond")
    assert settled <= 1_000 + 5 * ended.count("beyond"), "beyond the limit only by what was reported beyond the bounds"
    last = Entry([], claim=Claim(hold(1, budget), application="app-0"))
    await writer.submit(last)
    assert last.refused is not None


async def calls(writer: TrailWriter, budget: BudgetLine, *, number: int, cost: int) -> None:
    """Calls that hold 10 and cost less, one after the other."""
    for _ in range(number):
        held = hold(10, budget)
        entry = await writer.submit(Entry([], claim=Claim(held, application="one")))
        assert entry.refused is None
        await writer.submit(Entry([], claim=Claim(settlement=Settlement(held, cost), application="one")))


@pytest.fixture
async def second(transactional_db: None) -> AsyncIterator[TrailWriter]:
    """Another process."""
    opened = TrailWriter(conninfo(), participants=(BudgetLedger(),), max_pending=10_000, commit_timeout_ms=5_000)
    await opened.start()
    yield opened
    await opened.stop()


async def test_what_another_process_spent_since_is_not_forgotten(writer: TrailWriter, second: TrailWriter) -> None:
    budget = line(1_000)
    for _ in range(5):
        await calls(writer, budget, number=2, cost=3)
        await calls(second, budget, number=1, cost=5)
    assert await balance(budget) == (5 * (2 * 3 + 5), 0)


async def test_a_process_that_remembers_an_account_refuses_for_what_another_holds(
    writer: TrailWriter, second: TrailWriter
) -> None:
    budget = line(100)
    await calls(writer, budget, number=3, cost=1)
    await second.submit(Entry([], claim=Claim(hold(90, budget))))
    entry = await writer.submit(Entry([], claim=Claim(hold(10, budget))))
    assert entry.refused == Overdrawn("payments", 7, 10)


async def test_nobody_is_refused_for_what_has_been_given_back_since(writer: TrailWriter, second: TrailWriter) -> None:
    budget = line(100)
    held = hold(90, budget)
    await calls(second, budget, number=1, cost=0)
    await writer.submit(Entry([], claim=Claim(held)))
    await second.submit(Entry([], claim=Claim(settlement=Settlement(held, 1))))
    entry = await writer.submit(Entry([], claim=Claim(hold(99, budget))))
    assert entry.refused is None


async def test_a_process_that_remembers_an_account_sees_a_freeze_at_its_next_call(
    writer: TrailWriter, second: TrailWriter
) -> None:
    budget = line(1_000)
    held = hold_for((budget,), 10, AT_S - 40 * 86_400)
    assert held is not None
    await second.submit(Entry([], claim=Claim(held, application="one")))
    await calls(writer, budget, number=3, cost=1)
    # In the period before: the account that the other process remembers is not written.
    await second.submit(Entry([], claim=Claim(settlement=Settlement(held, 11), application="one")))
    entry = await writer.submit(Entry([], claim=Claim(hold(10, budget), application="one")))
    assert entry.refused == Frozen("payments")


@pytest.mark.parametrize("moved", ["version = version + 1", "version = version"])
async def test_what_somebody_else_wrote_is_seen_rather_than_written_over(writer: TrailWriter, moved: str) -> None:
    budget = line(1_000)
    await calls(writer, budget, number=3, cost=1)
    async with await psycopg.AsyncConnection.connect(conninfo(), autocommit=True) as owner:
        await owner.execute(f"UPDATE govern_budgetaccount SET settled_nano_usd = 900, {moved}")
    entry = await writer.submit(Entry([], claim=Claim(hold(101, budget))))
    assert entry.refused == Overdrawn("payments", 100, 101)
