"""Removing payloads whose time is over, a few at a time: nobody waits for the lock on a batch, and none is held for long."""

from django.db import connection

BATCH = 1_000
_REMOVE = """
DELETE FROM audit_payload WHERE id IN (
    SELECT id FROM audit_payload WHERE expires_at <= now() ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def remove_expired_payloads() -> int:
    """Removes at most `BATCH` payloads past their time, erased ones included. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, [BATCH])
        return int(cursor.rowcount)
