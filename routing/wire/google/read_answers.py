"""Answers of Google's generateContent, whole and streamed."""

from typing import Any

import msgspec

from routing.calls import (
    AnswerMessage,
    Choice,
    Chunk,
    Completion,
    Delta,
    FunctionCall,
    NativePart,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from routing.calls.answers import FinishReason
from routing.errors import ProviderError
from routing.wire.events import Event
from routing.wire.google.arguments import PartialArguments
from routing.wire.refusals import refusal_in_answer
from routing.wire.values import Counts, decode_answer, fields, new_call_id, objects, position, text, whole

_FINISH_REASONS: dict[str, FinishReason] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "LANGUAGE": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "BLOCKLIST": "content_filter",
    "SPII": "content_filter",
    "IMAGE_SAFETY": "content_filter",
    "IMAGE_PROHIBITED_CONTENT": "content_filter",
    "IMAGE_RECITATION": "content_filter",
    "MODEL_ARMOR": "content_filter",
    "OTHER": "content_filter",
    "NO_IMAGE": "content_filter",
    "IMAGE_OTHER": "content_filter",
}
_FAILURES = frozenset(
    (
        "MALFORMED_FUNCTION_CALL",
        "UNEXPECTED_TOOL_CALL",
        "TOO_MANY_TOOL_CALLS",
        "MALFORMED_RESPONSE",
        "MISSING_THOUGHT_SIGNATURE",
    )
)
_TEXT_PARTS = frozenset(("text", "thought", "thoughtSignature", "partMetadata"))


def read_usage(value: Any, *, final: bool = True) -> Usage | None:
    """Counts, converted: thoughts are output, the prompts of Google's own tools are input; cached tokens are in the
    prompt already.
    """
    tree = fields(value)
    if not any(name.endswith("TokenCount") for name in tree):
        return None
    counts = Counts(tree)
    by_input = _by_modality(tree.get("promptTokensDetails"))
    by_output = _by_modality(tree.get("candidatesTokensDetails"))
    thoughts = counts.count("thoughtsTokenCount")
    usage = Usage(
        input_tokens=counts.count("promptTokenCount") + counts.count("toolUsePromptTokenCount"),
        output_tokens=counts.count("candidatesTokenCount") + thoughts,
        cached_input_tokens=counts.count("cachedContentTokenCount"),
        input_audio_tokens=by_input.get("AUDIO", 0),
        input_image_tokens=by_input.get("IMAGE", 0),
        reasoning_tokens=thoughts,
        output_audio_tokens=by_output.get("AUDIO", 0),
        output_image_tokens=by_output.get("IMAGE", 0),
        estimated=not final,
    )
    return usage if counts.readable else msgspec.structs.replace(usage, estimated=True)


def _by_modality(details: Any) -> dict[str | None, int]:
    return {text(item.get("modality")): whole(item.get("tokenCount")) for item in objects(details)}


def _signature(part: dict[str, Any]) -> dict[str, Any] | None:
    signature = text(part.get("thoughtSignature"))
    return {"google": {"thought_signature": signature}} if signature else None


class _Call:
    """A function call; its arguments may still be coming."""

    def __init__(self, part: dict[str, Any], call: dict[str, Any]):
        self.id = text(call.get("id")) or new_call_id()
        self.name = text(call.get("name")) or ""
        self.arguments = PartialArguments(fields(call.get("args")))
        self.extra_content = _signature(part)

    def add(self, call: dict[str, Any]) -> None:
        for piece in objects(call.get("partialArgs")):
            self.arguments.add(piece)
        for name, value in fields(call.get("args")).items():
            self.arguments.value[name] = value

    def arguments_text(self) -> str:
        return msgspec.json.encode(self.arguments.value).decode()


