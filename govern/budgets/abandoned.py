"""Calls whose gateway died: what they held counts as spent, never as free."""

import uuid
from datetime import date
from typing import Any

import msgspec

from govern.budgets.accounts import lock_statement, locked_balances, write_statement
from govern.budgets.claims import Account

_LAST_RESERVATION = """
SELECT body::text FROM audit_event WHERE call_id = %s AND type = 'call.fallback' ORDER BY seq DESC LIMIT 1
"""


def settle_abandoned(cursor: Any, call_id: uuid.UUID, intent: dict[str, Any]) -> int:
    """Settles a lost call at the reservation it last held, in the transaction that closes it. Returns nano-dollars.

    `intent` is the intent's body; a call that had gone on to another deployment held what its last fallback event says.
    """
    cursor.execute(_LAST_RESERVATION, [call_id])
    row = cursor.fetchone()
    last: dict[str, Any] = msgspec.json.decode(row[0]) if row else intent
    held = {
        Account(uuid.UUID(budget_id), date.fromisoformat(start)): amount
        for budget_id, start, amount in last.get("reservation") or []
    }
    if held:
        cursor.execute(lock_statement(sorted(held), open=False))
        balances, session = locked_balances(cursor.fetchall())
        for account, balance in balances.items():
            balance.settle(held[account], held[account])
        cursor.execute(write_statement(balances, session))
    return int(last.get("reserved_nano_usd") or 0)
