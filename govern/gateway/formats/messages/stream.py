"""Streamed answers as the events of an Anthropic message."""

from typing import Any

import msgspec

from govern.gateway.formats.held_calls import HeldCalls
from govern.gateway.formats.interface import AnswerIdentity
from govern.gateway.formats.messages.answers import (
    Block,
    citation,
    ending,
    image_block,
    message_start,
    own_blocks,
    thinking_block,
    tool_use_block,
    usage_object,
)
from govern.gateway.formats.messages.errors import error_object
from govern.gateway.formats.messages.native_events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    TextBlock,
    TextDelta,
    ThinkingBlock,
    ThinkingDelta,
    as_written,
    beside,
    event_of,
)
from routing.calls import Chunk, Delta, RedactedThinkingPart, ThinkingPart, Usage


class _Thought:
    """A block of reasoning that was told and may still be signed."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.told: list[str] = []


class MessageStream:
    """Writes the events of one message: a block after the other, tool calls last.

    A block of reasoning stays open until its signature comes, which guards may hold back until the end, while the text goes on.
    """

    native_kind = "anthropic"

    def __init__(self, identity: AnswerIdentity) -> None:
        self._identity = identity
        self._started = False
        self._next_index = 0
        self._thoughts: list[_Thought] = []
        self._thinking = False
        self._text_index: int | None = None
        self._text: list[str] = []
        self._calls = HeldCalls()
        self._ending: dict[str, Any] = ending(None, None)
        self._events: list[bytes] = []

    def chunk(self, chunk: Chunk) -> bytes:
        """The events of a piece; this format knows the first choice only."""
        self._start(chunk.usage)
        for delta in chunk.deltas:
            if delta.index == 0:
                self._add(delta)
        return self._written()

    def end(self, usage: Usage | None) -> bytes:
        """What is still open is closed; then the tool calls, the reason for the end, and the usage."""
        self._start(None)
        self._close_thoughts()
        self._close_text()
        for call in self._calls.calls():
            block = tool_use_block(call)
            arguments, block["input"] = block["input"], {}
            delta = {"type": "input_json_delta", "partial_json": msgspec.json.encode(arguments).decode()}
            self._block(block, delta)
        self._event("message_delta", delta=self._ending, usage=usage_object(usage or Usage()))
        self._event("message_stop")
        return self._written()

    def error(self, error: dict[str, Any]) -> bytes:
        """The `error` event."""
        return b"event: error\ndata: " + msgspec.json.encode(error_object(error)) + b"\n\n"

    def beside(self, data: bytes) -> dict[str, Any] | None:
        """See `NativeEncoder.beside`."""
        return beside(data)

    def native(self, data: bytes, *, last: bool = False) -> bytes:
        """Anthropic's event as it came. What of its blocks is open stays in mind, so that they can be gone on with."""
        self._started = True
        match event_of(data):
            case BlockStart(index, block):
                self._next_index = index + 1
                self._thinking = isinstance(block, ThinkingBlock)
                if self._thinking:
                    self._thoughts.append(_Thought(index))
                elif isinstance(block, TextBlock):
                    self._text_index = index
            case BlockDelta(_, ThinkingDelta(thought)) if self._thoughts:
                self._thoughts[-1].told.append(thought)
            case BlockDelta(_, TextDelta(said)):
                self._text.append(said)
            case BlockStop(index):
                self._thoughts = [thought for thought in self._thoughts if thought.index != index]
                self._thinking = bool(self._thoughts)
                self._text_index = None if self._text_index == index else self._text_index
        return as_written(data)

    def _event(self, kind: str, **fields: Any) -> None:
        data = msgspec.json.encode({"type": kind, **fields})
        self._events.append(b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n")

    def _written(self) -> bytes:
        written = b"".join(self._events)
        self._events.clear()
        return written

    def _start(self, usage: Usage | None) -> None:
        if not self._started:
            self._started = True
            self._event(
                "message_start", message={**message_start(self._identity), "usage": usage_object(usage or Usage())}
            )

    def _add(self, delta: Delta) -> None:
        if delta.reasoning and delta.reasoning != "".join(
            part.thinking for part in delta.thinking_blocks if isinstance(part, ThinkingPart)
        ):
            self._think(delta.reasoning)
        for part in delta.thinking_blocks:
            self._sign(part)
        for block in own_blocks(delta.native_blocks):
            self._close_text()
            self._block(block)
        transcript = (delta.audio or {}).get("transcript")
        if said := (delta.content or "") + (delta.refusal or "") or transcript:
            self._say(said)
        for annotation in delta.annotations:
            self._cite(annotation)
        for image in delta.images:
            if (shown := image_block(image)) is not None:
                self._close_text()
                self._block(shown)
        self._calls.add(delta.tool_calls)
        if delta.finish_reason is not None:
            self._ending = ending(delta.finish_reason, delta.stop_detail)

    def _open(self, block: Block) -> int:
        index = self._next_index
        self._next_index += 1
        self._event("content_block_start", index=index, content_block=block)
        return index

    def _delta(self, index: int, kind: str, **fields: Any) -> None:
        self._event("content_block_delta", index=index, delta={"type": kind, **fields})

    def _block(self, block: Block, *deltas: dict[str, Any]) -> None:
        """A block that is known as a whole."""
        self._thinking = False
        index = self._open(block)
        for delta in deltas:
            self._event("content_block_delta", index=index, delta=delta)
        self._event("content_block_stop", index=index)

    def _think(self, thought: str) -> None:
        if not self._thinking:
            self._close_text()
            self._thinking = True
            self._thoughts.append(_Thought(self._open({"type": "thinking", "thinking": "", "signature": ""})))
        block = self._thoughts[-1]
        block.told.append(thought)
        self._delta(block.index, "thinking_delta", thinking=thought)

    def _sign(self, part: ThinkingPart | RedactedThinkingPart) -> None:
        if isinstance(part, RedactedThinkingPart):
            self._block(thinking_block(part))
            return
        if not self._thoughts or not part.thinking:
            self._sign_whole(part)
        elif "".join(self._thoughts[0].told) == part.thinking:
            thought = self._thoughts.pop(0)
            self._thinking = self._thinking and bool(self._thoughts)
            if part.signature:
                self._delta(thought.index, "signature_delta", signature=part.signature)
            self._event("content_block_stop", index=thought.index)

    def _sign_whole(self, part: ThinkingPart) -> None:
        deltas: list[dict[str, Any]] = []
        if part.thinking:
            deltas.append({"type": "thinking_delta", "thinking": part.thinking})
        if part.signature:
            deltas.append({"type": "signature_delta", "signature": part.signature})
        self._block({"type": "thinking", "thinking": "", "signature": ""}, *deltas)

    def _say(self, said: str) -> None:
        self._thinking = False
        if self._text_index is None:
            self._text_index = self._open({"type": "text", "text": ""})
        self._text.append(said)
        self._delta(self._text_index, "text_delta", text=said)

    def _cite(self, annotation: dict[str, Any]) -> None:
        found = citation(annotation, "".join(self._text))
        if found is None:
            return
        if self._text_index is None:
            self._text_index = self._open({"type": "text", "text": ""})
        self._delta(self._text_index, "citations_delta", citation=found)

    def _close_thoughts(self) -> None:
        for thought in self._thoughts:
            self._event("content_block_stop", index=thought.index)
        self._thoughts.clear()
        self._thinking = False

    def _close_text(self) -> None:
        if self._text_index is not None:
            self._event("content_block_stop", index=self._text_index)
            self._text_index = None
