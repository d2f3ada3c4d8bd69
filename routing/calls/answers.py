"""Answers, whole and in pieces, and their form as OpenAI's chat completions writes it."""

from typing import Any, Literal

import msgspec

from routing.calls.messages import NativePart, RedactedThinkingPart, ThinkingPart, ToolCall
from routing.calls.usage import Usage

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "function_call"]


class AnswerMessage(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What the model said. `reasoning` is its reasoning as text where the provider shows it."""

    content: str | None = None
    refusal: str | None = None
    reasoning: str | None = None
    tool_calls: list[ToolCall] = []
    thinking_blocks: list[ThinkingPart | RedactedThinkingPart] = []
    images: list[dict[str, Any]] = []
    """Generated images as `image_url` parts with data URIs."""
    audio: dict[str, Any] | None = None
    """OpenAI's `audio` object: id, data, transcript, expires_at."""
    annotations: list[dict[str, Any]] = []
    native_blocks: list[NativePart] = []
    """What only this provider's format can say, such as the calls and results of its own tools."""
    extra: dict[str, Any] = {}
    """Other fields of the provider's message, passed on as they are."""


class Choice(msgspec.Struct, kw_only=True, omit_defaults=True):
    message: AnswerMessage
    index: int = 0
    finish_reason: FinishReason = "stop"
    logprobs: dict[str, Any] | None = None
    stop_detail: dict[str, Any] | None = None
    """What the provider said beyond the finish reason, such as Anthropic's stop_reason and stop_sequence."""


class Completion(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A whole answer."""

    choices: list[Choice]
    usage: Usage
    model: str = ""
    """The model as the provider names it."""
    provider_id: str = ""
    """The provider's id of the answer. May repeat; never a key."""
    created_s: int = 0
    extra: dict[str, Any] = {}
    """Other top-level fields of the provider's answer, such as system_fingerprint and service_tier."""
    raw: bytes | None = None
    """The provider's own bytes, for a door of the same format. None once a surface was replaced."""
    raw_kind: str = ""
    """Format of `raw`: a provider kind."""


class ToolCallDelta(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A piece of a tool call. `index` counts the calls of a choice from 0; id, type and name come once, with the
    first piece. To be encoded, later pieces of a custom call need its type again.
    """

    index: int
    id: str | None = None
    type: str | None = None
    name: str | None = None
    arguments: str = ""
    extra_content: dict[str, Any] | None = None


class Delta(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What one chunk adds to one choice."""

    index: int = 0
    role: str | None = None
    content: str | None = None
    refusal: str | None = None
    reasoning: str | None = None
    tool_calls: list[ToolCallDelta] = []
    thinking_blocks: list[ThinkingPart | RedactedThinkingPart] = []
    """Whole blocks, sent once complete; their text already came as `reasoning`."""
    images: list[dict[str, Any]] = []
    audio: dict[str, Any] | None = None
    annotations: list[dict[str, Any]] = []
    native_blocks: list[NativePart] = []
    extra: dict[str, Any] = {}
    finish_reason: FinishReason | None = None
    logprobs: dict[str, Any] | None = None
    stop_detail: dict[str, Any] | None = None


def only_text(delta: Delta) -> str | None:
    """The content of a delta that says nothing else, as nearly all; None for any other."""
    text = delta.content
    return text if text and delta == Delta(index=delta.index, content=text) else None


class Chunk(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One piece of a streamed answer. `usage` is cumulative; the last one seen counts. May carry neither deltas nor
    usage.
    """

    deltas: list[Delta] = []
    usage: Usage | None = None
    model: str = ""
    provider_id: str = ""
    extra: dict[str, Any] = {}
    raw: bytes | None = None
    """The data of the provider's event, for a door of the same format."""
    raw_kind: str = ""
    parts: list["Chunk"] = []
    """What it was joined of, if of several; each has the event that it came in."""


ALIVE = Chunk()
"""What a stream gives for a provider's comment or ping, which says nothing but that the provider is there. Known by identity."""


def _tool_call(call: ToolCall) -> dict[str, Any]:
    body: dict[str, Any] = {"id": call.id, "type": call.type}
    if call.custom:
        body["custom"] = {"name": call.custom.name, "input": call.custom.input}
    elif call.function:
        body["function"] = {"name": call.function.name, "arguments": call.function.arguments}
    if call.extra_content:
        body["extra_content"] = call.extra_content
    return body


def _message(message: AnswerMessage) -> dict[str, Any]:
    body: dict[str, Any] = {"role": "assistant", "content": message.content, "refusal": message.refusal}
    body["annotations"] = message.annotations  # OpenAI says it of every message
    if message.tool_calls:
        body["tool_calls"] = [_tool_call(call) for call in message.tool_calls]
    if message.reasoning is not None:
        body["reasoning_content"] = message.reasoning
    if message.thinking_blocks:
        body["thinking_blocks"] = message.thinking_blocks
    if message.images:
        body["images"] = message.images
    if message.audio is not None:
        body["audio"] = message.audio
    if message.native_blocks:
        body["native_blocks"] = message.native_blocks
    return {**message.extra, **body}


def encode_completion(completion: Completion, *, id: str, model: str, created_s: int, usage: bool = True) -> bytes:
    """The answer as a chat completion object, under the caller's id and the name of the model that the caller may
    know.
    """
    body: dict[str, Any] = {
        **completion.extra,
        "id": id,
        "object": "chat.completion",
        "created": created_s,
        "model": model,
        "choices": [
            {
                "index": choice.index,
                "message": _message(choice.message),
                "logprobs": choice.logprobs,
                "finish_reason": choice.finish_reason,
            }
            for choice in completion.choices
        ],
    }
    if usage:
        body["usage"] = completion.usage.as_openai()
    return msgspec.json.encode(body)


def _delta(delta: Delta) -> dict[str, Any]:
    body: dict[str, Any] = dict(delta.extra) if delta.extra else {}
    if delta.role is not None:
        body["role"] = delta.role
    if delta.content is not None:
        body["content"] = delta.content
    if delta.refusal is not None:
        body["refusal"] = delta.refusal
    if delta.reasoning is not None:
        body["reasoning_content"] = delta.reasoning
    if delta.tool_calls:
        calls = body["tool_calls"] = []
        for call in delta.tool_calls:
            function: dict[str, Any] = {"arguments": call.arguments}
            piece: dict[str, Any] = {"index": call.index, "function": function}
            if call.id is not None:
                piece["id"] = call.id
                piece["type"] = call.type or "function"
            if call.name is not None:
                function["name"] = call.name
            if call.type == "custom":
                piece["custom"] = {"input": call.arguments, **({"name": call.name} if call.name is not None else {})}
                del piece["function"]
            if call.extra_content:
                piece["extra_content"] = call.extra_content
            calls.append(piece)
    if delta.thinking_blocks:
        body["thinking_blocks"] = delta.thinking_blocks
    if delta.images:
        body["images"] = delta.images
    if delta.audio is not None:
        body["audio"] = delta.audio
    if delta.annotations:
        body["annotations"] = delta.annotations
    if delta.native_blocks:
        body["native_blocks"] = delta.native_blocks
    return body


def encode_chunk(chunk: Chunk, *, id: str, model: str, created_s: int, usage: bool = False) -> bytes:
    """The chunk as a chat completion chunk object. `usage` writes the usage that the chunk carries; OpenAI sends it
    on a last chunk without choices."""
    body: dict[str, Any] = {
        **chunk.extra,
        "id": id,
        "object": "chat.completion.chunk",
        "created": created_s,
        "model": model,
        "choices": [
            {
                "index": delta.index,
                "delta": _delta(delta),
                "logprobs": delta.logprobs,
                "finish_reason": delta.finish_reason,
            }
            for delta in chunk.deltas
        ],
    }
    if usage and chunk.usage is not None:
        body["usage"] = chunk.usage.as_openai()
    return msgspec.json.encode(body)


def sse_event(data: bytes) -> bytes:
    """One server-sent event."""
    return b"data: " + data + b"\n\n"
