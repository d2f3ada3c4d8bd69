"""Lists of items, page by page."""

from collections.abc import Mapping, Sequence
from typing import Any

from routing.calls import InvalidRequest

Item = dict[str, Any]
MOST = 100
USUAL = 20


def listed(items: Sequence[Item], owner: str) -> list[Item]:
    """Items as lists show them: each with an id, and messages in full.

    owner: the call's 32 hexadecimal digits, for the ids of items that have none.
    """
    return [_listed(item, f"in_{owner}_{position}") for position, item in enumerate(items)]


def _listed(item: Item, identity: str) -> Item:
    shown = {"id": identity, "type": "message", **item}
    if shown["type"] == "message":
        content, kind = shown.get("content"), "output_text" if shown.get("role") == "assistant" else "input_text"
        if type(content) is str:
            part = {"type": kind, "text": content, **({"annotations": []} if kind == "output_text" else {})}
            shown["content"] = [part]
        shown.setdefault("status", "completed")
    return shown


def page(items: Sequence[Item], query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """One page, by `limit` (1 to 100), `order` (desc or asc) and `after` (an item's id). Raises InvalidRequest."""
    limit = _last(query, "limit") or str(USUAL)
    if not limit.isdecimal() or len(limit) > 3 or not 1 <= int(limit) <= MOST:
        raise InvalidRequest(f"`limit` must be a whole number from 1 to {MOST}.", "limit")
    order = _last(query, "order") or "desc"
    if order not in ("asc", "desc"):
        raise InvalidRequest("`order` must be asc or desc.", "order")
    ordered = list(items) if order == "asc" else list(reversed(items))
    if after := _last(query, "after"):
        place = next((position for position, item in enumerate(ordered) if item["id"] == after), None)
        if place is None:
            raise InvalidRequest("`after` names no item of this list.", "after")
        ordered = ordered[place + 1 :]
    data = ordered[: int(limit)]
    ends = {"first_id": data[0]["id"] if data else None, "last_id": data[-1]["id"] if data else None}
    return {"object": "list", "data": data, **ends, "has_more": len(ordered) > len(data)}


def _last(query: Mapping[str, Sequence[str]], name: str) -> str | None:
    return query[name][-1] if query.get(name) else None
