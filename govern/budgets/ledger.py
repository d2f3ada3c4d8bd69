"""The ledger: budgets joined to the transaction of the trail, so that money and evidence can never disagree.

One batch of the trail decides on the accounts it touches in memory and writes each back once, over the version that it was decided on.
Where this process wrote the account last, it need not be read: what it remembers is right, or PostgreSQL refuses the write, since somebody
else has written the account or frozen an application, and the batch is decided again. Then, and for whatever would be refused, the accounts
are locked (in one order, so that two gateways cannot deadlock) and read. The promise for a `block` budget: no call is admitted whose bound
does not fit into what is left, however many gateways there are; the table's check constraint holds it too. A provider that reports more
than the bound of a call is settled truthfully, and freezes the call's application on that budget in the same transaction, until a person
lifts it.
"""

import time
import uuid
from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection

from audit.trail.entries import Entry
from govern.budgets.accounts import Balance, lock_statement, locked_balances, write_statement
from govern.budgets.claims import Account, Claim, Frozen, Hold, Overdrawn

MOST_REMEMBERED = 5_000
"""Accounts whose balance is kept in memory: a budget for each end user has as many as there are people."""
SHARED_FOR_S = 1.0
"""Accounts that others write as well are locked before they are decided on: so long after a batch that had to be decided again."""
_FREEZE = """
INSERT INTO govern_budgetfreeze (id, budget_id, budget_name, application, call_id, held_nano_usd, cost_nano_usd, at, lifted_reason)
VALUES (%s, %s, %s, %s, %s, %s, %s, now(), '') ON CONFLICT DO NOTHING
"""
_Claims = Sequence[tuple[Entry, Claim]]


class BudgetLedger:
    """A participant of the trail's transaction."""

    def __init__(self) -> None:
        self._connection: AsyncConnection[Any] | None = None
        self._session = 0
        self._remembered: dict[Account, Balance] = {}
        """As this process wrote them last, in the session of the connection."""
        self._lock_until = 0.0

    async def join(self, connection: AsyncConnection[Any], entries: Sequence[Entry]) -> str:
        """Settles what has ended, then admits holds in order; a hold that does not fit marks its entry as refused.

        Returns the statement that writes the balances.
        """
        claims = [(entry, entry.claim) for entry in entries if isinstance(entry.claim, Claim)]
        accounts = _accounts(claims)
        if not accounts:
            return ""
        balances = self._from_memory(connection, accounts)
        if balances and not _settle(balances, claims) and not _admit_all(balances, claims):
            statement = write_statement(balances, self._session, locked=False)
            self._remember(balances)
            return statement
        balances = await self._lock(connection, accounts)
        beyond = _settle(balances, claims)
        for claim in beyond:
            await self._freeze(connection, balances, claim)
        refused = _admit_all(balances, claims)
        for entry, _ in claims:
            entry.refused = refused.get(entry)
        statement = write_statement(balances, self._session)
        self._remember({} if beyond else balances)
        return statement

    def failed(self, entries: Sequence[Entry]) -> None:
        """What is remembered may not be what is written; look again."""
        self._remembered.clear()
        self._lock_until = time.monotonic() + SHARED_FOR_S

    def _from_memory(self, connection: AsyncConnection[Any], accounts: Sequence[Account]) -> dict[Account, Balance]:
        """The balances that need not be read; empty if one of them must be."""
        if connection is not self._connection or time.monotonic() < self._lock_until:
            return {}
        found = {}
        for account in accounts:
            balance = self._remembered.get(account)
            if balance is None:
                return {}
            found[account] = Balance(
                balance.version, balance.settled, balance.reserved, balance.frozen, balance.freezes
            )
        return found

    def _remember(self, balances: dict[Account, Balance]) -> None:
        """As they are once the batch is committed; nothing, if they cannot be told from what was read."""
        if not balances or len(self._remembered) > MOST_REMEMBERED:
            self._remembered.clear()
        for balance in balances.values():
            balance.version += 1
        self._remembered.update(balances)

    async def _lock(self, connection: AsyncConnection[Any], accounts: Sequence[Account]) -> dict[Account, Balance]:
        """Begins the transaction that holds the accounts."""
        if connection is not self._connection:
            self._connection = connection
            self._remembered.clear()
        unknown = not self._remembered.keys() >= set(accounts)
        cursor = await connection.execute(f"BEGIN; {lock_statement(accounts, open=unknown)}")
        cursor.nextset()
        balances, self._session = locked_balances(await cursor.fetchall())
        return balances

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


def _accounts(claims: _Claims) -> list[Account]:
    found: set[Account] = set()
    for _, claim in claims:
        for hold in (claim.hold, claim.settlement.hold if claim.settlement else None):
            if hold is not None:
                found.update(account for account, _ in hold.lines)
    return sorted(found)


def _settle(balances: dict[Account, Balance], claims: _Claims) -> list[Claim]:
    """Ends what has ended. Returns the claims that cost more than was held."""
    beyond = []
    for _, claim in claims:
        if claim.settlement is not None:
            hold, cost = claim.settlement
            for account, _line in hold.lines:
                balances[account].settle(hold.amount_nano_usd, cost)
            if claim.settlement.is_beyond:
                beyond.append(claim)
    return beyond


def _admit_all(balances: dict[Account, Balance], claims: _Claims) -> dict[Entry, Overdrawn | Frozen]:
    """Holds what fits, in order. Returns why the others do not."""
    refused = {}
    for entry, claim in claims:
        if claim.hold is not None and (why := _admit(balances, claim.hold, claim.application)) is not None:
            refused[entry] = why
    return refused


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
