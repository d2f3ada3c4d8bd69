"""Conversations of the Responses format: which kept turns belong together. A response with `conversation` reads them and adds its own.

What was said lies sealed with its call, or, where a client added items itself, under an id of its own; the tables hold ids alone.
"""

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import msgspec

from audit.payloads.storing import erase_payloads, store_payloads
from audit.trail.identifiers import uuid7
from govern.gateway.responses.conversations import Conversations, Items
from routing.calls import InvalidRequest
from routing.calls.requests import decode_object
from routing.wire.responses.identifiers import call_of_conversation, conversation_id
from routing.wire.responses.items import read_input
from routing.wire.responses.listing import listed

if TYPE_CHECKING:
    from psycopg import AsyncConnection

Item = dict[str, Any]

MOST_ITEMS = 20
"""That can be added at once, as at OpenAI."""
MOST_TURNS = 1_000
ADDED = "conversation.added"
"""Items and metadata that a client added itself."""

_CREATE = "INSERT INTO govern_conversation (id, application) VALUES (%s, %s)"
_FIND = "SELECT extract(epoch FROM created_at)::bigint FROM govern_conversation WHERE id = %s AND application = %s"
_ADD = """
INSERT INTO govern_conversationentry (conversation_id, payload_id, removed)
SELECT id, %s, '[]' FROM govern_conversation WHERE id = %s AND application = %s
    AND (SELECT count(*) FROM govern_conversationentry WHERE conversation_id = %s) < %s
"""
_ENTRIES = """
SELECT e.payload_id, e.removed FROM govern_conversationentry e JOIN govern_conversation c ON c.id = e.conversation_id
WHERE c.id = %s AND c.application = %s ORDER BY e.payload_id
"""
_TAKE_OUT = """
UPDATE govern_conversationentry SET removed = removed || to_jsonb(%s::text) WHERE conversation_id = %s AND payload_id = %s
"""
_FORGET = (
    "DELETE FROM govern_conversationentry WHERE conversation_id = %s",
    "DELETE FROM govern_conversation WHERE id = %s",
)


class Turns(NamedTuple):
    """What belongs to a conversation now."""

    created_s: int
    metadata: dict[str, Any]
    items: Items
    """With an id each."""
    homes: dict[str, str]
    """Id of an item → what it is kept under, 32 hexadecimal digits."""


async def create(conversations: Conversations, application: str, items: Items, metadata: dict[str, Any]) -> str:
    """A conversation, by its 32 hexadecimal digits. Raises `AuditUnavailable`."""
    identity = uuid7()
    async with conversations.connection() as connection:
        await connection.execute(_CREATE, [UUID(bytes=identity), application])
        if items or metadata:
            await _add(conversations, connection, identity.hex(), application, {"items": items, "metadata": metadata})
    return identity.hex()


async def add(conversations: Conversations, identity: str, application: str, value: Item) -> str | None:
    """Adds items or metadata. What they are kept under; None where there is no such conversation, or no room in it."""
    async with conversations.connection() as connection:
        return await _add(conversations, connection, identity, application, value)


async def _add(
    conversations: Conversations, connection: "AsyncConnection[Any]", identity: str, application: str, value: Item
) -> str | None:
    kept_under = uuid7()
    if not await _enter(connection, identity, application, kept_under):
        return None
    await store_payloads(connection, [conversations.sealed(kept_under, ADDED, application, value)])
    return kept_under.hex()


async def _enter(connection: "AsyncConnection[Any]", identity: str, application: str, kept_under: bytes) -> bool:
    place = UUID(identity)
    cursor = await connection.execute(_ADD, [UUID(bytes=kept_under), place, application, place, MOST_TURNS])
    return cursor.rowcount > 0


async def enter_call(conversations: Conversations, identity: str, application: str, call_id: bytes) -> None:
    """Makes a call a turn of a conversation, once its response is kept. Raises InvalidRequest where there is no room."""
    async with conversations.connection() as connection:
        if not await _enter(connection, identity, application, call_id):
            raise InvalidRequest(
                f"`conversation` is full or was deleted: {MOST_TURNS} turns. Begin another.", "conversation"
            )


