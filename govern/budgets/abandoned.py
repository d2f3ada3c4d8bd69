"""Calls whose gateway died: what they held counts as spent, never as free."""

import uuid
from typing import Any

import msgspec

_LAST_RESERVATION = """
SELECT body::text FROM audit_event WHERE call_id = %s AND type = 'call.fallback' ORDER BY seq DESC LIMIT 1
"""
_SETTLE = """
UPDATE govern_budgetaccount
SET reserved_nano_usd = GREATEST(0, reserved_nano_usd - %s), settled_nano_usd = settled_nano_usd + %s
WHERE budget_id = %s AND period_start = %s
"""


def settle_abandoned(cursor: Any, call_id: uuid.UUID, intent: dict[str, Any]) -> int:
    """Settles a lost call at the reservation it last held, in the transaction that closes it. Returns nano-dollars.

    `intent` is the intent's body; a call that had gone on to another deployment held what its last fallback event says.
    """
    cursor.execute(_LAST_RESERVATION, [call_id])
    row = cursor.fetchone()
    last: dict[str, Any] = msgspec.json.decode(row[0]) if row else intent
    for budget_id, start, amount in sorted(last.get("reservation") or []):
        cursor.execute(_SETTLE, [amount, amount, uuid.UUID(budget_id), start])
    return int(last.get("reserved_nano_usd") or 0)
