"""kill -9 of processes that spend from the same budgets: never over the limit, and in the end what is settled is what the trail says."""

import random
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from audit.models import AuditEvent
from audit.trail.orphans import close_orphans
from govern.budgets.abandoned import settle_abandoned
from govern.changes.drift.accounts import Watch
from govern.models import BudgetAccount
from tests.govern.budgets.test_ledger import conninfo

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 4_000
SHARED, OWN = UUID(int=1), (UUID(int=2), UUID(int=3))

_PROCESS = textwrap.dedent("""
    import asyncio, json, os, random, sys
    from uuid import UUID
    import django
    django.setup()
    from audit.trail.entries import Entry
    from audit.trail.identifiers import uuid7
    from audit.trail.writer import TrailWriter
    from govern.budgets.claims import Claim, Settlement, hold_for
    from govern.budgets.ledger import BudgetLedger
    from govern.policy.budget_line import BudgetLine
    from tests.audit.calls import row

    lines = tuple(BudgetLine(UUID(id), "b", "total", int(sys.argv[2]), True) for id in sys.argv[3:])

    async def calls(writer):
        while True:
            await asyncio.sleep(random.random() / 50)
            identifier, amount = uuid7(), random.randint(1, 40)
            held = hold_for(lines, amount, 0)
            reservation = [(str(account.budget_id), str(account.period_start), amount) for account, _ in held.lines]
            body = json.dumps({"reservation": reservation, "reserved_nano_usd": amount}).encode()
            intent = row("call.intent", identifier, body=body, instance=writer.instance)
            if (await writer.submit(Entry([intent], claim=Claim(held, call_id=identifier)))).refused is not None:
                continue
            cost = random.randint(0, amount // 4)
            outcome = row("call.outcome", identifier, cost_nano_usd=cost, instance=writer.instance)
            await writer.submit(Entry([outcome], claim=Claim(settlement=Settlement(held, cost), call_id=identifier)))

    async def main():
        writer = TrailWriter(sys.argv[1], participants=(BudgetLedger(),), max_pending=1000, commit_timeout_ms=30_000)
        await writer.start()
        print("begun", flush=True)
        await asyncio.gather(*(calls(writer) for _ in range(12)))

    asyncio.run(main())
""")


def test_the_limit_holds_at_every_instant_and_money_and_evidence_agree() -> None:
    """Three processes over one budget, two of them over one of their own too; each dies at a time of its own, in the middle of calls."""
    processes = [_begin(SHARED, OWN[0]), _begin(SHARED, OWN[1]), _begin(SHARED)]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
        ends = [time.monotonic() + random.uniform(0.5, 4) for _ in processes]
        while any(process.poll() is None for process in processes):
            for process, end in zip(processes, ends, strict=True):
                if time.monotonic() > end:
                    process.kill()
            _nothing_is_over_its_limit()
    finally:
        for process in processes:
            process.kill()
            process.wait(timeout=30)
    _wait_until_the_server_noticed()
    close_orphans(on_close=settle_abandoned)

    accounts = {account.budget_id: account for account in BudgetAccount.objects.all()}
    assert set(accounts) == {SHARED, *OWN}
    spent = dict.fromkeys(accounts, 0)
    costs = dict(AuditEvent.objects.outcomes().values_list("call_id", "cost_nano_usd"))
    intents = AuditEvent.objects.intents().values_list("call_id", "body")
    assert len(intents) == len(costs) > 0
    for call, body in intents:
        for budget, _, _ in body["reservation"]:
            spent[UUID(budget)] += costs[call]
    assert {key: (account.settled_nano_usd, account.reserved_nano_usd) for key, account in accounts.items()} == {
        key: (amount, 0) for key, amount in spent.items()
    }
    assert Watch().changed() == []


def _begin(*budgets: UUID) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _PROCESS, conninfo(), str(LIMIT), *map(str, budgets)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )


def _nothing_is_over_its_limit() -> None:
    for account in BudgetAccount.objects.all():
        assert account.settled_nano_usd + account.reserved_nano_usd <= LIMIT, str(account)


def _wait_until_the_server_noticed() -> None:
    with psycopg.connect(conninfo(), autocommit=True) as connection:
        for _ in range(3000):
            if connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'govern audit writer'"
                " AND datname = current_database()"
            ).fetchone() == (0,):
                return
            connection.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("a killed process is still connected")
