"""Storing payloads in the transaction that records their call, and reading them again."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from psycopg import AsyncConnection

from audit.payloads.sealing import SealedPayload

CONVERSATION = "conversation"
"""What a later request may go on from (`previous_response_id`)."""
BACKGROUND = "background"
"""The request of a response that runs in the background, until it has been answered."""
PROMPT = "prompt"
"""A call's request, as `audit.payloads.content.Content`."""
ANSWER = "answer"
"""What the model said, as `audit.payloads.content.Content`."""

CACHE = "cache"
"""An answer that may be given again to the same request."""

_TOGETHER_BYTES = 32 << 20
"""What one statement carries at most, unless a single payload is larger."""

_INSERT = """
INSERT INTO audit_payload (call_id, purpose, application, expires_at, key_id, wrapped_key, nonce, ciphertext)
SELECT p.call_id, p.purpose, p.application, now() + p.days * interval '1 day', p.key_id, p.wrapped_key, p.nonce, p.ciphertext
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::text[], %s::bytea[], %s::bytea[], %s::bytea[])
     AS p (call_id, purpose, application, days, key_id, wrapped_key, nonce, ciphertext)
ON CONFLICT (call_id, purpose) DO NOTHING
"""
_READ = """
SELECT call_id, key_id, wrapped_key, nonce, ciphertext FROM audit_payload
WHERE call_id = ANY(%s) AND purpose = %s AND application = %s AND erased_at IS NULL AND expires_at > now()
"""

_ERASE = """
UPDATE audit_payload SET wrapped_key = NULL, erased_at = clock_timestamp()
WHERE call_id = %s AND application = %s AND purpose = ANY(%s) AND erased_at IS NULL AND expires_at > now()
"""

_BURY = """
INSERT INTO audit_payload (call_id, purpose, application, expires_at, key_id, nonce, ciphertext, erased_at)
SELECT %s, purpose, %s, now() + interval '1 day', '', '', '', clock_timestamp() FROM unnest(%s::text[]) AS purpose
ON CONFLICT (call_id, purpose) DO UPDATE SET wrapped_key = NULL, erased_at = EXCLUDED.erased_at
WHERE audit_payload.application = EXCLUDED.application AND audit_payload.erased_at IS NULL
"""


class Payload(NamedTuple):
    """One payload of a call, sealed."""

    call_id: bytes
    purpose: str
    application: str
    keep_days: int
    sealed: SealedPayload


def binding(call_id: bytes, purpose: str, application: str) -> bytes:
    """What a payload is bound to: moved to another call, purpose or application it does not open."""
    return b"\x1f".join((call_id, purpose.encode(), application.encode()))


async def store_payloads(connection: AsyncConnection[Any], payloads: Sequence[Payload]) -> None:
    """Adds payloads in the connection's transaction, but none where `bury_payloads` came first. Raises `psycopg.Error`."""
    for together in _statements(payloads):
        rows = ((uuid.UUID(bytes=p.call_id), p.purpose, p.application, p.keep_days, *p.sealed) for p in together)
        columns: tuple[list[Any], ...] = tuple(map(list, zip(*rows, strict=True)))
        await connection.execute(_INSERT, columns)


def _statements(payloads: Sequence[Payload]) -> Iterator[Sequence[Payload]]:
    """The payloads in groups that one statement can carry."""
    first = size_bytes = 0
    for index, payload in enumerate(payloads):
        size_bytes += len(payload.sealed.ciphertext)
        if size_bytes > _TOGETHER_BYTES and index > first:
            yield payloads[first:index]
            first, size_bytes = index, len(payload.sealed.ciphertext)
    yield payloads[first:]


async def read_payloads(
    connection: AsyncConnection[Any], *, call_ids: Sequence[bytes], purpose: str, application: str
) -> dict[bytes, SealedPayload]:
    """Payloads of an application's calls that are neither expired nor erased, by call. Raises `psycopg.Error`."""
    cursor = await connection.execute(_READ, [[uuid.UUID(bytes=c) for c in call_ids], purpose, application])
    return {
        call_id.bytes: SealedPayload(key_id, bytes(wrapped), bytes(nonce), bytes(ciphertext))
        for call_id, key_id, wrapped, nonce, ciphertext in await cursor.fetchall()
    }


async def erase_payloads(
    connection: AsyncConnection[Any], *, call_id: bytes, application: str, purposes: Sequence[str]
) -> int:
    """Destroys the keys of what an application's call left. Returns of how many payloads. Raises `psycopg.Error`."""
    cursor = await connection.execute(_ERASE, [uuid.UUID(bytes=call_id), application, list(purposes)])
    return cursor.rowcount


async def bury_payloads(
    connection: AsyncConnection[Any], *, call_id: bytes, application: str, purposes: Sequence[str]
) -> None:
    """As `erase_payloads`, and nothing can be stored there later: for a call that may still be running. Raises `psycopg.Error`."""
    await connection.execute(_BURY, [uuid.UUID(bytes=call_id), application, list(purposes)])
