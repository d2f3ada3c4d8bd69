"""Answers of OpenAI's Responses API."""

from typing import Any

import msgspec

from routing.calls import (
    AnswerMessage,
    Choice,
    Completion,
    CustomCall,
    FunctionCall,
    NativePart,
    ToolCall,
    Usage,
)
from routing.calls.answers import FinishReason
from routing.errors import ProviderError
from routing.wire.refusals import refusal_in_answer
from routing.wire.responses.echoes import served
from routing.wire.values import Counts, arguments_text, decode_answer, fields, new_call_id, objects, text, whole

KIND = "openai_responses"


def read_usage(value: Any, *, final: bool = True) -> Usage | None:
    """The usage object, or None if there is none."""
    counts = Counts(value)
    if not counts:
        return None
    into, out = "input_tokens_details", "output_tokens_details"
    usage = Usage(
        input_tokens=counts.count("input_tokens"),
        output_tokens=counts.count("output_tokens"),
        cached_input_tokens=counts.count("cached_tokens", into),
        cache_write_tokens=counts.count("cache_write_tokens", into),
        input_audio_tokens=counts.count("audio_tokens", into),
        input_image_tokens=counts.count("image_tokens", into),
        reasoning_tokens=counts.count("reasoning_tokens", out),
        output_audio_tokens=counts.count("audio_tokens", out),
        output_image_tokens=counts.count("image_tokens", out),
        estimated=not final,
    )
    return usage if counts.readable else msgspec.structs.replace(usage, estimated=True)


def with_searches(usage: Usage | None, output: Any) -> Usage | None:
    """The usage with the web searches among the output items, which OpenAI charges apart and does not count in it."""
    searches = sum(
        item.get("type") == "web_search_call" and fields(item.get("action")).get("type", "search") == "search"
        for item in objects(output)
    )
    return msgspec.structs.replace(usage, web_searches=searches) if usage is not None and searches else usage


def annotation(written: dict[str, Any], offset: int) -> dict[str, Any]:
    """A citation as chat completions writes it; positions are in characters of the whole content."""
    kind = text(written.get("type")) or "citation"
    inner = {name: value for name, value in written.items() if name != "type"}
    for name in ("start_index", "end_index"):
        if type(inner.get(name)) is int:
            inner[name] += offset
    return {"type": kind, kind: inner}


def tool_call(item: dict[str, Any]) -> ToolCall:
    """A finished `function_call` or `custom_tool_call` item."""
    call_id = text(item.get("call_id")) or text(item.get("id")) or new_call_id()
    name = text(item.get("name")) or ""
    namespace = text(item.get("namespace"))
    extra_content = {KIND: {"namespace": namespace}} if namespace else None
    if item.get("type") == "custom_tool_call":
        custom = CustomCall(name, text(item.get("input")) or "")
        return ToolCall(id=call_id, type="custom", custom=custom, extra_content=extra_content)
    function = FunctionCall(name, arguments_text(item.get("arguments")) or "{}")
    return ToolCall(id=call_id, function=function, extra_content=extra_content)


def finish_of(answer: dict[str, Any], *, calls: bool) -> FinishReason:
    """The finish reason of a response object."""
    if answer.get("status") == "incomplete":
        reason = fields(answer.get("incomplete_details")).get("reason")
        return "content_filter" if reason == "content_filter" else "length"
    return "tool_calls" if calls else "stop"


def stop_detail(answer: dict[str, Any]) -> dict[str, Any] | None:
    """Why a response is incomplete."""
    return fields(answer.get("incomplete_details")) or None


def failure_of(answer: dict[str, Any]) -> ProviderError:
    """A response object whose status is failed or cancelled."""
    failure = refusal_in_answer(answer.get("error"))
    failure.usage = read_usage(answer.get("usage"))
    return failure


def reasoning_of(item: dict[str, Any]) -> str:
    """The summaries of a reasoning item, or its text where an open model shows it."""
    pieces = [text(part.get("text")) or "" for part in objects(item.get("summary")) + objects(item.get("content"))]
    return "\n\n".join(piece for piece in pieces if piece)


class ItemCollector:
    """Finished output items, sorted into the parts of a message."""

    def __init__(self) -> None:
        self.message = AnswerMessage(tool_calls=[], annotations=[], native_blocks=[], images=[])
        self._said: list[str] = []
        self._refused: list[str] = []
        self._thought: list[str] = []
        self._logprobs: list[dict[str, Any]] = []
        self._length = 0

    def add(self, item: dict[str, Any]) -> None:
        """Adds one item; one of an unknown type is kept as it is."""
        kind = item.get("type")
        if kind == "message":
            for part in objects(item.get("content")):
                self._part(part)
        elif kind in ("function_call", "custom_tool_call"):
            self.message.tool_calls.append(tool_call(item))
        elif kind == "image_generation_call" and text(item.get("result")):
            url = f"data:image/{text(item.get('output_format')) or 'png'};base64,{item['result']}"
            self.message.images.append({"type": "image_url", "image_url": {"url": url}})
        else:
            if kind == "reasoning" and (thought := reasoning_of(item)):
                self._thought.append(thought)
            self.message.native_blocks.append(NativePart(kind=KIND, block=item))

    def _part(self, part: dict[str, Any]) -> None:
        if part.get("type") == "refusal":
            self._refused.append(text(part.get("refusal")) or "")
            return
        said = text(part.get("text")) or ""
        self._said.append(said)
        self.message.annotations += [annotation(found, self._length) for found in objects(part.get("annotations"))]
        self._logprobs += objects(part.get("logprobs"))
        self._length += len(said)

    def finish(self) -> tuple[AnswerMessage, dict[str, Any] | None]:
        """The message and its log probabilities."""
        message = self.message
        said = "".join(self._said)
        message.content = said if said or not (message.tool_calls or self._refused) else None
        message.refusal = "".join(self._refused) or None
        message.reasoning = "\n\n".join(self._thought) or None
        return message, {"content": self._logprobs, "refusal": None} if self._logprobs else None


def read_completion(body: bytes) -> Completion:
    """A whole answer. Raises ProviderError."""
    return completion_of(decode_answer(body), body)


def completion_of(answer: dict[str, Any], raw: bytes | None) -> Completion:
    """A response object. Raises ProviderError."""
    if answer.get("error") or answer.get("status") in ("failed", "cancelled"):
        raise failure_of(answer)
    if type(answer.get("output")) is not list:
        raise ProviderError("The provider answered without output.", usage=read_usage(answer.get("usage")))
    collector = ItemCollector()
    for item in objects(answer["output"]):
        collector.add(item)
    message, logprobs = collector.finish()
    choice = Choice(
        message=message,
        finish_reason=finish_of(answer, calls=bool(message.tool_calls)),
        logprobs=logprobs,
        stop_detail=stop_detail(answer),
    )
    return Completion(
        choices=[choice],
        usage=with_searches(read_usage(answer.get("usage")), answer["output"]) or Usage(estimated=True),
        model=text(answer.get("model")) or "",
        provider_id=text(answer.get("id")) or "",
        created_s=whole(answer.get("created_at")),
        extra=served(answer),
        raw=raw,
        raw_kind=KIND,
    )
