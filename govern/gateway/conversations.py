"""Conversations of the Responses format: stored sealed with their call's outcome, and read again by `previous_response_id`."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
from psycopg import AsyncConnection

from audit.payloads.sealing import PayloadSealer, PayloadUnreadable
from audit.payloads.storing import CONVERSATION, Payload, binding, read_payloads
from audit.trail.entries import AuditUnavailable
from govern.gateway.formats.responses import input_items, refers_to, resolve

if TYPE_CHECKING:
    from govern.gateway.call import Call

KEEP_DAYS = 30
Items = list[dict[str, Any]]


class Conversations:
    """Reads and seals conversations. One connection of its own, opened when it is first needed."""

    def __init__(self, conninfo: str, sealer: PayloadSealer) -> None:
        self._conninfo = conninfo
        self._sealer = sealer
        self._connection: AsyncConnection[Any] | None = None
        self._one_at_a_time = asyncio.Lock()

    def seal(self, call: "Call", items: Items) -> Payload:
        """A conversation, to be stored with its call's outcome."""
        application = call.application.name
        sealed = self._sealer.seal(msgspec.json.encode(items), bound_to=binding(call.id, CONVERSATION, application))
        return Payload(call.id, CONVERSATION, application, KEEP_DAYS, sealed)

    async def read(self, call_ids: Sequence[str], application: str) -> dict[str, Items]:
        """The conversations of an application's calls, by the call's 32 hexadecimal digits. Raises `AuditUnavailable`."""
        wanted = [bytes.fromhex(call_id) for call_id in call_ids]
        async with self._one_at_a_time:
            try:
                connection = await self._connected()
                found = await read_payloads(connection, call_ids=wanted, purpose=CONVERSATION, application=application)
            except (psycopg.Error, OSError):
                await self.close()
                raise AuditUnavailable("the stored conversations cannot be read") from None
        conversations: dict[str, Items] = {}
        for call_id, sealed in found.items():
            try:
                content = self._sealer.open(sealed, bound_to=binding(call_id, CONVERSATION, application))
            except PayloadUnreadable:
                continue  # as if it were not there: the caller is told to send the items
            conversations[call_id.hex()] = msgspec.json.decode(content)
        return conversations

    async def close(self) -> None:
        """Lets go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _connected(self) -> AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(self._conninfo, autocommit=True, connect_timeout=5)
        return self._connection


class KeptConversation:
    """What a call's answer will be stored with, so that a later request can go on from it."""

    def __init__(self, conversations: Conversations, call: "Call", body: bytes) -> None:
        self._conversations = conversations
        self._call = call
        self._input = input_items(body)

    def keep(self, output: Items) -> None:
        """Has the conversation stored in the transaction of the call's outcome."""
        self._call.payloads = (self._conversations.seal(self._call, [*self._input, *output]),)


async def with_earlier_items(conversations: Conversations, body: bytes, application: str) -> bytes:
    """The body with the items of the earlier calls that it refers to. Raises `InvalidRequest` and `AuditUnavailable`."""
    call_ids = refers_to(body)
    return resolve(body, await conversations.read(call_ids, application)) if call_ids else body
