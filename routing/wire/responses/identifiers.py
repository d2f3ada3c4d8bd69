"""Ids of responses and their items. Ours hold the id of the call, so that a reference leads back to what was stored of it."""

import re

from routing.wire.reading import Fields

_RESPONSE = re.compile(r"resp_([0-9a-f]{32})\Z")
_CONVERSATION = re.compile(r"conv_([0-9a-f]{32})\Z")
_ITEM = re.compile(r"[a-z]+_([0-9a-f]{32})_\d+\Z")
_IDENTIFIER = re.compile(r"[\w.:/-]{1,256}\Z")
_PREFIXES = {
    "message": "msg",
    "function_call": "fc",
    "custom_tool_call": "ctc",
    "reasoning": "rs",
    "image_generation_call": "ig",
}


def response_id(call_id: str) -> str:
    """The id of a call's response."""
    return f"resp_{call_id}"


def conversation_id(identity: str) -> str:
    """The id of a conversation, from its 32 hexadecimal digits."""
    return f"conv_{identity}"


def call_of_conversation(identifier: object) -> str | None:
    """The 32 hexadecimal digits of a conversation's id; None for an id that is not ours."""
    match = _CONVERSATION.match(identifier) if type(identifier) is str else None
    return match[1] if match else None


def item_id(call_id: str, kind: str, position: int) -> str:
    """The id of an item of a response's output."""
    return f"{_PREFIXES[kind]}_{call_id}_{position}"


def call_of_response(identifier: object) -> str | None:
    """The call whose response this is; None for an id that is not ours."""
    match = _RESPONSE.match(identifier) if type(identifier) is str else None
    return match[1] if match else None


def call_of_item(identifier: object) -> str | None:
    """The call whose item this is; None for an id that is not ours."""
    match = _ITEM.match(identifier) if type(identifier) is str else None
    return match[1] if match else None


def take_identifiers(item: Fields) -> None:
    """Takes an item's id and status, which mean nothing to a model. Raises InvalidRequest for text in their place."""
    for name in ("id", "status"):
        value = item.text(name)
        if value is not None and not _IDENTIFIER.match(value):
            raise item.refuse(name, "must be an identifier, as the answer gave it.")
