"""Whole answers as Anthropic's message objects."""

from typing import Any

from routing.calls import (
    AnswerMessage,
    Choice,
    Completion,
    Delta,
    NativePart,
    RedactedThinkingPart,
    ThinkingPart,
    ToolCall,
    Usage,
)
from routing.calls.order import in_order, stretches_of
from routing.wire.interface import AnswerIdentity
from routing.wire.media import data_uri
from routing.wire.values import arguments_object, fields, whole

Block = dict[str, Any]

_STOP_REASONS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}


def message_object(completion: Completion, identity: AnswerIdentity) -> dict[str, Any]:
    """The first choice as a message; this format knows no others."""
    choice = completion.choices[0] if completion.choices else Choice(message=AnswerMessage())
    return {
        **message_start(identity),
        "content": content_blocks(choice.message),
        **ending(choice.finish_reason, choice.stop_detail),
        "usage": usage_object(completion.usage),
    }


def message_start(identity: AnswerIdentity) -> dict[str, Any]:
    """A message of which nothing is said yet."""
    return {
        "id": f"msg_{identity.call_id}",
        "type": "message",
        "role": "assistant",
        "model": identity.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def ending(finish_reason: str | None, detail: dict[str, Any] | None) -> dict[str, Any]:
    """Why the answer ended: in Anthropic's own words where they are known."""
    said = detail or {}
    return {
        "stop_reason": said.get("stop_reason") or _STOP_REASONS.get(finish_reason or "stop", "end_turn"),
        "stop_sequence": said.get("stop_sequence"),
        **({"stop_details": said["stop_details"]} if "stop_details" in said else {}),
    }


def usage_object(usage: Usage) -> dict[str, Any]:
    """Counts as Anthropic writes them: `input_tokens` without what was read from or written to the cache."""
    read, written, hour = usage.cached_input_tokens, usage.cache_write_tokens, usage.cache_write_1h_tokens
    counts: dict[str, Any] = {
        "input_tokens": max(usage.input_tokens - read - written, 0),
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "cache_creation": {"ephemeral_5m_input_tokens": written - hour, "ephemeral_1h_input_tokens": hour},
        "output_tokens": usage.output_tokens,
    }
    if usage.reasoning_tokens:
        counts["output_tokens_details"] = {"thinking_tokens": usage.reasoning_tokens}
    if usage.web_searches:
        counts["server_tool_use"] = {"web_search_requests": usage.web_searches}
    return counts


def content_blocks(message: AnswerMessage) -> list[Block]:
    """Reasoning, blocks of Anthropic's own, text, images, tool calls, unless another order was told."""
    thoughts = [thinking_block(part) for part in message.thinking_blocks]
    if not thoughts and message.reasoning:
        thoughts.append(thinking_block(ThinkingPart(thinking=message.reasoning)))
    said = _text_blocks(said_by(message), message.annotations)
    said += [block for image in message.images if (block := image_block(image))]

    def cut(lengths: list[int]) -> list[list[Block]] | None:
        pieces = None if message.annotations or message.images else stretches_of(said_by(message), lengths)
        return None if pieces is None else [[{"type": "text", "text": piece}] for piece in pieces]

    return in_order(
        message.native_blocks,
        thoughts=thoughts,
        own=own_blocks(message.native_blocks),
        said=said,
        calls=[tool_use_block(call) for call in message.tool_calls],
        cut=cut,
    )


def said_by(message: AnswerMessage | Delta) -> str:
    """Text and refusal, or the words of a spoken answer."""
    return (message.content or "") + (message.refusal or "") or str((message.audio or {}).get("transcript") or "")


def own_blocks(parts: list[NativePart]) -> list[Block]:
    """The blocks of this format; those of others cannot be said here."""
    return [part.block for part in parts if part.kind == "anthropic"]


def thinking_block(part: ThinkingPart | RedactedThinkingPart) -> Block:
    """Reasoning. Another provider's has no signature, and an empty one says so when it returns."""
    if isinstance(part, RedactedThinkingPart):
        return {"type": "redacted_thinking", "data": part.data}
    return {"type": "thinking", "thinking": part.thinking, "signature": part.signature or ""}


def tool_use_block(call: ToolCall) -> Block:
    """A tool call. What only its provider understands of it stands beside, since it must return with the call."""
    arguments = {"input": call.custom.input} if call.custom else {}
    if call.function:
        arguments = arguments_object(call.function.arguments)
    block: Block = {"type": "tool_use", "id": call.id, "name": call.name, "input": arguments}
    if call.extra_content:
        block["extra_content"] = call.extra_content
    return block


def image_block(image: dict[str, Any]) -> Block | None:
    """A generated image, as this format writes images of requests."""
    media = data_uri(str(fields(image.get("image_url")).get("url") or ""))
    if media is None:
        return None
    return {"type": "image", "source": {"type": "base64", "media_type": media.media_type, "data": media.base64}}


def citation(annotation: dict[str, Any], text: str) -> dict[str, Any] | None:
    """A citation of the web, or of a document, as Anthropic writes it; None for other annotations."""
    if document := fields(annotation.get("document_citation")):
        return {name: value for name, value in document.items() if name not in ("start_index", "end_index")}
    if web := fields(annotation.get("url_citation")):
        return {
            "type": "web_search_result_location",
            "url": web.get("url") or "",
            "title": web.get("title"),
            "cited_text": text[whole(web.get("start_index")) : whole(web.get("end_index"))],
            "encrypted_index": "",
        }
    return None


def _text_blocks(text: str, annotations: list[dict[str, Any]]) -> list[Block]:
    """The text, in the blocks that its citations speak of; in one where they overlap or lie beyond it."""
    if not text:
        return []
    cited: dict[tuple[int, int], list[Block]] = {}
    for annotation in annotations:
        if (found := citation(annotation, text)) is not None:
            cited.setdefault(_span(annotation), []).append(found)
    blocks: list[Block] = []
    position = 0
    for (start, end), citations in sorted(cited.items(), key=lambda item: item[0]):
        if not position <= start < end <= len(text):
            return [{"type": "text", "text": text, "citations": [each for found in cited.values() for each in found]}]
        if start > position:
            blocks.append({"type": "text", "text": text[position:start]})
        blocks.append({"type": "text", "text": text[start:end], "citations": citations})
        position = end
    return [*blocks, {"type": "text", "text": text[position:]}] if position < len(text) else blocks


def _span(annotation: dict[str, Any]) -> tuple[int, int]:
    place = fields(annotation.get("document_citation")) or fields(annotation.get("url_citation"))
    return whole(place.get("start_index")), whole(place.get("end_index"))
