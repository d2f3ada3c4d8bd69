"""The older `functions` of chat completions, for providers that only know tools: one call comes back as `function_call`."""

from typing import Any

from routing.calls import ChatRequest, Chunk, Completion, FunctionCall


def wants_function_call(request: ChatRequest) -> bool:
    """Whether the caller uses the older form."""
    return bool(request.functions) and not request.tools


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
