"""Answers of Google's generateContent, whole and streamed."""

import re
from typing import Any

import msgspec

from routing.calls import AnswerMessage, Choice, Chunk, Completion, Delta, FunctionCall, InvalidRequest, ToolCall, Usage
from routing.errors import ProviderError
from routing.wire.events import Event
from routing.wire.google.read_candidates import Candidate
from routing.wire.google.read_usage import read_usage
from routing.wire.google.spelling import in_one_spelling
from routing.wire.interface import AnswerReader
from routing.wire.refusals import refusal_in_answer
from routing.wire.values import decode_answer, fields, objects, position, text

_SNAKE = re.compile(rb'"[a-z]++_[a-z_]++"\s*+:')
"""A field as only protobuf's own names are spelled."""


class GenerateStreamReader(AnswerReader):
    """Reads the chunks of one streamed answer. A whole answer is a stream of one chunk."""

    def __init__(self) -> None:
        self._candidates: dict[int, Candidate] = {}
        self._blocked = False

    @property
    def complete(self) -> bool:
        """Every candidate that began has its finish reason, or the prompt was blocked."""
        return self._blocked or (bool(self._candidates) and all(c.finished for c in self._candidates.values()))

    def read(self, event: Event) -> Chunk | None:
        """See `AnswerReader.read`."""
        if event.says_nothing:
            return None
        return self.read_answer(decode_answer(event.data), event.data)

    def read_answer(self, answer: dict[str, Any], raw: bytes) -> Chunk:
        """One chunk. Raises ProviderError."""
        if _SNAKE.search(raw) and (spelled := _in_camel_case(answer)) is not answer:
            answer, raw = spelled, msgspec.json.encode(spelled)
        if answer.get("error"):
            raise refusal_in_answer(answer["error"])
        deltas = []
        for place, candidate in enumerate(objects(answer.get("candidates"))):
            index = position(candidate.get("index"), place)
            begun = index in self._candidates
            delta = self._candidates.setdefault(index, Candidate()).read(candidate, index)
            if not begun:
                delta.role = "assistant"
            deltas.append(delta)
        feedback = fields(answer.get("promptFeedback"))
        if text(feedback.get("blockReason")) and not self._candidates:
            self._blocked = True
            detail = {"blockReason": feedback["blockReason"]}
            if message := text(feedback.get("blockReasonMessage")):
                detail["blockReasonMessage"] = message
            deltas.append(Delta(role="assistant", finish_reason="content_filter", stop_detail=detail))
        return Chunk(
            deltas=deltas,
            usage=self._usage(answer),
            model=text(answer.get("modelVersion")) or "",
            provider_id=text(answer.get("responseId")) or "",
            raw=raw,
            raw_kind="google",
        )

    def _usage(self, answer: dict[str, Any]) -> Usage | None:
        usage = read_usage(answer.get("usageMetadata"), final=self.complete)
        searches = sum(candidate.searches for candidate in self._candidates.values())
        return msgspec.structs.replace(usage, web_searches=searches) if usage is not None and searches else usage


def _in_camel_case(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer in the spelling that is read here, where its server writes protobuf's own."""
    try:
        spelled: dict[str, Any] = in_one_spelling(answer)
    except InvalidRequest:
        return answer  # a field in both: the one that is read here counts
    return spelled


def read_completion(body: bytes) -> Completion:
    """A whole answer. Raises ProviderError."""
    reader = GenerateStreamReader()
    chunk = reader.read_answer(decode_answer(body), body)
    choices: dict[int, Choice] = {}
    for delta in chunk.deltas:
        choice = choices.setdefault(delta.index, Choice(index=delta.index, message=AnswerMessage()))
        choice.message = _message(delta)
        choice.finish_reason = delta.finish_reason or ("tool_calls" if delta.tool_calls else "stop")
        choice.logprobs = delta.logprobs
        choice.stop_detail = delta.stop_detail
    if not choices:
        raise ProviderError("The provider answered without any candidate.", usage=chunk.usage)
    return Completion(
        choices=[choices[index] for index in sorted(choices)],
        usage=chunk.usage or Usage(estimated=True),
        model=chunk.model,
        provider_id=chunk.provider_id,
        raw=chunk.raw,
        raw_kind="google",
    )


def _message(delta: Delta) -> AnswerMessage:
    calls = [
        ToolCall(
            id=call.id or "", function=FunctionCall(call.name or "", call.arguments), extra_content=call.extra_content
        )
        for call in delta.tool_calls
    ]
    return AnswerMessage(
        content=delta.content if delta.content or calls else "",
        reasoning=delta.reasoning,
        tool_calls=calls,
        images=delta.images,
        audio=delta.audio,
        annotations=delta.annotations,
        native_blocks=delta.native_blocks,
        extra=delta.extra,
    )