async def read(
    conversations: Conversations, identity: str, application: str, *, to_go_on: bool = False
) -> Turns | None:
    """A conversation of an application; None if there is none. Turns without an answer are left out.

    Of what was asked it shows what guards let through; a call that is to go on from it reads everything, and is inspected itself.
    Raises `AuditUnavailable`.
    """
    async with conversations.connection() as connection:
        created = await (await connection.execute(_FIND, [UUID(identity), application])).fetchone()
        if created is None:
            return None
        entries = await (await connection.execute(_ENTRIES, [UUID(identity), application])).fetchall()
    kept = [payload.hex for payload, _ in entries]
    calls = await conversations.read(kept, application) if kept else {}
    added = await conversations.open(kept, ADDED, application) if kept else {}
    metadata: dict[str, Any] = {}
    items: Items = []
    homes: dict[str, str] = {}
    for payload, removed in entries:
        home = payload.hex
        if home in calls:
            stored = calls[home]
            if stored.unanswered:
                continue
            asked = stored.items if to_go_on else stored.readable()
            first = max(0, len(asked) - stored.given)
            found = [*listed(asked, home)[first:], *(stored.response or {}).get("output", ())]
        else:
            found = listed(added.get(home, {}).get("items") or [], home)
            metadata = added.get(home, {}).get("metadata") or metadata
        for item in found:
            if item.get("id") not in removed:
                items.append(item)
                homes[str(item.get("id"))] = home
    return Turns(created[0], metadata, items, homes)


async def take_out(conversations: Conversations, identity: str, home: str, item_id: str) -> None:
    """Takes an item out of a conversation. Its sealed text goes with the rest of its turn."""
    async with conversations.connection() as connection:
        await connection.execute(_TAKE_OUT, [item_id, UUID(identity), UUID(home)])


async def forget(conversations: Conversations, identity: str, application: str) -> bool:
    """Deletes a conversation, and the keys of what was added to it. Its responses stay what they are. Whether there was one."""
    async with conversations.connection() as connection:
        entries = await (await connection.execute(_ENTRIES, [UUID(identity), application])).fetchall()
        place = UUID(identity)
        cursor = await connection.execute(_FIND, [place, application])
        if await cursor.fetchone() is None:
            return False
        for statement in _FORGET:
            await connection.execute(statement, [place])
        for payload, _ in entries:
            await erase_payloads(connection, call_id=payload.bytes, application=application, purposes=[ADDED])
    return True


class Joined(NamedTuple):
    """A request that goes on from a conversation."""

    tree: Item
    conversation: str
    """Its 32 hexadecimal digits."""


async def joined(conversations: Conversations, tree: Item, application: str) -> Joined:
    """The request with the items of its `conversation` before its own. Raises `InvalidRequest` and `AuditUnavailable`."""
    named = tree.get("conversation")
    identity = call_of_conversation(named.get("id") if type(named) is dict else named)
    if tree.get("previous_response_id") is not None:
        raise InvalidRequest("Send `conversation` or `previous_response_id`, not both.", "conversation")
    found = await read(conversations, identity, application, to_go_on=True) if identity is not None else None
    if identity is None or found is None:
        raise InvalidRequest("`conversation` names no conversation of this application.", "conversation")
    given = tree.get("input")
    new: Any = [{"type": "message", "role": "user", "content": given}] if type(given) is str else given
    changed = {**tree, "input": [*found.items, *new] if type(new) is list else new}
    del changed["conversation"]
    return Joined(changed, identity)


def conversation_object(identity: str, turns: Turns) -> Item:
    """A conversation as OpenAI writes it."""
    return {
        "id": conversation_id(identity),
        "object": "conversation",
        "created_at": turns.created_s,
        "metadata": turns.metadata,
    }


def read_addition(body: bytes) -> Item:
    """Items and metadata that a client adds. Raises InvalidRequest."""
    tree = decode_object(body) if body.strip() else {}
    items, metadata = tree.get("items") or [], tree.get("metadata") or {}
    if type(items) is not list or len(items) > MOST_ITEMS:
        raise InvalidRequest(f"`items` must be a list of at most {MOST_ITEMS} items.", "items")
    if type(metadata) is not dict or len(metadata) > 16 or len(msgspec.json.encode(metadata)) > 16_384:
        raise InvalidRequest("`metadata` must be an object of at most 16 short fields.", "metadata")
    if items:
        read_input(items)
    return {"items": items, "metadata": metadata}
