"""A provider's chunks passed through the stream inspection: text in, only inspected text out.

Content and reasoning flow as the inspection releases them, and the signatures of reasoning with it. Tool arguments come whole at the
end. What ends the answer, and what cannot be inspected piece by piece (citations, audio, token log probabilities), waits for the end too.
"""

import msgspec

from govern.enforcement import Enforcement, StreamInspection, Verdict
from govern.enforcement.streaming import StreamBlocked
from govern.enforcement.vault import Vault
from routing.calls import (
    AnswerMessage,
    Choice,
    Chunk,
    Completion,
    Delta,
    RedactedThinkingPart,
    ThinkingPart,
    ToolCallDelta,
    Usage,
    output_surfaces,
)

Channel = tuple[int, str]
"""(choice, field); a tool call's field is `tool 0`, `tool 1`, …"""
FIELDS = ("content", "reasoning", "refusal")
"""Texts that flow."""
_FLOWING = frozenset((*FIELDS, "index", "role", "tool_calls", "thinking_blocks", "finish_reason", "stop_detail"))
_WAITING = tuple(field for field in Delta.__struct_fields__ if field not in _FLOWING)
"""Everything else that a delta may carry, also what is added to it later."""


class InspectedStream:
    """One answer on its way. Without an inspection everything flows, but for what ends the answer."""

    def __init__(
        self, enforcement: Enforcement, facts: dict[str, object], *, system_prompt: str | None, vault: Vault | None
    ) -> None:
        self._inspection: StreamInspection | None = enforcement.open_stream(
            facts, system_prompt=system_prompt, vault=vault
        )
        self._enforcement = enforcement
        self._facts = facts
        self._system_prompt = system_prompt
        self._endings: list[Delta] = []
        self._waiting: list[Delta] = []
        self._thoughts: dict[int, tuple[list[str], list[str]]] = {}
        """Choice → the reasoning since its last block: what came, and what was released."""
        self._released: dict[Channel, list[str]] = {}
        self.withheld = False
        """Something that had to wait for the end was left out there."""
        self.verdict: Verdict | None = None
        self.finish_reason: str | None = None

    @property
    def inspecting(self) -> bool:
        """Whether anybody looks at the answer."""
        return self._inspection is not None

    def feed(self, chunk: Chunk) -> Chunk | None:
        """What of a chunk may go out now; None if nothing may. After one that blocks, `verdict` says so."""
        passed = [delta for delta in map(self._pass, chunk.deltas) if delta is not None]
        if not passed:
            return None
        return Chunk(deltas=passed, model=chunk.model, provider_id=chunk.provider_id, extra=chunk.extra)

    def finish(self) -> list[Chunk]:
        """The rest, in order: text, tool arguments, what had to wait, and what ends the answer. Sets `verdict`."""
        rest: list[Delta] = []
        if self._inspection is not None:
            texts, self.verdict = self._inspection.finish(self._facts)
            for channel, text in texts.items():
                if text:
                    rest.append(self._delta(channel, text))  # type: ignore[arg-type]
            if self._waiting and self.verdict.action != "block":
                waited = self._inspect_waiting()
                self.withheld = not waited
                rest += waited
        return [Chunk(deltas=[delta]) for delta in (*rest, *self._endings)]

    def digested_text(self) -> bytes:
        """What was released, by channel in order, to be digested."""
        return b"\x00".join(
            "".join(parts).encode("utf-8", "surrogatepass") for _, parts in sorted(self._released.items())
        )

    def _pass(self, delta: Delta) -> Delta | None:
        if delta.finish_reason is not None:
            self.finish_reason = delta.finish_reason
            self._endings.append(
                Delta(index=delta.index, finish_reason=delta.finish_reason, stop_detail=delta.stop_detail)
            )
        if self._inspection is None:
            return self._pass_unseen(delta)
        passed = Delta(index=delta.index, role=delta.role)
        passed.reasoning = self._pass_reasoning(delta) or None
        for field in ("content", "refusal"):
            if text := getattr(delta, field):
                setattr(passed, field, self._feed((delta.index, field), text) or None)
        passed.tool_calls = [
            piece
            for piece in (self._pass_tool_call(delta.index, call) for call in delta.tool_calls)
            if piece is not None
        ]
        passed.thinking_blocks = [block for block in delta.thinking_blocks if self._was_told(delta.index, block)]
        if waits(delta) or len(passed.thinking_blocks) < len(delta.thinking_blocks):
            blocks = [block for block in delta.thinking_blocks if block not in passed.thinking_blocks]
            self._waiting.append(msgspec.structs.replace(delta, thinking_blocks=blocks))
        return passed if _says_something(passed) else None

    def _pass_reasoning(self, delta: Delta) -> str:
        """The reasoning that may go out now: all of it once something else is said, so that it stays before what follows it."""
        channel = (delta.index, "reasoning")
        came, released = self._thoughts.setdefault(delta.index, ([], []))
        told = ""
        if delta.reasoning:
            came.append(delta.reasoning)
            told = self._feed(channel, delta.reasoning)
        if came and (delta.content or delta.refusal or delta.tool_calls or delta.thinking_blocks):
            told += self._end(channel)
        released.append(told)
        return told

    def _was_told(self, index: int, block: ThinkingPart | RedactedThinkingPart) -> bool:
        """Whether a block holds nothing that was not inspected and released word by word: its signature may go out, too."""
        if isinstance(block, RedactedThinkingPart) or not block.thinking:
            return True
        came, released = ("".join(pieces) for pieces in self._thoughts.pop(index, ((), ())))
        return came == released == block.thinking

    def _pass_unseen(self, delta: Delta) -> Delta | None:
        for field in FIELDS:
            if text := getattr(delta, field):
                self._keep((delta.index, field), text)
        for call in delta.tool_calls:
            self._keep((delta.index, f"tool {call.index}"), call.arguments)
        if delta.finish_reason is None:
            return delta
        delta.finish_reason = None
        delta.stop_detail = None
        return delta if _says_something(delta) or waits(delta) else None

    def _pass_tool_call(self, index: int, call: ToolCallDelta) -> ToolCallDelta | None:
        if call.arguments:
            self._feed((index, f"tool {call.index}"), call.arguments, role="tool_arguments")
        if call.id is None and call.name is None:
            return None
        return ToolCallDelta(
            index=call.index, id=call.id, type=call.type, name=call.name, extra_content=call.extra_content
        )

    def _feed(self, channel: Channel, text: str, *, role: str = "assistant") -> str:
        assert self._inspection is not None
        if self.verdict is not None:
            return ""  # blocked: nothing of this chunk leaves any more
        index, field = channel
        try:
            released = self._inspection.feed(channel, text, role=role, location=f"choices[{index}].message.{field}")
        except StreamBlocked as blocked:
            self.verdict, released = blocked.verdict, ""
        self._keep(channel, released)
        return released

    def _end(self, channel: Channel) -> str:
        assert self._inspection is not None
        if self.verdict is not None:
            return ""
        try:
            released = self._inspection.end(channel)
        except StreamBlocked as blocked:
            self.verdict, released = blocked.verdict, ""
        self._keep(channel, released)
        return released

    def _keep(self, channel: Channel, text: str) -> None:
        if text:
            self._released.setdefault(channel, []).append(text)

    def _delta(self, channel: Channel, text: str) -> Delta:
        index, field = channel
        self._keep(channel, text)
        if field.startswith("tool "):
            return Delta(index=index, tool_calls=[ToolCallDelta(index=int(field[5:]), arguments=text)])
        delta = Delta(index=index)
        setattr(delta, field, text)
        return delta

    def _inspect_waiting(self) -> list[Delta]:
        """Inspects what came whole. If anything in it, or in the text it repeats, had to be changed, it is left out."""
        assert self.verdict is not None
        if self.verdict.action == "redact":
            return []
        surfaces = [surface for delta in self._waiting for surface in output_surfaces(_as_completion(delta))]
        verdict = self._enforcement.inspect_output(surfaces, self._facts, system_prompt=self._system_prompt)
        if verdict.action == "block":
            self.verdict = verdict
            return []
        return [] if verdict.action == "redact" else [_waited(delta) for delta in self._waiting]


def waits(delta: Delta) -> bool:
    """Whether a delta holds what cannot be inspected before the end of the answer."""
    return any(getattr(delta, field) for field in _WAITING)


def _says_something(delta: Delta) -> bool:
    said = delta.role or delta.content or delta.reasoning or delta.refusal or delta.tool_calls
    return bool(said or delta.thinking_blocks)


def _waited(delta: Delta) -> Delta:
    rest = {field: getattr(delta, field) for field in _WAITING}
    return Delta(index=delta.index, thinking_blocks=delta.thinking_blocks, **rest)


def _as_completion(delta: Delta) -> Completion:
    fields = ("thinking_blocks", *(field for field in _WAITING if field in AnswerMessage.__struct_fields__))
    known = {field: getattr(delta, field) for field in fields}
    return Completion(choices=[Choice(message=AnswerMessage(**known), index=delta.index)], usage=Usage())
