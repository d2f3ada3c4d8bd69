"""The older `functions` of chat completions, for providers that know tools alone: they are sent as tools, and one call comes back as
`function_call`.
"""

from typing import Any

from routing.calls import ChatRequest, Chunk, Completion, FunctionCall


def wants_function_call(request: ChatRequest) -> bool:
    """Whether the caller uses the older form."""
    return bool(request.functions) and not request.tools


def holds_functions(request: ChatRequest) -> bool:
    """Whether the older form stands anywhere in the call, also only in what was said before."""
    return wants_function_call(request) or any(
        message.function_call is not None or message.role == "function" for message in request.messages
    )


def as_tools(request: ChatRequest) -> ChatRequest:
    """The same request in the newer form. Calls, which had no ids, get one each, and each result that of its function's last call."""
    tree = {name: value for name, value in request.tree.items() if name not in ("functions", "function_call")}
    if wants_function_call(request):
        tree["tools"] = [{"type": "function", "function": function} for function in request.tree["functions"]]
        if (choice := request.function_call) is not None:
            tree["tool_choice"] = choice if isinstance(choice, str) else {"type": "function", "function": choice}
    called: list[str] = []
    tree["messages"] = [_message(message, called) for message in tree["messages"]]
    return request.grown(tree)


def _message(message: dict[str, Any], called: list[str]) -> dict[str, Any]:
    """`called` names the functions that were called before."""
    if (function := message.get("function_call")) is not None:
        call = {"id": _id(len(called)), "type": "function", "function": function}
        called.append(function["name"])
        rest = {name: value for name, value in message.items() if name != "function_call"}
        return {**rest, "tool_calls": [*(message.get("tool_calls") or ()), call]}
    if message.get("role") == "function":
        name = message.get("name")
        place = max((index for index, known in enumerate(called) if known == name), default=len(called))
        rest = {key: value for key, value in message.items() if key != "name"}
        return {**rest, "role": "tool", "tool_call_id": _id(place), "content": message.get("content") or ""}
    return message


def _id(place: int) -> str:
    return f"call_of_function_{place}"


def with_function_call(completion: Completion) -> Completion:
    """The answer with its first tool call in the older form. There is no room in it for others."""
    for choice in completion.choices:
        message = choice.message
        if not message.tool_calls:
            continue
        call = message.tool_calls[0].function or FunctionCall("")
        message.extra = {**message.extra, "function_call": {"name": call.name, "arguments": call.arguments}}
        message.tool_calls = []
        if choice.finish_reason == "tool_calls":
            choice.finish_reason = "function_call"
        completion.raw = None
    return completion


def chunk_with_function_call(chunk: Chunk) -> Chunk:
    """The same for a piece of an answer."""
    for delta in chunk.deltas:
        pieces = [piece for piece in delta.tool_calls if piece.index == 0]
        if pieces:
            written: dict[str, Any] = {"arguments": "".join(piece.arguments for piece in pieces)}
            if name := next((piece.name for piece in pieces if piece.name), None):
                written = {"name": name, **written}
            delta.extra = {**delta.extra, "function_call": written}
        if delta.tool_calls or delta.finish_reason == "tool_calls":
            chunk.raw = None
        delta.tool_calls = []
        if delta.finish_reason == "tool_calls":
            delta.finish_reason = "function_call"
    return chunk
