"""What is stored of an answer so that a later request can go on from it, and how it comes back into that request."""

from collections.abc import Mapping, Sequence
from typing import Any

from routing.calls import InvalidRequest
from routing.wire.responses.identifiers import call_of_item, call_of_response

Item = dict[str, Any]


def is_stored(tree: Item) -> bool:
    """Whether the caller wants the answer to be stored, as it is unless said otherwise."""
    return tree.get("store") is not False


def refers_to(tree: Item) -> list[str]:
    """The ids (32 hexadecimal digits) of the earlier calls whose items the request needs, in order, each once.

    Raises InvalidRequest for a reference that is not of this gateway.
    """
    calls: dict[str, None] = {}
    if (previous := tree.get("previous_response_id")) is not None:
        call = call_of_response(previous)
        if call is None:
            raise _unknown_response()
        calls[call] = None
    for item in _listed(tree.get("input")):
        if _is_reference(item) and (call := call_of_item(item.get("id"))) is not None:
            calls[call] = None
    return list(calls)


def resolve(tree: Item, stored: Mapping[str, Sequence[Item]]) -> Item:
    """The request with the items of earlier calls in its input. `stored` holds the conversation of each call by its id.

    Raises InvalidRequest for what is not there: expired, erased, or of another application.
    """
    previous = tree.get("previous_response_id")
    items: list[Item] = []
    if previous is not None:
        conversation = stored.get(call_of_response(previous) or "")
        if conversation is None:
            raise _unknown_response()
        items += conversation
    known = {item["id"]: item for conversation in stored.values() for item in conversation if "id" in item}
    for position, item in enumerate(_as_items(tree.get("input"))):
        if not _is_reference(item):
            items.append(item)
        elif (found := known.get(item.get("id"))) is not None:
            items.append(found)
        elif not str(item.get("id")).startswith("rs_"):  # a provider's own reasoning, which only sometimes is stored
            where = f"input[{position}]"
            raise InvalidRequest(f"`{where}` refers to an item that is not stored here; send the item itself.", where)
    return {**{name: value for name, value in tree.items() if name != "previous_response_id"}, "input": items}


def input_items(tree: Item) -> list[Item]:
    """The items of a request whose references were resolved."""
    return _as_items(tree.get("input"))


def _as_items(value: Any) -> list[Item]:
    if type(value) is str:
        return [{"type": "message", "role": "user", "content": value}]
    return list(value) if type(value) is list else []


def _listed(value: Any) -> list[Any]:
    return value if type(value) is list else []


def _is_reference(item: Any) -> bool:
    return type(item) is dict and item.get("type") == "item_reference"


def _unknown_response() -> InvalidRequest:
    return InvalidRequest(
        "`previous_response_id` names no stored answer of this application; send the items in `input`.",
        "previous_response_id",
    )
