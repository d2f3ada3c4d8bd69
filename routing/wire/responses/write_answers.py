"""Whole answers as OpenAI's response objects."""

from typing import Any

import msgspec

from routing.calls import AnswerMessage, Choice, Completion, ToolCall, Usage
from routing.wire.carried_reasoning import carried, pack
from routing.wire.interface import AnswerIdentity
from routing.wire.media import data_uri
from routing.wire.responses.echoes import UNSAID, served
from routing.wire.responses.identifiers import item_id, response_id
from routing.wire.responses.parts import KIND
from routing.wire.values import fields, objects

Item = dict[str, Any]

_OURS = ("message", "function_call", "custom_tool_call", "image_generation_call")
"""Items whose ids mean nothing to the provider when they come back to it."""


def response_object(completion: Completion, identity: AnswerIdentity) -> dict[str, Any]:
    """The first choice as a response; this format knows no others."""
    if completion.raw is not None and completion.raw_kind == KIND:
        answer: dict[str, Any] = msgspec.json.decode(completion.raw)
        output = [_with_our_id(item, identity, position) for position, item in enumerate(objects(answer["output"]))]
        return {**answer, "id": response_id(identity.call_id), "model": identity.model, "output": output}
    choice = completion.choices[0] if completion.choices else Choice(message=AnswerMessage())
    return {
        **response_start(identity),
        **served(completion.extra),
        **ending(choice.finish_reason, choice.stop_detail),
        "output": _output(choice, identity.call_id),
        "usage": usage_object(completion.usage),
    }


def _with_our_id(item: Item, identity: AnswerIdentity, position: int) -> Item:
    kind = item.get("type")
    return {**item, "id": item_id(identity.call_id, str(kind), position)} if kind in _OURS else item


def response_start(identity: AnswerIdentity) -> dict[str, Any]:
    """A response of which nothing is said yet."""
    return {
        "id": response_id(identity.call_id),
        "object": "response",
        "created_at": identity.created_s,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "model": identity.model,
        "output": [],
        "usage": None,
        **UNSAID,
    }


def ending(finish_reason: str | None, detail: dict[str, Any] | None) -> dict[str, Any]:
    """Status, and why an answer is incomplete."""
    if finish_reason not in ("length", "content_filter"):
        return {"status": "completed", "incomplete_details": None}
    reason = "content_filter" if finish_reason == "content_filter" else "max_output_tokens"
    return {"status": "incomplete", "incomplete_details": {"reason": (detail or {}).get("reason") or reason}}


def usage_object(usage: Usage) -> dict[str, Any]:
    """Counts as the Responses format names them."""
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {
            "cached_tokens": usage.cached_input_tokens,
            **({"cache_write_tokens": usage.cache_write_tokens} if usage.cache_write_tokens else {}),
        },
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.total_tokens,
    }


def _output(choice: Choice, call_id: str) -> list[Item]:
    message = choice.message
    items: list[Item] = []
    own = [part.block for part in message.native_blocks if part.kind == KIND]
    encrypted = pack([*message.thinking_blocks, *carried(message.native_blocks)])
    if encrypted or (message.reasoning and not any(item.get("type") == "reasoning" for item in own)):
        summary = [message.reasoning] if message.reasoning else []
        items.append(reasoning_item(item_id(call_id, "reasoning", 0), summary, encrypted))
    items += own
    for image in message.images:
        if (item := image_item(item_id(call_id, "image_generation_call", len(items)), image)) is not None:
            items.append(item)
    parts = []
    said = message.content or ("" if message.refusal else str((message.audio or {}).get("transcript") or ""))
    if said:
        logprobs = objects((choice.logprobs or {}).get("content"))
        parts.append(text_part(said, [annotation(found) for found in message.annotations], logprobs))
    if message.refusal:
        parts.append(refusal_part(message.refusal))
    if parts:
        items.append(message_item(item_id(call_id, "message", len(items)), parts))
    for call in message.tool_calls:
        items.append(call_item(call_id, call, len(items)))
    return items


def reasoning_item(identity: str, summary: list[str], encrypted: str | None) -> Item:
    """Reasoning: its text as summary, and what its provider needs to go on from it."""
    item: Item = {
        "id": identity,
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": text} for text in summary],
    }
    return {**item, "encrypted_content": encrypted} if encrypted else item


def message_item(identity: str, parts: list[Item], status: str = "completed") -> Item:
    """What the assistant said."""
    return {"id": identity, "type": "message", "status": status, "role": "assistant", "content": parts}


def text_part(text: str, annotations: list[Item], logprobs: list[Item]) -> Item:
    """Text, with its citations and log probabilities."""
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": logprobs}


def refusal_part(refusal: str) -> Item:
    """The words of a refusal."""
    return {"type": "refusal", "refusal": refusal}


def call_item(call_id: str, call: ToolCall, position: int) -> Item:
    """A tool call. What only its provider understands of it stands beside, since it must return with the call."""
    kind = "custom_tool_call" if call.custom else "function_call"
    item: Item = {"id": item_id(call_id, kind, position), "type": kind, "status": "completed", "call_id": call.id}
    item["name"] = call.name
    if call.custom:
        item["input"] = call.custom.input
    else:
        item["arguments"] = call.function.arguments if call.function else "{}"
    if call.extra_content:
        item |= fields(call.extra_content.get(KIND))
        if others := {kind: value for kind, value in call.extra_content.items() if kind != KIND}:
            item["extra_content"] = others
    return item


def image_item(identity: str, image: dict[str, Any]) -> Item | None:
    """A generated image."""
    media = data_uri(str(fields(image.get("image_url")).get("url") or ""))
    if media is None:
        return None
    return {
        "id": identity,
        "type": "image_generation_call",
        "status": "completed",
        "output_format": media.media_type.removeprefix("image/"),
        "result": media.base64,
    }


def annotation(written: dict[str, Any]) -> Item:
    """A citation, which chat completions nests under its type."""
    kind = str(written.get("type") or "")
    inner = written.get(kind)
    return {"type": kind, **inner} if type(inner) is dict else written
