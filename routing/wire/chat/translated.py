"""What callers of other formats say, in values that OpenAI's chat completions take. Callers of chat completions say it themselves."""

from typing import Any

from routing.calls import ChatRequest
from routing.wire.chat.write_schemas import kept_openai_parameters
from routing.wire.user_ids import openais_user

_MOST_STOPS = 4


def translated(request: ChatRequest, tools: list[dict[str, Any]] | None, *, openai: bool) -> dict[str, Any]:
    """The fields that change, None for those that are left out. `tools`: as they are sent otherwise."""
    changes: dict[str, Any] = {}
    if isinstance(request.stop, list):
        stop = [sequence for sequence in request.stop if sequence]
        changes["stop"] = (stop[:_MOST_STOPS] if openai else stop) or None
    if tools:
        changes["tools"] = [_with_parameters(tool) for tool in tools]
    if openai and request.user:
        changes["user"] = openais_user(request.user)
    if openai and request.metadata and not request.store:
        changes["metadata"] = None
    return changes


def untranslated(request: ChatRequest, *, openai: bool) -> list[str]:
    """Names of what is left out of it."""
    named = []
    if openai and isinstance(request.stop, list) and len([each for each in request.stop if each]) > _MOST_STOPS:
        named.append(f"stop[{_MOST_STOPS}:]")
    if openai and request.metadata and not request.store:
        named.append("metadata")  # which OpenAI takes for what it stores
    return named


def _with_parameters(tool: dict[str, Any]) -> dict[str, Any]:
    function = tool.get("function")
    if type(function) is not dict or type(function.get("parameters")) is not dict:
        return tool
    return {**tool, "function": {**function, "parameters": kept_openai_parameters(function["parameters"])}}
