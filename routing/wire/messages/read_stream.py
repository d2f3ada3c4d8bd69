"""Streams of Anthropic's Messages API."""

from typing import Any

import msgspec

from routing.calls import ALIVE, Chunk, Delta, NativePart, RedactedThinkingPart, ThinkingPart, ToolCallDelta, Usage
from routing.calls.order import BlockOrder
from routing.errors import ProviderError
from routing.wire.events import Event
from routing.wire.interface import AnswerReader
from routing.wire.messages.native_events import said_in
from routing.wire.messages.read_answers import annotation, finish_reason, order_of, read_usage, stop_detail, tool_call
from routing.wire.refusals import refusal_in_answer
from routing.wire.same_form import SameForm
from routing.wire.values import decode_answer, fields, objects, place_of, text


class _Block:
    """One content block being received."""

    __slots__ = ("call", "json", "start", "value")

    def __init__(self, value: dict[str, Any], start: int):
        self.value = value
        self.call: int | None = None
        """Which tool call it is."""
        self.start = start
        """Where a text block begins, in characters of the content."""
        self.json: list[str] = []


class MessageStreamReader(AnswerReader):
    """Reads the events of one streamed message.

    Text, reasoning and the arguments of tool calls flow. Another message in the middle of one, which a server between may splice into a
    stream, is an error: half a call cannot be taken back, and signed reasoning of two answers can never be sent again.
    """

    def __init__(self) -> None:
        self._blocks: dict[Any, _Block] = {}
        self._usage: dict[str, Any] = {}
        self._length = 0
        self._calls = 0
        self._order = BlockOrder()
        self._form = SameForm()
        """Of the events that add to a text block."""
        self._model = ""
        self._id = ""
        self._stopped = False
        self._ended = False

    @property
    def complete(self) -> bool:
        """Whether `message_stop` came, or at least the reason for the end."""
        return self._ended or self._stopped

    def read(self, event: Event) -> Chunk | None:
        """See `AnswerReader.read`. Every event gives a chunk, for doors that pass events on."""
        if (said := self._form.text(event.data)) is not None:  # as nearly all
            return self._chunk(event, self._said(said), None)
        if event.says_nothing:
            return None
        data = decode_answer(event.data)
        kind = data.get("type")
        if kind == "ping":
            return ALIVE
        if kind == "error":
            raise refusal_in_answer(data.get("error"))
        delta, usage = Delta(), None
        if kind == "content_block_delta":
            self._add(place_of(data.get("index")), fields(data.get("delta")), delta)
            if delta.content:
                self._form.learn(event.data, delta.content, said_in)
        elif kind == "content_block_start":
            self._begin(place_of(data.get("index")), fields(data.get("content_block")), delta)
        elif kind == "content_block_stop":
            self._close(place_of(data.get("index")), delta)
        elif kind == "message_start":
            usage = self._start(fields(data.get("message")), delta)
        elif kind == "message_delta":
            usage = self._finish(data, delta)
        elif kind == "message_stop":
            self._ended = True
        return self._chunk(event, delta, usage)

    def _said(self, text: str) -> Delta:
        delta = Delta()
        self._say(text, delta)
        return delta

    def _chunk(self, event: Event, delta: Delta, usage: Usage | None) -> Chunk:
        return Chunk(
            deltas=[delta] if delta != _NOTHING else [],
            usage=usage,
            model=self._model,
            provider_id=self._id,
            raw=event.data,
            raw_kind="anthropic",
        )

    def _start(self, message: dict[str, Any], delta: Delta) -> Usage:
        if not self._id:
            delta.role = "assistant"
        told = self._order or any(block.call is not None for block in self._blocks.values())
        if told and text(message.get("id")) != self._id:
            raise ProviderError("The provider began another answer in the middle of this one.", retryable=True)
        self._blocks.clear()
        self._order = BlockOrder()
        self._id = text(message.get("id")) or "unnamed"
        self._model = text(message.get("model")) or self._model
        self._usage = dict(fields(message.get("usage")))
        return read_usage(self._usage, final=False)

    def _finish(self, data: dict[str, Any], delta: Delta) -> Usage:
        for name, value in fields(data.get("usage")).items():
            if value is not None and not (value == 0 and self._usage.get(name)):
                self._usage[name] = value  # who imitates Anthropic says 0 at the end for what was counted at the start
        ending = fields(data.get("delta"))
        if ending.get("stop_reason") is not None:
            self._stopped = True
            delta.finish_reason = finish_reason(ending["stop_reason"], calls=self._calls > 0)
            delta.stop_detail = stop_detail(ending)
            delta.native_blocks = self._order.parts()
        return read_usage(self._usage, final=self._stopped)

    def _begin(self, index: int | str | None, block: dict[str, Any], delta: Delta) -> None:
        begun = self._blocks[index] = _Block(dict(block), self._length)
        if block.get("type") == "tool_use":
            begun.call, self._calls = self._calls, self._calls + 1
            call = tool_call(block)
            delta.tool_calls = [ToolCallDelta(index=begun.call, id=call.id, type="function", name=call.name)]
        elif block.get("type") == "text":
            self._say(text(block.get("text")) or "", delta)
            for citation in objects(block.get("citations")):
                delta.annotations = [*delta.annotations, annotation(citation, self._length, self._length)]
        elif block.get("type") == "thinking" and block.get("thinking"):
            delta.reasoning = text(block["thinking"])

    def _say(self, said: str, delta: Delta) -> None:
        if said:
            delta.content = said
            self._length += len(said)
            self._order.say(len(said))

    def _add(self, index: int | str | None, piece: dict[str, Any], delta: Delta) -> None:
        kind = piece.get("type")
        block = self._blocks.get(index)
        if kind == "text_delta":
            self._say(text(piece.get("text")) or "", delta)
        elif kind == "thinking_delta":
            delta.reasoning = text(piece.get("thinking")) or None
        if block is None:
            return
        if kind == "input_json_delta":
            written = text(piece.get("partial_json")) or ""
            block.json.append(written)
            if written and block.call is not None:
                delta.tool_calls = [ToolCallDelta(index=block.call, arguments=written)]
        elif kind == "citations_delta":
            delta.annotations = [annotation(fields(piece.get("citation")), block.start, self._length)]
        elif kind != "text_delta":
            # thinking and its signature; and whatever an unknown block is made of
            for name, value in piece.items():
                if name != "type" and type(value) is str:
                    block.value[name] = (text(block.value.get(name)) or "") + value

    def _close(self, index: int | str | None, delta: Delta) -> None:
        block = self._blocks.pop(index, None)
        if block is None:
            return
        value, kind = block.value, block.value.get("type")
        written = "".join(block.json)
        if kind != "text":
            self._order.add(order_of(kind))
        if block.call is not None:
            if not written.strip():
                arguments = msgspec.json.encode(fields(value.get("input"))).decode()
                delta.tool_calls = [ToolCallDelta(index=block.call, arguments=arguments)]
        elif kind == "thinking":
            delta.thinking_blocks = [
                ThinkingPart(thinking=text(value.get("thinking")) or "", signature=text(value.get("signature")))
            ]
        elif kind == "redacted_thinking":
            delta.thinking_blocks = [RedactedThinkingPart(data=text(value.get("data")) or "")]
        elif kind != "text":
            if written.strip():
                try:
                    value["input"] = msgspec.json.decode(written)
                except (msgspec.DecodeError, RecursionError):
                    value["input"] = written
            delta.native_blocks = [NativePart(kind="anthropic", block=value)]


_NOTHING = Delta()
