"""Whose the accounts of budgets are that give each end user a limit: told about once a minute, so that people find who is near theirs.

The account itself is under a digest, and money needs nothing of this.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

if TYPE_CHECKING:
    from govern.gateway.call import Call

EVERY_S = 60.0
MOST_WAITING = 10_000
"""Accounts between two writes; those beyond are told at their next call."""
MOST_TOLD = 50_000
"""Accounts that are remembered as told. Forgetting one costs a row that changes nothing."""
_ADD = """
INSERT INTO govern_enduseraccount (account_id, budget_id, who, by, issuer)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[]) ORDER BY 1
ON CONFLICT (account_id) DO NOTHING
"""
_log = logging.getLogger("govern.gateway")


class User(NamedTuple):
    """Whose an account is."""

    budget_id: UUID
    who: str
    by: str
    issuer: str


class AccountUsers:
    """What one gateway has not told yet."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._waiting: dict[UUID, User] = {}
        self._told: set[UUID] = set()
        self._task: asyncio.Task[None] | None = None

    def note(self, call: "Call") -> None:
        """The call's first attempt holds money."""
        end_user, hold = call.end_user, call.attempts[0].hold
        if end_user is None or hold is None or not end_user.verified:
            return
        for account, line in hold.lines:
            own = account.budget_id
            if not line.per_end_user or own in self._told or len(self._waiting) >= MOST_WAITING:
                continue
            who = str(end_user.recorded(call.application.end_users)["id"])
            self._waiting[own] = User(line.id, who, end_user.by, end_user.issuer)

    def start(self) -> None:
        """Begins to write once a minute."""
        self._task = asyncio.create_task(self._write_now_and_then(), name="users of accounts")

    async def stop(self) -> None:
        """Writes what is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.write()

    async def write(self) -> None:
        """Writes whose accounts are; what cannot be written is told again at the next call."""
        if not self._waiting:
            return
        users, self._waiting = self._waiting, {}
        rows = list(users.values())
        columns = [list(users), [u.budget_id for u in rows], [u.who for u in rows], [u.by for u in rows]]
        try:
            async with await AsyncConnection.connect(self._conninfo, connect_timeout=5) as connection:
                await connection.execute("SET LOCAL statement_timeout = '5s'")
                await connection.execute(_ADD, [*columns, [user.issuer for user in rows]])
        except (psycopg.Error, OSError, TimeoutError) as error:
            _log.warning("Whose accounts of budgets are could not be written now (%s).", type(error).__name__)
            return
        if len(self._told) + len(users) > MOST_TOLD:
            self._told.clear()
        self._told.update(users)

    async def _write_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self.write()
