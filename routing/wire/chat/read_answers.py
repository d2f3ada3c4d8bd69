"""Answers of OpenAI's chat completions and of those who imitate them, read without trusting their types."""

from collections.abc import Sequence
from typing import Any

from routing.calls import (
    AnswerMessage,
    Choice,
    Chunk,
    Completion,
    Delta,
    ToolCallDelta,
    Usage,
)
from routing.calls.answers import FinishReason
from routing.errors import ProviderError
from routing.wire.chat.read_calls import Calls, tool_call
from routing.wire.chat.text_event import TextEvents
from routing.wire.chat.usage import read_usage
from routing.wire.events import Event
from routing.wire.interface import AnswerReader
from routing.wire.refusals import refusal_in_answer
from routing.wire.values import (
    decode_answer,
    fields,
    objects,
    position,
    text,
    vectors,
    whole,
)

_FINISH_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "function_call": "function_call",
    # Mistral, DeepSeek, and servers that pass on what their engine says
    "model_length": "length",
    "max_tokens": "length",
    "insufficient_system_resource": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
    "sensitive": "content_filter",
    "max_output_tokens": "length",
    "recitation": "content_filter",
    "safety": "content_filter",
    "prohibited_content": "content_filter",
    "blocklist": "content_filter",
    "spii": "content_filter",
}
_FAILURES = frozenset(("error", "abort", "malformed_function_call"))
"""Reasons that say that the answer is none. Both are read in any case, since who passes on Gemini's writes them in capitals."""
_MESSAGE_FIELDS = frozenset(
    [
        "role",
        "content",
        "refusal",
        "reasoning",
        "reasoning_content",
        "tool_calls",
        "images",
        "audio",
        "annotations",
        "thinking_blocks",
    ]
)
_ANSWER_FIELDS = frozenset(["id", "object", "created", "model", "choices", "usage", "obfuscation"])


def finish_reason(value: Any, *, calls: bool) -> FinishReason:
    """A finish reason of ours. An unknown one, or none, is the natural end."""
    known = _FINISH_REASONS.get(value.lower()) if type(value) is str else None
    if calls and known in (None, "stop"):
        return "tool_calls"
    return known or "stop"


def _is_failure(value: Any) -> bool:
    return type(value) is str and value.lower() in _FAILURES


def _detail(value: Any) -> dict[str, Any] | None:
    return {"finish_reason": value} if type(value) is str and _FINISH_REASONS.get(value) != value else None


def _content(value: Any) -> tuple[str | None, str | None]:
    """Text and reasoning. Mistral sends both as typed parts."""
    if type(value) is not list:
        return text(value), None
    said, thought = [], []
    for part in objects(value):
        if part.get("type") == "thinking":
            inner = part.get("thinking")
            thought += [inner] if type(inner) is str else [text(piece.get("text")) or "" for piece in objects(inner)]
        else:
            said.append(text(part.get("text")) or "")
    return ("".join(said) if said else None), ("".join(thought) if thought else None)


def _reasoning(message: dict[str, Any], thought: str | None) -> str | None:
    return text(message.get("reasoning_content")) or text(message.get("reasoning")) or thought


def _extra(message: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in known and value is not None}


def _message(message: dict[str, Any]) -> AnswerMessage:
    said, thought = _content(message.get("content"))
    calls = [tool_call(call) for call in objects(message.get("tool_calls"))]
    return AnswerMessage(
        content=None if calls and not said else said,
        refusal=text(message.get("refusal")),
        reasoning=_reasoning(message, thought),
        tool_calls=calls,
        images=objects(message.get("images")),
        audio=fields(message.get("audio")) or None,
        annotations=objects(message.get("annotations")),
        extra=_extra(message, _MESSAGE_FIELDS),
    )


def read_completion(body: bytes) -> Completion:
    """A whole answer. Raises ProviderError for what is none: no JSON, an error under status 200, no choices."""
    answer = decode_answer(body)
    if answer.get("error"):
        raise refusal_in_answer(answer["error"])
    usage = read_usage(answer.get("usage"))
    choices = []
    for place, choice in enumerate(objects(answer.get("choices"))):
        if _is_failure(choice.get("finish_reason")):
            raise ProviderError("The provider failed while it answered.", retryable=True, usage=usage)
        message = _message(fields(choice.get("message")))
        choices.append(
            Choice(
                index=position(choice.get("index"), place),
                message=message,
                finish_reason=finish_reason(choice.get("finish_reason"), calls=bool(message.tool_calls)),
                logprobs=fields(choice.get("logprobs")) or None,
                stop_detail=_detail(choice.get("finish_reason")),
            )
        )
    if not choices:
        raise ProviderError("The provider answered without any choice.", usage=usage)
    if len(choices) > 1 and not any("index" in choice for choice in objects(answer["choices"])):
        choices = _of_one_answer(choices)
    return Completion(
        choices=choices,
        usage=usage or Usage(estimated=True),
        model=text(answer.get("model")) or "",
        provider_id=text(answer.get("id")) or "",
        created_s=whole(answer.get("created")),
        extra=_extra(answer, _ANSWER_FIELDS),
        raw=body,
        raw_kind="openai",
    )


