"""Answers in PostgreSQL: sealed beside the trail like prompts, found by the digest of their request.

An answer lies among the payloads of the call that it was given to, so that an erasure or a legal hold that covers the call covers it too.
Each hit asks the database whether it is still there; the process remembers only what was read, so that it need not be opened again.
A database that does not answer is a miss.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from psycopg import AsyncConnection

from audit.payloads.sealing import PayloadSealer, PayloadUnreadable, SealedPayload
from audit.payloads.storing import CACHE, binding
from routing.calls import Completion

MOST_BYTES = 256 << 10
"""A larger answer is not kept."""
REMEMBERED_BYTES = 8 << 20
REMEMBERED_S = 60.0
FINDS_WITHIN_S = 2.0
"""A database that takes longer has nothing for this call, and likely takes no record of it either."""
STORES_WITHIN_S = 5.0
AWAY_S = 5.0
"""So long nothing is asked of a database that did not answer."""

_FIND = """
SELECT c.call_id, p.application, extract(epoch FROM clock_timestamp() - c.stored_at)::bigint,
       p.key_id, p.wrapped_key, p.nonce, CASE WHEN c.call_id = %s THEN NULL ELSE p.ciphertext END
FROM govern_cachedanswer c JOIN audit_payload p ON p.call_id = c.call_id AND p.purpose = 'cache'
WHERE c.digest = %s AND c.expires_at > clock_timestamp() AND p.wrapped_key IS NOT NULL AND p.expires_at > clock_timestamp()
"""
_STORE = """
INSERT INTO audit_payload (call_id, purpose, application, expires_at, key_id, wrapped_key, nonce, ciphertext)
VALUES (%s, 'cache', %s, clock_timestamp() + %s * interval '1 second', %s, %s, %s, %s)
ON CONFLICT (call_id, purpose) DO NOTHING
"""
_REPLACE = "DELETE FROM govern_cachedanswer WHERE digest = %s RETURNING call_id"
_POINT = """
INSERT INTO govern_cachedanswer (digest, owner, call_id, stored_at, expires_at)
VALUES (%s, %s, %s, clock_timestamp(), clock_timestamp() + %s * interval '1 second')
ON CONFLICT (digest) DO NOTHING
"""
_MAKE_ROOM = """
DELETE FROM govern_cachedanswer WHERE digest IN (
    SELECT digest FROM govern_cachedanswer WHERE owner = %s ORDER BY stored_at DESC OFFSET %s FOR UPDATE SKIP LOCKED)
RETURNING call_id
"""
_FORGET = """
DELETE FROM audit_payload p WHERE p.call_id = ANY(%s) AND p.purpose = 'cache' AND govern_hold_of(p.call_id, p.application, p.at) IS NULL
"""


class CachedAnswer(msgspec.Struct, frozen=True):
    """What is sealed of an answer."""

    digest: bytes
    """Of its request: a row that was pointed at another request's answer finds nothing."""
    completion: Completion
    cost_nano_usd: int
    """What it cost when it was asked for."""


class Found(NamedTuple):
    """An answer of an earlier call."""

    call_id: UUID
    age_s: int
    answer: CachedAnswer


class _Remembered(NamedTuple):
    call_id: UUID
    content: bytes
    until_s: float


class CachedAnswers:
    """Finds and keeps answers. Two connections of its own, opened when they are first needed."""

    def __init__(self, conninfo: str, sealer: PayloadSealer) -> None:
        self._sealer = sealer
        self._finding = _Connection(conninfo, FINDS_WITHIN_S)
        self._storing = _Connection(conninfo, STORES_WITHIN_S)
        self._front: OrderedDict[bytes, _Remembered] = OrderedDict()
        self._front_bytes = 0

    async def find(self, digest: bytes) -> Found | None:
        """The answer to a request, if there is one that may still be given."""
        known = self._front.get(digest)
        try:
            async with self._finding.opened() as connection:
                cursor = await connection.execute(_FIND, [known.call_id if known else None, digest])
                row = await cursor.fetchone()
        except (psycopg.Error, OSError):  # a timeout is an OSError
            return None
        if row is None:
            self._forget(digest)
            return None
        call_id, application, age_s, key_id, wrapped_key, nonce, ciphertext = row
        if ciphertext is None:
            assert known is not None
            content = known.content
        else:
            try:
                content = self._sealer.open(
                    SealedPayload(key_id, bytes(wrapped_key), bytes(nonce), bytes(ciphertext)),
                    bound_to=binding(call_id.bytes, CACHE, application),
                )
            except PayloadUnreadable:
                return None
        answer = msgspec.json.decode(content, type=CachedAnswer)
        if answer.digest != digest:
            return None
        if ciphertext is not None:
            self._remember(digest, _Remembered(call_id, content, time.monotonic() + REMEMBERED_S))
        return Found(call_id, max(0, age_s), answer)

    async def keep(
        self, answer: CachedAnswer, *, call_id: bytes, application: str, owner: str, ttl_s: int, most: int
    ) -> bool:
        """Keeps the answer to a call, and lets go of the oldest beyond `most` of the owner's. Whether it did."""
        content = msgspec.json.encode(answer)
        if len(content) > MOST_BYTES:
            return False
        sealed = self._sealer.seal(content, bound_to=binding(call_id, CACHE, application))
        call = UUID(bytes=call_id)
        try:
            async with self._storing.opened() as connection, connection.transaction():
                await connection.execute(_STORE, [call, application, ttl_s, *sealed])
                replaced = await (await connection.execute(_REPLACE, [answer.digest])).fetchall()
                await connection.execute(_POINT, [answer.digest, owner, call, ttl_s])
                removed = await (await connection.execute(_MAKE_ROOM, [owner, most])).fetchall()
                if gone := [row[0] for row in (*replaced, *removed)]:
                    await connection.execute(_FORGET, [gone])
        except (psycopg.Error, OSError):
            return False
        return True

    async def close(self) -> None:
        """Lets go of the connections."""
        await self._finding.close()
        await self._storing.close()

    def _remember(self, digest: bytes, remembered: _Remembered) -> None:
        self._forget(digest)
        self._front[digest] = remembered
        self._front_bytes += len(remembered.content)
        now_s = time.monotonic()
        while self._front:
            oldest = next(iter(self._front))
            if self._front_bytes <= REMEMBERED_BYTES and self._front[oldest].until_s > now_s:
                break
            self._forget(oldest)

    def _forget(self, digest: bytes) -> None:
        known = self._front.pop(digest, None)
        if known is not None:
            self._front_bytes -= len(known.content)


class _Connection:
    """One connection, for one at a time. One that failed is left alone for a while."""

    def __init__(self, conninfo: str, within_s: float) -> None:
        self._conninfo = conninfo
        self._within_s = within_s
        self._connection: AsyncConnection[Any] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._away_until_s = 0.0

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[AsyncConnection[Any]]:
        """The connection. Raises `psycopg.Error` and `OSError`."""
        async with self._one_at_a_time:
            if time.monotonic() < self._away_until_s:
                raise OSError("the database did not answer a moment ago")
            try:
                async with asyncio.timeout(self._within_s):
                    yield await self._connected()
            except (psycopg.Error, OSError):
                self._away_until_s = time.monotonic() + AWAY_S
                await self.close()
                raise
            except asyncio.CancelledError:
                await asyncio.shield(self.close())  # in the middle of a statement it serves nobody else
                raise

    async def _connected(self) -> AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(self._conninfo, autocommit=True)
        return self._connection

    async def close(self) -> None:
        """Lets go of it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
