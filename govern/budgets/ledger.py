"""The ledger: budgets joined to the transaction of the trail, so that money and evidence can never disagree.

One batch of the trail reads the accounts it touches once (locked in one order, so that two gateways cannot deadlock), decides in
memory, and writes each account back once. The promise for a `block` budget: settled + reserved never exceeds the limit, however
many gateways there are; the table's check constraint holds it too.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection

from audit.trail.entries import Entry
from govern.budgets.accounts import LOCK, WRITE, Balance, lock_parameters, locked_balances, write_parameters
from govern.budgets.claims import Account, Claim, Hold, Overdrawn


class BudgetLedger:
    """A participant of the trail's transaction."""

    def __init__(self) -> None:
        self._open: set[Account] = set()

    async def join(self, connection: AsyncConnection[Any], entries: Sequence[Entry]) -> None:
        """Settles what has ended, then admits holds in order; a hold that does not fit marks its entry as refused."""
        claims = [(entry, entry.claim) for entry in entries if isinstance(entry.claim, Claim)]
        balances, transaction = await self._lock(connection, _accounts(claims))
        for _, claim in claims:
            if claim.settlement is not None:
                hold, cost = claim.settlement
                for account, _line in hold.lines:
                    balances[account].settle(hold.amount_nano_usd, cost)
        for entry, claim in claims:
            if claim.hold is not None:
                entry.refused = _admit(balances, claim.hold)
        await connection.execute(WRITE, write_parameters(balances, transaction))

    def failed(self, entries: Sequence[Entry]) -> None:
        """Nothing is kept in memory but which accounts exist; look again."""
        self._open.clear()

    async def _lock(
        self, connection: AsyncConnection[Any], accounts: list[Account]
    ) -> tuple[dict[Account, Balance], str]:
        unknown = not self._open.issuperset(accounts)
        cursor = await connection.execute(LOCK, lock_parameters(accounts, open=unknown))
        self._open.update(accounts)
        return locked_balances(await cursor.fetchall())


def _accounts(claims: Sequence[tuple[Entry, Claim]]) -> list[Account]:
    found: set[Account] = set()
    for _, claim in claims:
        for hold in (claim.hold, claim.settlement.hold if claim.settlement else None):
            if hold is not None:
                found.update(account for account, _ in hold.lines)
    return sorted(found)


def _admit(balances: dict[Account, Balance], hold: Hold) -> Overdrawn | None:
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
