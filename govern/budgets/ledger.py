"""The ledger: budgets joined to the transaction of the trail, so that money and evidence can never disagree.

One batch of the trail reads the accounts it touches once (locked in one order, so that two gateways cannot deadlock), decides in
memory, and writes each account back once. The promise for a `block` budget: settled + reserved never exceeds the limit, however
many gateways there are; the table's check constraint holds it too.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection

from audit.trail.entries import Entry
from govern.budgets.claims import Account, Claim, Hold, Overdrawn

_OPEN = """
INSERT INTO govern_budgetaccount (budget_id, period_start, settled_nano_usd, reserved_nano_usd)
SELECT * FROM unnest(%s::uuid[], %s::date[], %s::bigint[], %s::bigint[]) ON CONFLICT DO NOTHING
"""
_LOCK = """
SELECT budget_id, period_start, settled_nano_usd, reserved_nano_usd FROM govern_budgetaccount
WHERE (budget_id, period_start) IN (SELECT * FROM unnest(%s::uuid[], %s::date[]))
ORDER BY budget_id, period_start FOR UPDATE
"""
_WRITE = """
UPDATE govern_budgetaccount AS a
SET settled_nano_usd = n.settled, reserved_nano_usd = n.reserved,
    ceiling_nano_usd = CASE WHEN n.ceiling IS NULL AND n.settled + n.reserved > a.ceiling_nano_usd
                            THEN n.settled + n.reserved ELSE COALESCE(n.ceiling, a.ceiling_nano_usd) END
FROM unnest(%s::uuid[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[])
     AS n (budget_id, period_start, settled, reserved, ceiling)
WHERE a.budget_id = n.budget_id AND a.period_start = n.period_start
"""


class _Balance:
    """One account while a batch is decided."""

    __slots__ = ("ceiling", "reserved", "settled")

    def __init__(self, settled: int, reserved: int) -> None:
        self.settled = settled
        self.reserved = reserved
        self.ceiling: int | None = None


class BudgetLedger:
    """A participant of the trail's transaction."""

    def __init__(self) -> None:
        self._open: set[Account] = set()

    async def join(self, connection: AsyncConnection[Any], entries: Sequence[Entry]) -> None:
        """Settles what has ended, then admits holds in order; a hold that does not fit marks its entry as refused."""
        claims = [(entry, entry.claim) for entry in entries if isinstance(entry.claim, Claim)]
        balances = await self._lock(connection, _accounts(claims))
        for _, claim in claims:
            if claim.settlement is not None:
                hold, cost = claim.settlement
                for account, _line in hold.lines:
                    balance = balances[account]
                    balance.reserved = max(0, balance.reserved - hold.amount_nano_usd)
                    balance.settled += cost
        for entry, claim in claims:
            if claim.hold is not None:
                entry.refused = _admit(balances, claim.hold)
        await _write(connection, balances)

    def failed(self, entries: Sequence[Entry]) -> None:
        """Nothing is kept in memory but which accounts exist; look again."""
        self._open.clear()

    async def _lock(self, connection: AsyncConnection[Any], accounts: list[Account]) -> dict[Account, _Balance]:
        ids, starts = [a.budget_id for a in accounts], [a.period_start for a in accounts]
        if not self._open.issuperset(accounts):
            zeros = [0] * len(accounts)
            await connection.execute(_OPEN, [ids, starts, zeros, zeros])
            self._open.update(accounts)
        cursor = await connection.execute(_LOCK, [ids, starts])
        return {Account(row[0], row[1]): _Balance(row[2], row[3]) for row in await cursor.fetchall()}


def _accounts(claims: Sequence[tuple[Entry, Claim]]) -> list[Account]:
    found: set[Account] = set()
    for _, claim in claims:
        for hold in (claim.hold, claim.settlement.hold if claim.settlement else None):
            if hold is not None:
                found.update(account for account, _ in hold.lines)
    return sorted(found)


def _admit(balances: dict[Account, _Balance], hold: Hold) -> Overdrawn | None:
    for account, line in hold.lines:
        balance = balances[account]
        left = line.limit_nano_usd - balance.settled - balance.reserved
        if line.blocks and hold.amount_nano_usd > left:
            return Overdrawn(line.name, max(0, left), hold.amount_nano_usd)
    for account, line in hold.lines:
        balance = balances[account]
        balance.reserved += hold.amount_nano_usd
        balance.ceiling = line.limit_nano_usd if line.blocks else None
    return None


async def _write(connection: AsyncConnection[Any], balances: dict[Account, _Balance]) -> None:
    await connection.execute(
        _WRITE,
        [
            [account.budget_id for account in balances],
            [account.period_start for account in balances],
            [balance.settled for balance in balances.values()],
            [balance.reserved for balance in balances.values()],
            [balance.ceiling for balance in balances.values()],
        ],
    )
