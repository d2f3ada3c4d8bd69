"""Streamed answers as the events of an Anthropic message."""

from typing import Any
from uuid import UUID

import msgspec

from routing.calls import Chunk, Delta, NativePart, RedactedThinkingPart, ThinkingPart, ToolCall, ToolCallDelta, Usage
from routing.wire.flowing_calls import FlowingCalls
from routing.wire.interface import AnswerIdentity, NativeEncoder
from routing.wire.messages.errors import error_object
from routing.wire.messages.held_blocks import Held, HeldBlocks, Thought
from routing.wire.messages.native_events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    RedactedThinkingBlock,
    TextBlock,
    TextDelta,
    ThinkingBlock,
    ThinkingDelta,
    as_written,
    beside,
    event_of,
    said_in,
)
from routing.wire.messages.open_call import OpenCall
from routing.wire.messages.open_thought import OpenThought
from routing.wire.messages.write_answers import (
    Block,
    citation,
    ending,
    image_block,
    message_start,
    own_blocks,
    said_by,
    thinking_block,
    tool_use_block,
    usage_object,
)
from routing.wire.same_form import SameForm


class MessageStream(NativeEncoder):
    """Writes the events of one message: a block after the other. A tool call, and what follows on one, is told at the end, when guards
    have seen all of it; where none looks, it flows.

    A block of reasoning stays open until its signature comes, which guards may hold back until the end, while the text goes on.
    """

    native_kind = "anthropic"

    def __init__(self, identity: AnswerIdentity) -> None:
        self._identity = identity
        self._started = False
        self._next_index = 0
        self._thoughts: list[OpenThought] = []
        self._thinking = False
        self._text_index: int | None = None
        self._text: list[str] = []
        self._held = HeldBlocks()
        self._flowing: FlowingCalls | None = None
        self._call: OpenCall | None = None
        self._signed = 0
        """Blocks of reasoning that are done."""
        self._own = 0
        self._ending: dict[str, Any] = ending(None, None)
        self._events: list[bytes] = []
        self._form = SameForm()
        """Of the provider's events that add to a text block."""

    def chunk(self, chunk: Chunk) -> bytes:
        """The events of a piece; this format knows the first choice only."""
        self._start(chunk.usage)
        for delta in chunk.deltas:
            if delta.index == 0:
                self._add(delta)
        return self._written()

    def hold(self) -> None:
        """What comes from now on is told at the end, in its order: something before it is held back."""
        self._held.begin()

    def let_calls_flow(self) -> None:
        """Tool calls are told as they come: nobody has to see the whole of them first."""
        self._flowing = FlowingCalls(self)

    def begin_call(self, call: ToolCallDelta) -> None:
        """See `CallWriter`."""
        self._close_thoughts()
        self._close_text()
        self._close_call()
        self._call = OpenCall(call, self._next_index, self._event)
        self._next_index += 1

    def write_arguments(self, piece: str) -> None:
        """See `CallWriter`."""
        if self._call is not None:
            self._call.write(piece)

    def end(self, usage: Usage | None) -> bytes:
        """What is still open is closed; then the tool calls, the reason for the end, and the usage."""
        self._start(None)
        for later in self._flowing.rest() if self._flowing is not None else ():
            self._tell(later, said_by(later))
        for held in self._held.blocks(
            thoughts=self._signed + len(self._thoughts), own=self._own, text="".join(self._text)
        ):
            self._tell_held(held)
        for delta in self._held.beside:
            self._tell(delta, "")
        self._close_thoughts()
        self._close_text()
        self._close_call()
        self._event("message_delta", delta=self._ending, usage=usage_object(usage or Usage()))
        self._event("message_stop")
        return self._written()

    def error(self, error: dict[str, Any], status: int) -> bytes:
        """The `error` event."""
        envelope = error_object(error, status, str(UUID(self._identity.call_id)))
        return b"event: error\ndata: " + msgspec.json.encode(envelope) + b"\n\n"

    def beside(self, data: bytes) -> dict[str, Any] | None:
        """See `NativeEncoder.beside`."""
        return beside(data) if self._form.text(data) is None else {}

    def native(self, data: bytes, *, last: bool = False) -> bytes:
        """Anthropic's event as it came. What of its blocks is open stays in mind, so that they can be gone on with."""
        self._started = True
        if (more := self._form.text(data)) is not None:  # as nearly all
            self._text.append(more)
            return b"event: content_block_delta\ndata: " + data + b"\n\n"
        match event_of(data):
            case BlockStart(index, block):
                self._next_index = index + 1
                self._thinking = isinstance(block, ThinkingBlock)
                if self._thinking:
                    self._thoughts.append(OpenThought(index))
                elif isinstance(block, TextBlock):
                    self._text_index = index
                elif isinstance(block, RedactedThinkingBlock):
                    self._signed += 1
            case BlockDelta(_, ThinkingDelta(thought)) if self._thoughts:
                self._thoughts[-1].told.append(thought)
            case BlockDelta(_, TextDelta(said)):
                self._text.append(said)
                self._form.learn(data, said, said_in)
            case BlockStop(index):
                still = [thought for thought in self._thoughts if thought.index != index]
                self._signed += len(self._thoughts) - len(still)
                self._thoughts = still
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
            counted = usage or Usage(input_tokens=self._identity.input_tokens)
            self._event("message_start", message={**message_start(self._identity), "usage": usage_object(counted)})

    def _tell_held(self, held: Held) -> None:
        if isinstance(held, str):
            self._say(held)
            return
        self._close_thoughts()
        self._close_text()
        if isinstance(held, ToolCall):
            block = tool_use_block(held)
            arguments, block["input"] = block["input"], {}
            written = msgspec.json.encode(arguments).decode()
            self._block(block, {"type": "input_json_delta", "partial_json": written})
        elif isinstance(held, NativePart):
            self._block(held.block)
        else:
            self._sign(held)

    def _add(self, delta: Delta) -> None:
        said = said_by(delta)
        if self._held.begins_with(delta):
            waiting = [part for part in delta.thinking_blocks if not self._completes(part)]
            self._held.hold(msgspec.structs.replace(delta, thinking_blocks=waiting), said)
            self._held.call(delta)
        elif self._flowing is not None:
            if not self._flowing.takes(delta):
                self._tell(delta, said)
            for later in self._flowing.add(delta.tool_calls):
                self._tell(later, said_by(later))
        else:
            self._tell(delta, said)
            self._held.call(delta)
        if delta.finish_reason is not None:
            self._ending = ending(delta.finish_reason, delta.stop_detail)

    def _tell(self, delta: Delta, said: str) -> None:
        if delta.reasoning and delta.reasoning != "".join(
            part.thinking for part in delta.thinking_blocks if isinstance(part, ThinkingPart)
        ):
            self._think(delta.reasoning)
        for part in delta.thinking_blocks:
            self._sign(part)
        for block in own_blocks(delta.native_blocks):
            self._close_text()
            self._block(block)
            self._own += 1
        if said:
            self._say(said)
        for annotation in delta.annotations:
            self._cite(annotation)
        for image in delta.images:
            if (shown := image_block(image)) is not None:
                self._close_text()
                self._block(shown)

    def _open(self, block: Block) -> int:
        self._close_call()
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
            self._thoughts.append(OpenThought(self._open({"type": "thinking", "thinking": "", "signature": ""})))
        block = self._thoughts[-1]
        block.told.append(thought)
        self._delta(block.index, "thinking_delta", thinking=thought)

    def _sign(self, part: Thought) -> None:
        if isinstance(part, RedactedThinkingPart):
            self._block(thinking_block(part))
            self._signed += 1
        elif not self._thoughts or not part.thinking:
            self._sign_whole(part)
            self._signed += 1
        else:
            self._completes(part)

    def _completes(self, part: Thought) -> bool:
        """Ends the first open block of reasoning if this is it, whole and signed."""
        if isinstance(part, RedactedThinkingPart) or not self._thoughts or not part.thinking:
            return False
        if "".join(self._thoughts[0].told) != part.thinking:
            return False
        thought = self._thoughts.pop(0)
        self._signed += 1
        self._thinking = self._thinking and bool(self._thoughts)
        self._delta(thought.index, "signature_delta", signature=part.signature or "")
        self._event("content_block_stop", index=thought.index)
        return True

    def _sign_whole(self, part: ThinkingPart) -> None:
        deltas: list[dict[str, Any]] = []
        if part.thinking:
            deltas.append({"type": "thinking_delta", "thinking": part.thinking})
        deltas.append({"type": "signature_delta", "signature": part.signature or ""})
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
            self._delta(
                thought.index, "signature_delta", signature=""
            )  # Claude Code drops an answer whose reasoning has none
            self._event("content_block_stop", index=thought.index)
        self._signed += len(self._thoughts)
        self._thoughts.clear()
        self._thinking = False

    def _close_call(self) -> None:
        if self._call is not None:
            self._call.close()
            self._call = None

    def _close_text(self) -> None:
        if self._text_index is not None:
            self._event("content_block_stop", index=self._text_index)
            self._text_index = None
