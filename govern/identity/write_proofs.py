"""Proofs for single writes, which the database asks for and only Govern can make.

What must not be written from a database shell (keys, people, their credentials) has a trigger that spends a proof of the row:
`govern_consume_proof` in `govern/guarantees/proofs.sql`. Give the connection the proof just before the write.
"""

import json
import secrets
import time
from datetime import UTC, datetime, timedelta

from django.db import connections
from psycopg import Cursor

from govern.identity.keyring import keyring

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def prove_write(purpose: str, *content: object, using: str = "default") -> None:
    """Gives the connection a proof for the next write of `purpose`.

    content: the row, in the order in which its trigger spells it out (`ARRAY[…]::text[]`): None for NULL, everything else as PostgreSQL
    says it in text (times by `proven_instant` and `govern_instant`).
    """
    issued_us = time.time_ns() // 1_000
    nonce = secrets.token_hex(16)
    # As PostgreSQL writes `to_jsonb(content)::text`.
    row = json.dumps([_text(value) for value in content], ensure_ascii=False)
    mac = keyring().prove("\n".join(("govern/write", purpose, str(issued_us), nonce, row)))
    connection = connections[using]
    connection.ensure_connection()
    # Server-side parameters, unlike Django's: pg_stat_activity shows `$1`. Ends with the transaction where there is one; otherwise the
    # write that follows would not see it.
    with Cursor(connection.connection) as cursor:
        cursor.execute(
            "SELECT set_config('govern.write_proof', %s, %s)",
            [f"{issued_us}.{nonce}.{mac}", connection.in_atomic_block],
        )


def proven_instant(at: datetime | None) -> str:
    """Microseconds since 1970, as `govern_instant` says them."""
    return str((at - _EPOCH) // timedelta(microseconds=1)) if at else "-"


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
