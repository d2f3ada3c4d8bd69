"""Whole answers as Google writes them."""

from typing import Any

from routing.calls import AnswerMessage, Choice, Completion, NativePart, ToolCall, Usage
from routing.wire.carried_reasoning import carried, pack
from routing.wire.interface import AnswerIdentity
from routing.wire.media import data_uri
from routing.wire.values import arguments_object, fields, objects

Part = dict[str, Any]

_FINISH_REASONS = {
    "stop": "STOP",
    "tool_calls": "STOP",
    "function_call": "STOP",
    "length": "MAX_TOKENS",
    "content_filter": "SAFETY",
}


def generate_object(completion: Completion, identity: AnswerIdentity) -> dict[str, Any]:
    """The choices as candidates, or the reason why the prompt was blocked."""
    answer: dict[str, Any] = {}
    for choice in completion.choices:
        if feedback := prompt_feedback(choice.stop_detail):
            answer["promptFeedback"] = feedback
        else:
            answer.setdefault("candidates", []).append(_candidate(choice))
    return {**answer, "usageMetadata": usage_object(completion.usage), **answer_identity(identity)}


def answer_identity(identity: AnswerIdentity) -> dict[str, Any]:
    """Which answer this is, and who gave it."""
    return {"modelVersion": identity.model, "responseId": identity.call_id}


def _candidate(choice: Choice) -> dict[str, Any]:
    return {
        "content": {"parts": _parts(choice.message), "role": "model"},
        **ending(choice.finish_reason, choice.stop_detail),
        "index": choice.index,
        **candidate_fields(choice.message.native_blocks),
        **logprobs_result(choice.logprobs),
    }


def ending(finish_reason: str | None, detail: dict[str, Any] | None) -> dict[str, Any]:
    """Why a candidate ended: in Google's own words where they are known."""
    said = detail or {}
    reason = said.get("finishReason") or _FINISH_REASONS.get(finish_reason or "stop", "STOP")
    message = said.get("finishMessage")
    return {"finishReason": reason, **({"finishMessage": message} if message else {})}


def prompt_feedback(detail: dict[str, Any] | None) -> dict[str, Any] | None:
    """Why the provider blocked the prompt, if it did."""
    return {name: value for name, value in (detail or {}).items() if name.startswith("blockReason")} or None


def usage_object(usage: Usage) -> dict[str, Any]:
    """Counts as Google writes them: thoughts beside the candidates, cached tokens within the prompt."""
    counts: dict[str, Any] = {
        "promptTokenCount": usage.input_tokens,
        "candidatesTokenCount": usage.output_tokens - usage.reasoning_tokens,
        "totalTokenCount": usage.total_tokens,
    }
    if usage.cached_input_tokens:
        counts["cachedContentTokenCount"] = usage.cached_input_tokens
    if usage.reasoning_tokens:
        counts["thoughtsTokenCount"] = usage.reasoning_tokens
    return counts


def _parts(message: AnswerMessage) -> list[Part]:
    """Thoughts, parts of Google's own, text, images and sound, calls."""
    parts: list[Part] = []
    signature = pack([*message.thinking_blocks, *carried(message.native_blocks)])
    if message.reasoning or signature:
        parts.append(thought_part(message.reasoning or "", signature))
    parts += own_parts(message.native_blocks)
    if said := (message.content or "") + (message.refusal or ""):
        parts.append(text_part(said, message.extra))
    for image in message.images:
        parts += media_parts(image)
    parts += audio_parts(message.audio)
    parts += [call_part(call) for call in message.tool_calls]
    return parts


def thought_part(text: str, signature: str | None) -> Part:
    """Reasoning, with what its provider needs to go on from it."""
    part: Part = {"text": text, "thought": True}
    return {**part, "thoughtSignature": signature} if signature else part


def text_part(text: str, extra: dict[str, Any]) -> Part:
    """Text, with Google's signature if one came with it."""
    return _signed({"text": text}, extra.get("extra_content"))


def own_parts(blocks: list[NativePart]) -> list[Part]:
    """The parts of this format; those of others cannot be said here."""
    return [part.block for part in blocks if part.kind == "google"]


def candidate_fields(blocks: list[NativePart]) -> dict[str, Any]:
    """What Google says about a candidate beside its content, such as its grounding."""
    return {name: value for part in blocks if part.kind == "google_metadata" for name, value in part.block.items()}


def media_parts(image: dict[str, Any]) -> list[Part]:
    """A generated image."""
    media = data_uri(str(fields(image.get("image_url")).get("url") or ""))
    return [{"inlineData": {"mimeType": media.media_type, "data": media.base64}}] if media else []


def audio_parts(audio: dict[str, Any] | None) -> list[Part]:
    """Sound, or a piece of it."""
    data = (audio or {}).get("data")
    if not data:
        return []
    kind = str((audio or {}).get("format") or "wav")
    return [{"inlineData": {"mimeType": kind if "/" in kind else f"audio/{kind}", "data": data}}]


def call_part(call: ToolCall) -> Part:
    """A function call, with Google's signature if it came with one."""
    arguments = {"input": call.custom.input} if call.custom else {}
    if call.function:
        arguments = arguments_object(call.function.arguments)
    return _signed({"functionCall": {"id": call.id, "name": call.name, "args": arguments}}, call.extra_content)


def _signed(part: Part, extra_content: Any) -> Part:
    google = (extra_content or {}).get("google") if type(extra_content) is dict else None
    signature = google.get("thought_signature") if type(google) is dict else None
    return {**part, "thoughtSignature": signature} if signature else part


def logprobs_result(logprobs: dict[str, Any] | None) -> dict[str, Any]:
    """Log probabilities of the tokens that were chosen, and of their rivals."""
    tokens = objects((logprobs or {}).get("content"))
    if not tokens:
        return {}
    tops = [{"candidates": [_token(rival) for rival in objects(token.get("top_logprobs"))]} for token in tokens]
    return {"logprobsResult": {"chosenCandidates": [_token(token) for token in tokens], "topCandidates": tops}}


def _token(token: dict[str, Any]) -> dict[str, Any]:
    return {"token": token.get("token"), "logProbability": token.get("logprob")}
