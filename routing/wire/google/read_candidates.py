"""Candidates of Google's answers, read part by part."""

from typing import Any

import msgspec

from routing.calls import Delta, NativePart, ToolCallDelta
from routing.calls.answers import FinishReason
from routing.errors import ProviderError
from routing.wire.google.arguments import PartialArguments
from routing.wire.values import fields, new_call_id, objects, text

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


class Candidate:
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
