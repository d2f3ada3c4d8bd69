"""The ledger: budgets joined to the transaction of the trail, so that money and evidence can never disagree.

One batch of the trail reads the accounts it touches once (locked in one order, so that two gateways cannot deadlock), decides in
memory, and writes each account back once. The promise for a `block` budget: no call is admitted whose bound does not fit into what is
left, however many gateways there are; the table's check constraint holds it too. A provider that reports more than the bound of a call is
settled truthfully, and freezes the call's application on that budget in the same transaction, until a person lifts it.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection

from audit.trail.entries import Entry
from govern.budgets.accounts import LOCK, WRITE, Balance, lock_parameters, locked_balances, write_parameters
from govern.budgets.claims import Account, Claim, Frozen, Hold, Overdrawn

MOST_OPEN = 20_000
"""Accounts that are remembered as opened."""
_FREEZE = """
INSERT INTO govern_budgetfreeze (id, budget_id, budget_name, application, call_id, held_nano_usd, cost_nano_usd, at, lifted_reason)
VALUES (%s, %s, %s, %s, %s, %s, %s, now(), '') ON CONFLICT DO NOTHING
"""


class BudgetLedger:
    """A participant of the trail's transaction."""

    def __init__(self) -> None:
        self._open: set[Account] = set()

    async def join(self, connection: AsyncConnection[Any], entries: Sequence[Entry]) -> None:
        """Settles what has ended, then admits holds in order; a hold that does not fit marks its entry as refused."""
        claims = [(entry, entry.claim) for entry in entries if isinstance(entry.claim, Claim)]
        balances, transaction = await self._lock(connection, _accounts(claims))
        beyond = []
        for _, claim in claims:
            if claim.settlement is not None:
                hold, cost = claim.settlement
                for account, _line in hold.lines:
                    balances[account].settle(hold.amount_nano_usd, cost)
                if claim.settlement.is_beyond:
                    beyond.append(claim)
        for claim in beyond:
            await self._freeze(connection, balances, claim)
        for entry, claim in claims:
            if claim.hold is not None:
                entry.refused = _admit(balances, claim.hold, claim.application)
        await connection.execute(WRITE, write_parameters(balances, transaction))

    async def _freeze(self, connection: AsyncConnection[Any], balances: dict[Account, Balance], claim: Claim) -> None:
        assert claim.settlement is not None
        hold, cost = claim.settlement
        call = uuid.UUID(bytes=claim.call_id) if claim.call_id is not None else None
        for account, line in hold.lines:
            if line.blocks:
                amounts = (hold.amount_nano_usd, cost)
                values = [uuid.uuid4(), account.budget_id, line.name, claim.application, call, *amounts]
                await connection.execute(_FREEZE, values)
                for other, balance in balances.items():
                    if other.budget_id == account.budget_id:
                        balance.frozen.add(claim.application)

    def failed(self, entries: Sequence[Entry]) -> None:
        """Nothing is kept in memory but which accounts exist; look again."""
        self._open.clear()

    async def _lock(
        self, connection: AsyncConnection[Any], accounts: list[Account]
    ) -> tuple[dict[Account, Balance], str]:
        unknown = not self._open.issuperset(accounts)
        cursor = await connection.execute(LOCK, lock_parameters(accounts, open=unknown))
        if len(self._open) > MOST_OPEN:
            self._open.clear()  # a budget for each end user has as many as there are people
        self._open.update(accounts)
        return locked_balances(await cursor.fetchall())


def _accounts(claims: Sequence[tuple[Entry, Claim]]) -> list[Account]:
    found: set[Account] = set()
    for _, claim in claims:
        for hold in (claim.hold, claim.settlement.hold if claim.settlement else None):
            if hold is not None:
                found.update(account for account, _ in hold.lines)
    return sorted(found)


def _admit(balances: dict[Account, Balance], hold: Hold, application: str) -> Overdrawn | Frozen | None:
    for account, line in hold.lines:
        balance = balances[account]
        if line.blocks and application in balance.frozen:
            return Frozen(line.name)
        left = line.limit_nano_usd - balance.settled - balance.reserved
        if line.blocks and hold.amount_nano_usd > left:
            return Overdrawn(line.name, max(0, left), hold.amount_nano_usd)
    for account, line in hold.lines:
        balance = balances[account]
        balance.reserved += hold.amount_nano_usd
        balance.ceiling = line.limit_nano_usd if line.blocks else None
    return None