def _of_one_answer(choices: list[Choice]) -> list[Choice]:
    """Choices that nobody counts, of which some hold calls and no text: GitHub Copilot tells one answer so, the text apart from calls."""
    first, *others = choices
    if not all(choice.message.tool_calls and not choice.message.content for choice in others):
        return choices
    for choice in others:
        first.message.tool_calls = [*first.message.tool_calls, *choice.message.tool_calls]
    first.finish_reason = "tool_calls" if first.finish_reason == "stop" else first.finish_reason
    return [first]


class ChatStreamReader(AnswerReader):
    """Reads the chunks of one streamed answer."""

    def __init__(self) -> None:
        self._calls: dict[int, Calls] = {}
        self._open: set[int] = set()
        self._finished: dict[int, FinishReason] = {}
        self._texts = TextEvents()

    @property
    def complete(self) -> bool:
        """Every choice that began has its finish reason. `[DONE]` alone proves nothing."""
        return bool(self._finished) and self._open <= self._finished.keys()

    def read_all(self, events: Sequence[Event], told: list[Chunk]) -> None:
        """See `AnswerReader.read_all`. Texts that came together are one piece."""
        at = 0
        while at < len(events):
            if (run := self._texts.read(events, at)) is not None:
                piece, at = run
                self._open.add(piece.deltas[0].index)
                told.append(piece)
                continue
            if (chunk := self.read(events[at])) is not None:
                told.append(chunk)
            at += 1

    def read(self, event: Event) -> Chunk | None:
        """See `AnswerReader.read`."""
        if event.says_nothing:
            return None
        answer = decode_answer(event.data)
        if answer.get("error"):
            raise refusal_in_answer(answer["error"])
        choices = objects(answer.get("choices"))
        deltas = [self._delta(choice) for choice in choices]
        reported = answer.get("usage") or fields(answer.get("x_groq")).get("usage")
        if not reported and choices:
            reported = choices[0].get("usage")  # Moonshot
        return Chunk(
            deltas=deltas,
            usage=read_usage(reported, final=self.complete),
            model=text(answer.get("model")) or "",
            provider_id=text(answer.get("id")) or "",
            extra=_extra(answer, _ANSWER_FIELDS),
            raw=event.data,
            raw_kind="openai",
        )

    def _delta(self, choice: dict[str, Any]) -> Delta:
        index = position(choice.get("index"))
        delta = fields(choice.get("delta")) or fields(choice.get("message"))
        self._open.add(index)
        calls: list[ToolCallDelta] = []
        if pieces := objects(delta.get("tool_calls")):
            known = self._calls.setdefault(index, Calls())
            calls = [known.read(piece) for piece in pieces]
        reason = choice.get("finish_reason")
        finished: FinishReason | None = None
        if _is_failure(reason):
            raise ProviderError("The provider failed while it answered.", retryable=True)
        if type(reason) is str and reason:
            finished = finish_reason(reason, calls=index in self._calls)
            if finished == "stop":  # said once more, it takes nothing back
                finished = self._finished.get(index, finished)
            self._finished[index] = finished
        said, thought = _content(delta.get("content"))
        return Delta(
            index=index,
            role=text(delta.get("role")),
            content=said,
            refusal=text(delta.get("refusal")),
            reasoning=_reasoning(delta, thought),
            tool_calls=calls,
            images=objects(delta.get("images")),
            audio=fields(delta.get("audio")) or None,
            annotations=objects(delta.get("annotations")),
            extra=_extra(delta, _MESSAGE_FIELDS),
            finish_reason=finished,
            logprobs=fields(choice.get("logprobs")) or None,
            stop_detail=_detail(reason) if finished else None,
        )


def read_embeddings(body: bytes) -> tuple[list[list[float] | str], Usage, str]:
    """Vectors in the order of the inputs, usage and model. Raises ProviderError."""
    answer = decode_answer(body)
    if answer.get("error"):
        raise refusal_in_answer(answer["error"])
    items = objects(answer.get("data"))
    items.sort(key=lambda item: whole(item.get("index")))
    if not items:
        raise ProviderError("The provider answered without embeddings.")
    return (
        vectors([item.get("embedding") for item in items]),
        read_usage(answer.get("usage")) or Usage(estimated=True),
        text(answer.get("model")) or "",
    )
