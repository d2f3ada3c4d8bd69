"""What is left of kept responses and conversations once their texts have expired: rows of ids, removed a few at a time.

Ids begin with their time, so what is old is found by the index of ids.
"""

import time
import uuid

from django.db import connection

from audit.payloads.expiring import BATCH, remove_expired_payloads
from govern.gateway.responses.conversations import KEEP_DAYS
from govern.keeping.holds import put_off_held

BATCHES = 50
"""In one run. What is left over waits for the next."""
_SPARE_DAYS = 1
"""A response is kept from its end on, and its id is from its beginning."""

_REMOVE_RESPONSES = """
DELETE FROM govern_backgroundresponse WHERE call_id IN (
    SELECT call_id FROM govern_backgroundresponse WHERE call_id < %s ORDER BY call_id LIMIT %s FOR UPDATE SKIP LOCKED)
"""
_REMOVE_TURNS = """
DELETE FROM govern_conversationentry WHERE id IN (
    SELECT id FROM govern_conversationentry ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) AND payload_id < %s
"""
_REMOVE_CONVERSATIONS = """
DELETE FROM govern_conversation WHERE id IN (
    SELECT id FROM govern_conversation c
    WHERE id < %s AND NOT EXISTS (SELECT FROM govern_conversationentry e WHERE e.conversation_id = c.id)
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
"""
_REMOVE_CACHED = """
DELETE FROM govern_cachedanswer WHERE digest IN (
    SELECT digest FROM govern_cachedanswer WHERE expires_at <= now() ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def remove_expired() -> int:
    """Removes payloads past their time, and what the cache, responses, turns and conversations had of them. Returns how many rows."""
    put_off_held()
    removed = 0
    for _ in range(BATCHES):
        batch = remove_expired_payloads() + _remove_rows()
        removed += batch
        if not batch:
            break
    return removed


def _remove_rows() -> int:
    expired = _first_id(time.time() - (KEEP_DAYS + _SPARE_DAYS) * 86_400)
    removed = 0
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE_RESPONSES, [expired, BATCH])
        removed += cursor.rowcount
        cursor.execute(_REMOVE_CACHED, [BATCH])
        removed += cursor.rowcount
        cursor.execute(_REMOVE_TURNS, [BATCH, expired])
        removed += cursor.rowcount
        cursor.execute(_REMOVE_CONVERSATIONS, [expired, BATCH])
        removed += cursor.rowcount
    return removed


def _first_id(at_s: float) -> uuid.UUID:
    """The smallest UUIDv7 of a time."""
    return uuid.UUID(int=int(at_s * 1_000) << 80)
