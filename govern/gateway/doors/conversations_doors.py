"""`/v1/conversations` and everything below it."""

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from govern.gateway.arrival import governed
from govern.gateway.doors.door_formats import RESPONSES as FORMAT
from govern.gateway.doors.http import Answer, Request
from govern.gateway.refusals import Refusal
from govern.gateway.responses import kept_conversations
from govern.gateway.responses.kept_conversations import Turns, conversation_object, read_addition
from govern.gateway.responses.kept_responses import json_answer
from routing.wire.responses.identifiers import call_of_conversation, conversation_id
from routing.wire.responses.listing import page

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway
    from govern.gateway.process.snapshot import Key, Snapshot

ROOT = "/v1/conversations"


async def serve_conversations(gateway: "Gateway", request: Request) -> Answer:
    """Everything at and below `/v1/conversations`."""
    return await governed(gateway, request, FORMAT, _serve)


async def _serve(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    del snapshot
    named, _, rest = request.path.removeprefix(ROOT).strip("/").partition("/")
    application = key.application_name
    if not named and request.method == "POST":
        added = read_addition(body)
        created = await kept_conversations.create(gateway.conversations, application, **added)
        return json_answer(conversation_object(created, await _turns(gateway, created, application)))
    identity = call_of_conversation(named)
    if identity is None:
        raise _unknown("conversation")
    turns = await _turns(gateway, identity, application)
    items, _, item = rest.partition("/")
    match request.method, items, bool(item):
        case "GET", "", False:
            return json_answer(conversation_object(identity, turns))
        case "POST", "", False:
            return await _update(
                gateway, identity, application, {"items": [], "metadata": read_addition(body)["metadata"]}
            )
        case "DELETE", "", False:
            await kept_conversations.forget(gateway.conversations, identity, application)
            return json_answer({"id": conversation_id(identity), "object": "conversation.deleted", "deleted": True})
        case "GET", "items", False:
            return json_answer(page(turns.items, parse_qs(request.query)))
        case "POST", "items", False:
            return await _add(gateway, identity, application, read_addition(body)["items"])
        case "GET", "items", True:
            return json_answer(_item(turns, item))
        case "DELETE", "items", True:
            _item(turns, item)
            await kept_conversations.take_out(gateway.conversations, identity, turns.homes[item], item)
            return json_answer(conversation_object(identity, turns))
    raise Refusal(
        "invalid_request", "Use GET, POST or DELETE on a conversation, its `items`, or one of them.", status=405
    )


async def _turns(gateway: "Gateway", identity: str, application: str) -> Turns:
    found = await kept_conversations.read(gateway.conversations, identity, application)
    if found is None:
        raise _unknown("conversation")
    return found


async def _update(gateway: "Gateway", identity: str, application: str, value: dict[str, Any]) -> Answer:
    await _added(gateway, identity, application, value)
    return json_answer(conversation_object(identity, await _turns(gateway, identity, application)))


async def _add(gateway: "Gateway", identity: str, application: str, items: list[dict[str, Any]]) -> Answer:
    if not items:
        raise Refusal("invalid_request", "`items` must hold at least one item.", param="items")
    home = await _added(gateway, identity, application, {"items": items, "metadata": {}})
    turns = await _turns(gateway, identity, application)
    mine = [item for item in turns.items if turns.homes[str(item.get("id"))] == home]
    return json_answer(page(mine, {"order": ["asc"], "limit": ["100"]}))


async def _added(gateway: "Gateway", identity: str, application: str, value: dict[str, Any]) -> str:
    home = await kept_conversations.add(gateway.conversations, identity, application, value)
    if home is None:
        raise Refusal("invalid_request", "This conversation is full. Begin another.", param="conversation")
    return home


def _item(turns: Turns, identity: str) -> dict[str, Any]:
    found = next((item for item in turns.items if item.get("id") == identity), None)
    if found is None:
        raise _unknown("item")
    return found


def _unknown(what: str) -> Refusal:
    return Refusal(
        "invalid_request",
        f"This application has no such {what}: it never was, was deleted, or is kept no longer.",
        param=f"{what}_id",
        status=404,
    )
