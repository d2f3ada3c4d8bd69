"""Answers of Anthropic's Messages API."""

from typing import Any

import msgspec

from routing.calls import (
    AnswerMessage,
    Choice,
    Completion,
    FunctionCall,
    NativePart,
    RedactedThinkingPart,
    ThinkingPart,
    ToolCall,
    Usage,
)
from routing.calls.answers import FinishReason
from routing.calls.order import BlockOrder, Kind
from routing.errors import ProviderError
from routing.wire.refusals import refusal_in_answer
from routing.wire.values import Counts, decode_answer, fields, new_call_id, objects, text

_STOP_REASONS: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


def finish_reason(stop_reason: Any, *, calls: bool) -> FinishReason:
    """A finish reason of ours. An unknown one, or none, is the natural end."""
    known = _STOP_REASONS.get(stop_reason) if type(stop_reason) is str else None
    return known or ("tool_calls" if calls else "stop")


def stop_detail(source: dict[str, Any]) -> dict[str, Any] | None:
    """What Anthropic says about the end: stop_reason, stop_sequence, stop_details."""
    detail = {
        name: source[name] for name in ("stop_reason", "stop_sequence", "stop_details") if source.get(name) is not None
    }
    return detail or None


def read_usage(value: Any, *, final: bool = True) -> Usage:
    """Counts, converted: Anthropic's `input_tokens` leave out what was read from and written to the cache."""
    counts = Counts(value)
    read, written = counts.count("cache_read_input_tokens"), counts.count("cache_creation_input_tokens")
    usage = Usage(
        input_tokens=counts.count("input_tokens") + read + written,
        output_tokens=counts.count("output_tokens"),
        cached_input_tokens=read,
        cache_write_tokens=written,
        cache_write_1h_tokens=min(counts.count("ephemeral_1h_input_tokens", "cache_creation"), written),
        reasoning_tokens=counts.count("thinking_tokens", "output_tokens_details"),
        web_searches=counts.count("web_search_requests", "server_tool_use"),
        estimated=not final,
    )
    return usage if counts.readable else msgspec.structs.replace(usage, estimated=True)


def annotation(citation: dict[str, Any], start: int, end: int) -> dict[str, Any]:
    """A citation, in OpenAI's form where it is of the web. Positions are in characters of the content."""
    if text(citation.get("url")):
        cited = {
            "url": citation["url"],
            "title": text(citation.get("title")) or "",
            "start_index": start,
            "end_index": end,
        }
        return {"type": "url_citation", "url_citation": cited}
    return {"type": "document_citation", "document_citation": {**citation, "start_index": start, "end_index": end}}


def order_of(kind: Any) -> Kind:
    """How the order of blocks names one of this type that is no text."""
    if kind in ("thinking", "redacted_thinking"):
        return "thought"
    return "call" if kind == "tool_use" else "own"


class BlockCollector:
    """Finished content blocks, sorted into the parts of a message."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.length = 0
        self.thought: list[str] = []
        self._order = BlockOrder()
        self.message = AnswerMessage(tool_calls=[], thinking_blocks=[], annotations=[], native_blocks=[])

    def add(self, block: dict[str, Any]) -> None:
        """Adds one block; one of an unknown type is kept as it is."""
        kind = block.get("type")
        if kind == "text":
            said = text(block.get("text")) or ""
            self.said.append(said)
            for citation in objects(block.get("citations")):
                self.message.annotations.append(annotation(citation, self.length, self.length + len(said)))
            self.length += len(said)
            self._order.say(len(said))
            return
        if kind == "thinking":
            thought = text(block.get("thinking")) or ""
            self.thought.append(thought)
            self.message.thinking_blocks.append(ThinkingPart(thinking=thought, signature=text(block.get("signature"))))
        elif kind == "redacted_thinking":
            self.message.thinking_blocks.append(RedactedThinkingPart(data=text(block.get("data")) or ""))
        elif kind == "tool_use":
            self.message.tool_calls.append(tool_call(block))
        else:
            self.message.native_blocks.append(NativePart(kind="anthropic", block=block))
        self._order.add(order_of(kind))

    def finish(self) -> AnswerMessage:
        """The message."""
        said = "".join(self.said)
        self.message.content = said if said or not self.message.tool_calls else None
        self.message.reasoning = "".join(self.thought) if self.thought else None
        self.message.native_blocks += self._order.parts()
        return self.message


def tool_call(block: dict[str, Any]) -> ToolCall:
    """A finished `tool_use` block."""
    arguments = block.get("input")
    written = arguments if type(arguments) is str else msgspec.json.encode(fields(arguments)).decode()
    return ToolCall(
        id=text(block.get("id")) or new_call_id(), function=FunctionCall(text(block.get("name")) or "", written or "{}")
    )


def read_completion(body: bytes) -> Completion:
    """A whole answer. Raises ProviderError."""
    answer = decode_answer(body)
    if answer.get("type") == "error" or answer.get("error"):
        raise refusal_in_answer(answer.get("error"))
    if type(answer.get("content")) is not list:
        raise ProviderError("The provider answered without content.")
    collector = BlockCollector()
    for block in objects(answer["content"]):
        collector.add(block)
    message = collector.finish()
    return Completion(
        choices=[
            Choice(
                message=message,
                finish_reason=finish_reason(answer.get("stop_reason"), calls=bool(message.tool_calls)),
                stop_detail=stop_detail(answer),
            )
        ],
        usage=read_usage(answer.get("usage"), final=bool(fields(answer.get("usage")))),
        model=text(answer.get("model")) or "",
        provider_id=text(answer.get("id")) or "",
        raw=body,
        raw_kind="anthropic",
    )
