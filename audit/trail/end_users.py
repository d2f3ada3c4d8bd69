"""What the trail calls an end user whose name is not to stand in it, and how their calls are found again."""

import hashlib

from django.conf import settings

PREFIX = "eu-"
IN_THE_TRAIL = "body->'end_user'->>'id'"
"""The SQL expression, over `audit_event`, of who was behind a call: their id or their mark, NULL for nobody. Calls of somebody are those
in which it is one of `end_user_marks`. Indexed where `IS_KNOWN` holds (migrations/0006_end_users.py)."""
IS_KNOWN = """position('"end_user":' in body::text) > 0"""
"""The SQL condition that something is said of who was behind a call."""


def end_user_mark(id: str) -> str:
    """A digest that only who holds `GOVERN_DIGEST_KEY` can make, so that a guessed name cannot be confirmed from the trail."""
    digest = hashlib.blake2b(f"govern/end-user\n{id}".encode(), key=settings.GOVERN_DIGEST_KEY, digest_size=16)
    return PREFIX + digest.hexdigest()


def end_user_marks(id: str) -> tuple[str, ...]:
    """Under what the calls of an end user may be recorded: their id as it is, and its mark."""
    return (id, end_user_mark(id))
