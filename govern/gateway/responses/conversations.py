"""Answers of the Responses format that are kept: sealed with their call's outcome, read again by their id or by `previous_response_id`."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import psycopg
from psycopg import AsyncConnection

from audit.payloads.sealing import PayloadSealer, PayloadUnreadable
from audit.payloads.storing import CONVERSATION, Payload, binding, read_payloads
from audit.trail.entries import AuditUnavailable
from govern.gateway.refusals import Refusal
from govern.gateway.responses.let_through import let_through
from routing.calls import Completion
from routing.wire.interface import AnswerIdentity, StreamEncoder
from routing.wire.responses import input_items, refers_to, resolve, response_object
from routing.wire.responses.echoes import echo_of
from routing.wire.responses.write_stream import ResponseStream

if TYPE_CHECKING:
    from govern.gateway.call import Call

KEEP_DAYS = 30
ANSWERS_WITHIN_S = 10.0
"""A database that hangs is as one that is away."""
_ABOUT_ITSELF = ("background", "conversation", "previous_response_id", "store")
"""What a response says again, and holds no text of its caller's."""
Item = dict[str, Any]
Items = list[Item]


class Stored(NamedTuple):
    """A response that was kept."""

    items: Items
    """All that the model was to read, earlier turns included; summaries as Govern sealed them."""
    given: int = 0
    """How many of them, the last ones, came with the request itself."""
    response: Item | None = None
    """The response object; None of one that was kept by a version that did not store it."""
    shown: Items | None = None
    """The items as guards let them through; None where they changed nothing."""
    outcome: str = ""
    """The id of the event that says how its call ended, in hexadecimal digits; empty where none was known."""

    @property
    def unanswered(self) -> bool:
        """It failed or was cancelled: nothing goes on from it."""
        return self.response is not None and self.response.get("status") in ("failed", "cancelled")

    def conversation(self) -> Items:
        """What a later request goes on from."""
        return [*self.items, *(self.response or {}).get("output", ())]

    def readable(self) -> Items:
        """What may be shown of what was asked."""
        return self.items if self.shown is None else self.shown


class Conversations:
    """Reads and seals what is kept. One connection of its own, opened when it is first needed."""

    def __init__(self, conninfo: str, sealer: PayloadSealer) -> None:
        self._conninfo = conninfo
        self.sealer = sealer
        self._connection: AsyncConnection[Any] | None = None
        self._one_at_a_time = asyncio.Lock()

    def sealed(self, call_id: bytes, purpose: str, application: str, value: Any) -> Payload:
        """Something to be stored under a call's id, readable for this application alone."""
        content = self.sealer.seal(msgspec.json.encode(value), bound_to=binding(call_id, purpose, application))
        return Payload(call_id, purpose, application, KEEP_DAYS, content)

    async def read(self, call_ids: Sequence[str], application: str) -> dict[str, Stored]:
        """Kept responses of an application, by their call's 32 hexadecimal digits. Raises `AuditUnavailable`."""
        found = await self.open(call_ids, CONVERSATION, application)
        return {call_id: _stored(value) for call_id, value in found.items()}

    async def open(self, call_ids: Sequence[str], purpose: str, application: str) -> dict[str, Any]:
        """What was sealed for a purpose, by the call's 32 hexadecimal digits. Raises `AuditUnavailable`."""
        wanted = [bytes.fromhex(call_id) for call_id in call_ids]
        async with self.connection() as connection:
            found = await read_payloads(connection, call_ids=wanted, purpose=purpose, application=application)
        values: dict[str, Any] = {}
        for call_id, sealed in found.items():
            try:
                content = self.sealer.open(sealed, bound_to=binding(call_id, purpose, application))
            except PayloadUnreadable:
                continue  # as if it were not there: the caller is told to send the items
            values[call_id.hex()] = msgspec.json.decode(content)
        return values

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection[Any]]:
        """The connection, in a transaction and for one at a time.

        Raises `AuditUnavailable` where the database does not answer, and `Refusal` where a legal hold keeps what was to be erased.
        """
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(ANSWERS_WITHIN_S):
                    connection = await self._connected()
                    async with connection.transaction():
                        yield connection
            except psycopg.errors.RestrictViolation:
                raise Refusal("legal_hold", "A legal hold covers this: nothing was deleted.") from None
            except (psycopg.Error, OSError):
                await self.close()
                raise AuditUnavailable("what is kept of responses cannot be reached") from None

    async def close(self) -> None:
        """Lets go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _connected(self) -> AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(self._conninfo, autocommit=True, connect_timeout=5)
        return self._connection


def _stored(value: Any) -> Stored:
    if type(value) is list:  # of a version that kept the items alone
        return Stored(value)
    return Stored(value["items"], value["given"], value["response"], value.get("shown"), value.get("outcome", ""))


class KeptConversation:
    """What a call's answer will be stored with, so that it can be read again and a later request can go on from it."""

    def __init__(
        self,
        conversations: Conversations,
        call: "Call",
        tree: Item,
        items: Items,
        echo: Mapping[str, Any],
        *,
        given: int,
    ) -> None:
        """tree: the request as the model is to read it; items: those of its input, with summaries as they came."""
        self._conversations = conversations
        self._call = call
        self._tree = tree
        self._items = items
        self._echo = echo
        self._given = given
        self.response: Item = {}
        """The response object as it is stored, once it is."""

    def answered(self, completion: Completion, identity: AnswerIdentity) -> None:
        """Has a whole answer stored in the transaction of the call's outcome."""
        self._keep(response_object(completion, identity))

    def told(self, encoder: StreamEncoder) -> None:
        """Has what a stream has told stored in the transaction of the call's outcome."""
        assert isinstance(encoder, ResponseStream)
        self._keep(encoder.response())

    def unanswered(self, response: Item) -> Payload:
        """A response without an answer, with what guards let through of what was asked."""
        shown, echo = self._shown()
        return self._sealed({"items": shown, "given": 0, "response": {**response, **echo}})

    def _keep(self, response: Item) -> None:
        shown, echo = self._shown()
        self.response = {**response, **echo}
        outcome = self._call.outcome_id.hex()
        value = {"items": self._items, "given": self._given, "response": self.response, "outcome": outcome}
        self._call.evidence.payloads = (self._sealed(value if shown == self._items else {**value, "shown": shown}),)

    def _sealed(self, value: Any) -> Payload:
        return self._conversations.sealed(self._call.id, CONVERSATION, self._call.application.name, value)

    def _shown(self) -> tuple[Items, Mapping[str, Any]]:
        """The items and what the response says again of the request, with what guards put in the place of what they found."""
        tree = let_through(self._call, self._tree)
        if tree is None:
            return [], {name: self._echo[name] for name in _ABOUT_ITSELF if name in self._echo}
        read, now = input_items(self._tree), input_items(tree)
        items = [kept if kept != before else after for kept, before, after in zip(self._items, read, now, strict=True)]
        return items, {**self._echo, **echo_of(tree)}


async def with_earlier_items(conversations: Conversations, tree: Item, application: str) -> Item:
    """The request with the items of the earlier calls that it refers to. Raises `InvalidRequest` and `AuditUnavailable`."""
    call_ids = refers_to(tree)
    if not call_ids:
        return tree
    found = await conversations.read(call_ids, application)
    answered = {call_id: stored.conversation() for call_id, stored in found.items() if not stored.unanswered}
    return resolve(tree, answered)
