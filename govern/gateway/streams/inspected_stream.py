"""A provider's chunks passed through the stream inspection: text in, only inspected text out.

Content and reasoning flow as the inspection releases them, and the signatures of reasoning with it. Names and ids of tool calls are
inspected as they come, their arguments come whole at the end. What ends the answer, and what cannot be inspected piece by piece
(citations, audio, token log probabilities), waits for the end too.
"""

from typing import Any

import msgspec

from govern.enforcement import Enforcement, StreamInspection, Verdict
from govern.enforcement.streaming import StreamBlocked
from govern.enforcement.vault import Vault
from govern.gateway.streams.repeated_texts import RepeatedTexts
from govern.gateway.streams.waiting_deltas import WaitingDeltas, waits
from routing.calls import (
    AnswerPart,
    Chunk,
    Delta,
    NativePart,
    RedactedThinkingPart,
    ThinkingPart,
    ToolCallDelta,
    Unscanned,
    only_text,
)

_WHOLE_BLOCKS = "anthropic"
"""The kind of provider whose own blocks come whole."""
Channel = tuple[int, str]
"""(choice, field); a tool call's field is `tool 0`, `tool 1`, …"""
FIELDS = ("content", "reasoning", "refusal")
"""Texts that flow."""


class InspectedStream:
    """One answer on its way. Without an inspection everything flows, but for what ends the answer."""

    def __init__(
        self, enforcement: Enforcement, facts: dict[str, object], *, system_prompt: str | None, vault: Vault | None
    ) -> None:
        self._inspection: StreamInspection | None = enforcement.open_stream(
            facts, system_prompt=system_prompt, vault=vault
        )
        self._facts = facts
        self._vault = vault
        self._endings: list[Delta] = []
        self._waiting = WaitingDeltas()
        self._beside = RepeatedTexts(self._inspection.look) if self._inspection is not None else None
        self._thoughts: dict[int, tuple[list[str], list[str]]] = {}
        """Choice → the reasoning since its last block: what came, and what was released."""
        self._thinking: set[int] = set()
        """Choices of whose reasoning something may be held back."""
        self._arguments: dict[Channel, list[str]] = {}
        """Of calls, in the pieces in which they came."""
        self._released: dict[Channel, list[str]] = {}
        self._spoke: set[int] = set()
        """Choices that have said something, of which some may be held back."""
        self.blocks_wait = False
        """Blocks of a provider's own tools wait for the end: what follows on them must not be told before."""
        self.withheld = False
        """Something that had to wait for the end was left out there, or changed."""
        self.verdict: Verdict | None = None
        self.finish_reason: str | None = None
        self._untold: dict[str, Any] = {}
        """What stood beside pieces that did not go out, such as the tier that a last chunk names; the next one that does carries it."""
        self.unscanned: list[Unscanned] = []
        """What guards could not read."""

    @property
    def anything_waits(self) -> bool:
        """Whether something came that is inspected at the end alone."""
        return bool(self._waiting)

    @property
    def inspecting(self) -> bool:
        """Whether anybody looks at the answer."""
        return self._inspection is not None

    def feed(self, chunk: Chunk) -> Chunk | None:
        """What of a chunk may go out now; None if nothing may. After one that blocks, `verdict` says so."""
        only = chunk.deltas[0] if len(chunk.deltas) == 1 else None
        if only is not None and only.index not in self._thinking and (text := only_text(only)) is not None:
            released = self._pass_text(only.index, text)  # as nearly all
            passed = [Delta(index=only.index, content=released)] if released else []
        else:
            passed = [delta for delta in map(self._pass, chunk.deltas) if delta is not None]
        extra = chunk.extra
        if extra and self._inspection is not None:
            extra = self._look(extra, ("extra",)) or {}
        if self._untold:
            extra, self._untold = {**self._untold, **extra}, {}
        if not passed:
            self._untold = extra
            return None
        return Chunk(deltas=passed, model=chunk.model, provider_id=chunk.provider_id, extra=extra)

    def allows(self, beside: dict[str, Any]) -> bool:
        """Whether nothing has to be changed in what stands in a provider's event beside the texts that flow."""
        return not beside or self._beside is None or self._look(beside, ()) is beside

    def finish(self) -> list[Chunk]:
        """The rest, in order: text, tool arguments, what had to wait, and what ends the answer. Sets `verdict`."""
        rest: list[Delta] = []
        if self._inspection is not None:
            self._inspection.begin_end()
            try:
                waited = self._waiting.inspected(self._inspection.look)
                endings = [self._inspected_ending(delta) for delta in self._endings]
            except StreamBlocked as blocked:
                self.verdict = blocked.verdict
                return []
            self.unscanned += self._waiting.unscanned
            self.withheld = self._waiting.changed or endings != self._endings
            self._endings = endings
            texts, self.verdict = self._inspection.finish(self._facts)
            for channel, text in texts.items():
                rest += [self._delta(channel, piece) for piece in self._in_pieces(channel, text)]  # type: ignore[arg-type]
            if self.verdict.action == "redact" or self._vault:
                for delta in waited:
                    delta.logprobs = None  # they spell out the answer
            rest += waited
        told = [Chunk(deltas=[delta]) for delta in (*rest, *self._endings)]
        if told:
            told[-1].extra, self._untold = self._untold, {}
        return told

    def digested_text(self) -> bytes:
        """What was released, by channel in order, to be digested."""
        return b"\x00".join(
            "".join(parts).encode("utf-8", "surrogatepass") for _, parts in sorted(self._released.items())
        )

    def _pass_text(self, index: int, text: str) -> str:
        if self._inspection is None:
            self._keep((index, "content"), text)
            return text
        self._spoke.add(index)
        return self._feed((index, "content"), text)

    def _pass(self, delta: Delta) -> Delta | None:
        if delta.finish_reason is not None:
            self.finish_reason = delta.finish_reason
            self._endings.append(
                Delta(index=delta.index, finish_reason=delta.finish_reason, stop_detail=delta.stop_detail)
            )
        if self._inspection is None:
            return self._pass_unseen(delta)
        passed = Delta(index=delta.index, role="assistant" if delta.role else None)
        passed.reasoning = self._pass_reasoning(delta) or None
        for field in ("content", "refusal"):
            if text := getattr(delta, field):
                self._spoke.add(delta.index)
                setattr(passed, field, self._feed((delta.index, field), text) or None)
        passed.tool_calls = [
            piece
            for piece in (self._pass_tool_call(delta.index, call) for call in delta.tool_calls)
            if piece is not None
        ]
        passed.thinking_blocks = [block for block in delta.thinking_blocks if self._was_told(delta.index, block)]
        passed.native_blocks = self._pass_own_blocks(delta)
        if passed.native_blocks:
            delta = msgspec.structs.replace(
                delta, native_blocks=[part for part in delta.native_blocks if part.kind != _WHOLE_BLOCKS]
            )
        if waits(delta) or len(passed.thinking_blocks) < len(delta.thinking_blocks):
            blocks = [block for block in delta.thinking_blocks if block not in passed.thinking_blocks]
            self._waiting.add(msgspec.structs.replace(delta, thinking_blocks=blocks))
        return passed if _says_something(passed) else None

    def _pass_own_blocks(self, delta: Delta) -> list[NativePart]:
        """The blocks of Anthropic's own tools, which come whole: at once, unless text before them may still be held back."""
        own = [part for part in delta.native_blocks if part.kind == _WHOLE_BLOCKS]
        if not own:
            return []
        if delta.index in self._spoke or self.blocks_wait:
            self.blocks_wait = True
            return []
        value = {"native_blocks": msgspec.to_builtins(own)}
        path = ("choices", delta.index, "message")
        seen = self._look(value, path)
        self.unscanned += AnswerPart(value, path).unscanned
        if seen is None or seen is value:
            return own if seen is value else []
        return msgspec.convert(seen["native_blocks"], list[NativePart])

    def _pass_reasoning(self, delta: Delta) -> str:
        """The reasoning that may go out now: all of it once something else is said, so that it stays before what follows it."""
        if not delta.reasoning and delta.index not in self._thoughts:
            return ""
        channel = (delta.index, "reasoning")
        came, released = self._thoughts.setdefault(delta.index, ([], []))
        told = ""
        if delta.reasoning:
            came.append(delta.reasoning)
            self._thinking.add(delta.index)
            told = self._feed(channel, delta.reasoning)
        if came and (delta.content or delta.refusal or delta.tool_calls or delta.thinking_blocks):
            self._thinking.discard(delta.index)
            told += self._end(channel)
        released.append(told)
        return told

    def _was_told(self, index: int, block: ThinkingPart | RedactedThinkingPart) -> bool:
        """Whether a block holds nothing that was not inspected and released word by word: its signature may go out, too."""
        if isinstance(block, RedactedThinkingPart):
            return self._is_signature(block.data)
        if block.thinking:
            came, released = ("".join(pieces) for pieces in self._thoughts.pop(index, ((), ())))
            if not came == released == block.thinking:
                return False
        return self._is_signature(block.signature)

    def _is_signature(self, signature: str | None) -> bool:
        if not signature:
            return True
        beside = {"signature": signature}
        self.unscanned += AnswerPart(beside, ()).unscanned
        return self._look(beside, ()) is beside

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
            self._arguments.setdefault((index, f"tool {call.index}"), []).append(call.arguments)
            self._feed((index, f"tool {call.index}"), call.arguments, role="tool_arguments")
        if call.id is None and call.name is None:
            return None
        kind = "custom" if call.type == "custom" else "function"
        begun = {"id": call.id, kind: {"name": call.name}, "extra_content": call.extra_content}
        known = {name: value for name, value in begun.items() if value}
        path = ("choices", index, "message", "tool_calls", call.index)
        if call.extra_content:
            self.unscanned += AnswerPart(known, path).unscanned
        seen = self._look(known, path)
        if seen is None:
            return None
        return ToolCallDelta(
            index=call.index,
            id=seen.get("id", call.id),
            type=kind,
            name=(seen.get(kind) or {}).get("name"),
            extra_content=seen.get("extra_content") or None,
        )

    def _look(self, value: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any] | None:
        """A small thing as it may go out: itself, where nothing has to be changed; None once the answer is blocked."""
        assert self._beside is not None
        if self.verdict is not None:
            return None
        try:
            return self._beside.passed(value, path)
        except StreamBlocked as blocked:
            self.verdict = blocked.verdict
            return None

    def _inspected_ending(self, delta: Delta) -> Delta:
        if delta.stop_detail is None:
            return delta
        assert self._inspection is not None
        part = AnswerPart({"stop_detail": delta.stop_detail}, ("choices", delta.index))
        texts = self._inspection.look(part.surfaces)
        return msgspec.structs.replace(delta, **part.replaced(texts)) if texts else delta

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

    def _in_pieces(self, channel: Channel, text: str) -> list[str]:
        """A text that may go out: as it came where it came in pieces and nothing in it had to be changed."""
        pieces = self._arguments.get(channel, [])
        return pieces if "".join(pieces) == text else [text] if text else []

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


def _says_something(delta: Delta) -> bool:
    said = delta.role or delta.content or delta.reasoning or delta.refusal or delta.tool_calls
    return bool(said or delta.thinking_blocks or delta.native_blocks)
