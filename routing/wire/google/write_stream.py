"""Streamed answers as Google writes them: a row of answer objects, each with what is new."""

from typing import Any, Protocol

import msgspec

from routing.calls import Chunk, Delta, Usage
from routing.wire.carried_reasoning import carried, pack
from routing.wire.google.errors import error_object
from routing.wire.google.native_answers import beside
from routing.wire.google.write_answers import (
    Part,
    answer_identity,
    audio_parts,
    call_part,
    candidate_fields,
    ending,
    logprobs_result,
    media_parts,
    own_parts,
    prompt_feedback,
    text_part,
    thought_part,
    usage_object,
)
from routing.wire.held_calls import HeldCalls
from routing.wire.interface import AnswerIdentity, NativeEncoder


class Framing(Protocol):
    """How the answer objects of a stream stand one after the other."""

    def frame(self, data: bytes, *, last: bool = False) -> bytes:
        """One of them."""
        ...


class EventFraming:
    """Server-sent events, as `alt=sse` asks for."""

    def frame(self, data: bytes, *, last: bool = False) -> bytes:
        """One event."""
        return b"data: " + data.replace(b"\r", b" ").replace(b"\n", b"\ndata: ") + b"\r\n\r\n"


class ArrayFraming:
    """The elements of one JSON array."""

    def __init__(self) -> None:
        self._begun = False

    def frame(self, data: bytes, *, last: bool = False) -> bytes:
        """One element, and the bracket or comma that it needs."""
        before = b",\r\n" if self._begun else b"["
        self._begun = True
        return before + data + (b"]" if last else b"")


class _Candidate:
    """One candidate while it is being written."""

    def __init__(self) -> None:
        self.calls = HeldCalls()
        self.ending = ending(None, None)
        self.feedback: dict[str, Any] | None = None

    def read(self, delta: Delta) -> tuple[list[Part], dict[str, Any]]:
        """The parts that a piece adds, and what it says beside them."""
        parts: list[Part] = []
        signature = pack([*delta.thinking_blocks, *carried(delta.native_blocks)])
        if delta.reasoning or signature:
            parts.append(thought_part(delta.reasoning or "", signature))
        parts += own_parts(delta.native_blocks)
        said = (delta.content or "") + (delta.refusal or "")
        if said or delta.extra.get("extra_content"):
            parts.append(text_part(said, delta.extra))
        for image in delta.images:
            parts += media_parts(image)
        parts += audio_parts(delta.audio)
        self.calls.add(delta.tool_calls)
        if delta.finish_reason is not None:
            self.ending = ending(delta.finish_reason, delta.stop_detail)
            self.feedback = prompt_feedback(delta.stop_detail)
        return parts, {**candidate_fields(delta.native_blocks), **logprobs_result(delta.logprobs)}


class GenerateStream(NativeEncoder):
    """Writes the answer objects of one stream. Calls, finish reasons and usage are in the last one."""

    native_kind = "google"

    def __init__(self, identity: AnswerIdentity, framing: Framing) -> None:
        self._identity = answer_identity(identity)
        self._framing = framing
        self._candidates: dict[int, _Candidate] = {}

    def chunk(self, chunk: Chunk) -> bytes:
        """The answer object of a piece; none for a piece that says nothing yet."""
        written = []
        for delta in chunk.deltas:
            candidate = self._candidates.setdefault(delta.index, _Candidate())
            parts, beside = candidate.read(delta)
            if parts or beside:
                written.append({"content": _content(parts), "index": delta.index, **beside})
        return self._framing.frame(self._answer({"candidates": written})) if written else b""

    def end(self, usage: Usage | None) -> bytes:
        """The last answer object."""
        answer: dict[str, Any] = {}
        for index, candidate in sorted(self._candidates.items()):
            if candidate.feedback:
                answer["promptFeedback"] = candidate.feedback
                continue
            parts = [call_part(call) for call in candidate.calls.calls()]
            written = {"content": _content(parts), **candidate.ending, "index": index}
            answer.setdefault("candidates", []).append(written)
        return self._framing.frame(self._answer({**answer, "usageMetadata": usage_object(usage or Usage())}), last=True)

    def error(self, error: dict[str, Any], status: int) -> bytes:
        """The error object, as the last one."""
        return self._framing.frame(msgspec.json.encode(error_object(error, status)), last=True)

    def beside(self, data: bytes) -> dict[str, Any] | None:
        """See `NativeEncoder.beside`."""
        return beside(data)

    def native(self, data: bytes, *, last: bool = False) -> bytes:
        """Google's answer object as it came."""
        return self._framing.frame(data, last=last)

    def _answer(self, answer: dict[str, Any]) -> bytes:
        return msgspec.json.encode({**answer, **self._identity})


def _content(parts: list[Part]) -> dict[str, Any]:
    return {"parts": parts, "role": "model"}