class _Candidate:
    """One candidate, read part by part."""

    def __init__(self) -> None:
        self.calls = 0
        self.finished = False
        self.searches = 0
        """Google's searches for it, which are charged apart and not counted in the usage."""
        self._open: _Call | None = None
        self._length = 0

    def read(self, candidate: dict[str, Any], index: int) -> Delta:
        """What a candidate object adds. Raises ProviderError for a failure of the model."""
        delta = Delta(index=index)
        calls: list[ToolCallDelta] = []
        said: list[str] = []
        thought: list[str] = []
        for part in objects(fields(candidate.get("content")).get("parts")):
            call = part.get("functionCall")
            if type(call) is dict:
                calls += self._call(part, call)
                continue
            if type(part.get("text")) is str:
                (thought if part.get("thought") else said).append(part["text"])
                if signature := _signature(part):
                    delta.extra = {"extra_content": signature}
                if unread := {name: value for name, value in part.items() if name not in _TEXT_PARTS}:
                    delta.native_blocks = [*delta.native_blocks, NativePart(kind="google_unread", block=unread)]
            elif (inline := fields(part.get("inlineData"))) and text(inline.get("data")) and not part.get("thought"):
                self._inline(inline, delta)
            elif part:
                delta.native_blocks = [*delta.native_blocks, NativePart(kind="google", block=part)]
        delta.content = "".join(said) or None
        delta.reasoning = "".join(thought) or None
        reason = candidate.get("finishReason")
        if type(reason) is str and reason != "FINISH_REASON_UNSPECIFIED":
            if self._open is not None:
                calls.append(self._close())
            self._finish(candidate, reason, delta)
        delta.tool_calls = calls
        if delta.content:
            self._length += len(delta.content)
        grounding = fields(candidate.get("groundingMetadata"))
        queries = grounding.get("webSearchQueries")
        self.searches = max(self.searches, len(queries) if type(queries) is list else 0)
        delta.annotations = _annotations(grounding, self._length)
        for name in ("groundingMetadata", "citationMetadata", "urlContextMetadata"):
            if fields(candidate.get(name)):
                block = {name: candidate[name]}
                delta.native_blocks = [*delta.native_blocks, NativePart(kind="google_metadata", block=block)]
        if logprobs := _logprobs(fields(candidate.get("logprobsResult"))):
            delta.logprobs = logprobs
        return delta

    def _finish(self, candidate: dict[str, Any], reason: str, delta: Delta) -> None:
        if reason in _FAILURES:
            raise ProviderError(
                f"The model failed to write a valid answer ({reason}).", provider_code=reason, retryable=True
            )
        self.finished = True
        finish = _FINISH_REASONS.get(reason, "stop")
        delta.finish_reason = "tool_calls" if finish == "stop" and (self.calls or self._open) else finish
        if reason != "STOP":
            delta.stop_detail = {"finishReason": reason}
            if message := text(candidate.get("finishMessage")):
                delta.stop_detail["finishMessage"] = message

    def _call(self, part: dict[str, Any], call: dict[str, Any]) -> list[ToolCallDelta]:
        """Calls that this piece completes. A call whose arguments stream begins with its name and ends without
        `willContinue`.
        """
        done: list[ToolCallDelta] = []
        if call.get("name") or self._open is None:
            if self._open is not None:
                done.append(self._close())
            if not call.get("name"):
                return done
            self._open = _Call(part, call)
        self._open.add(call)
        if not call.get("willContinue"):
            done.append(self._close())
        return done

    def _close(self) -> ToolCallDelta:
        call = self._open
        assert call is not None
        self._open = None
        self.calls += 1
        return ToolCallDelta(
            index=self.calls - 1,
            id=call.id,
            type="function",
            name=call.name,
            arguments=call.arguments_text(),
            extra_content=call.extra_content,
        )

    @staticmethod
    def _inline(inline: dict[str, Any], delta: Delta) -> None:
        media_type = text(inline.get("mimeType")) or "application/octet-stream"
        if media_type.startswith("audio/"):
            delta.audio = {"data": inline["data"], "format": media_type}
        else:
            url = f"data:{media_type};base64,{inline['data']}"
            delta.images = [*delta.images, {"type": "image_url", "image_url": {"url": url}}]


def _annotations(grounding: dict[str, Any], length: int) -> list[dict[str, Any]]:
    """Web sources as OpenAI writes them. Google's positions are UTF-8 bytes of a part, so the whole content is cited."""
    found = []
    for chunk in objects(grounding.get("groundingChunks")):
        web = fields(chunk.get("web"))
        if uri := text(web.get("uri")):
            cited = {"url": uri, "title": text(web.get("title")) or "", "start_index": 0, "end_index": length}
            found.append({"type": "url_citation", "url_citation": cited})
    return found


def _logprobs(result: dict[str, Any]) -> dict[str, Any] | None:
    """Log probabilities as OpenAI writes them."""
    chosen = objects(result.get("chosenCandidates"))
    if not chosen:
        return None
    tops = objects(result.get("topCandidates"))
    content = []
    for place, token in enumerate(chosen):
        top = objects(tops[place].get("candidates")) if place < len(tops) else []
        content.append({**_token(token), "top_logprobs": [_token(candidate) for candidate in top]})
    return {"content": content, "refusal": None}


def _token(candidate: dict[str, Any]) -> dict[str, Any]:
    token = text(candidate.get("token")) or ""
    return {"token": token, "logprob": candidate.get("logProbability"), "bytes": list(token.encode())}


class GenerateStreamReader:
    """Reads the chunks of one streamed answer. A whole answer is a stream of one chunk."""

    def __init__(self) -> None:
        self._candidates: dict[int, _Candidate] = {}
        self._blocked = False

    @property
    def complete(self) -> bool:
        """Every candidate that began has its finish reason, or the prompt was blocked."""
        return self._blocked or (bool(self._candidates) and all(c.finished for c in self._candidates.values()))

    def read(self, event: Event) -> Chunk | None:
        """See `AnswerReader.read`."""
        if not event.data.strip():
            return None
        return self.read_answer(decode_answer(event.data), event.data)

    def read_answer(self, answer: dict[str, Any], raw: bytes) -> Chunk:
        """One chunk. Raises ProviderError."""
        if answer.get("error"):
            raise refusal_in_answer(answer["error"])
        deltas = []
        for place, candidate in enumerate(objects(answer.get("candidates"))):
            index = position(candidate.get("index"), place)
            begun = index in self._candidates
            delta = self._candidates.setdefault(index, _Candidate()).read(candidate, index)
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
        raw=body,
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
