"""Every text of a request."""

from collections.abc import Mapping
from typing import Any

from routing.calls.requests import ChatRequest, chat_request
from routing.calls.surfaces.walk import Found, Surface, SurfaceRole, location, replace, walk

_ROLES: dict[str, SurfaceRole] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}


def _walk_request(tree: Mapping[str, Any]) -> list[Found]:
    found: list[Found] = []
    for key, value in tree.items():
        if key == "messages":
            for index, message in enumerate(value):
                role = _ROLES[message["role"]]
                content = message.get("content")
                if len(message) == 2 and type(content) is str:
                    found.append((role, ("messages", index, "content"), content))
                else:
                    walk(message, ("messages", index), role, found)
        elif key in ("tools", "functions", "response_format"):
            walk(value, (key,), "tool_definition", found)
        elif key != "model":
            walk(value, (key,), "parameter", found)
    return found


def input_surfaces(request: ChatRequest) -> list[Surface]:
    """All texts of a request, in the order of the body. Names of a schema's properties, and
    keys that read like text, come joined as `….#names`."""
    return [Surface(role, location(path), text) for role, path, text in _walk_request(request.tree)]


def replace_surfaces(request: ChatRequest, texts: Mapping[str, str]) -> ChatRequest:
    """A copy of the request with other texts at these locations. The bytes of another format's door are forgotten.

    Raises ValueError for a location that `input_surfaces` did not give, and for `#names`, which cannot be replaced.
    """
    return chat_request(replace(request.tree, _walk_request(request.tree), texts))
