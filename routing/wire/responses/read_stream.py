"""Streams of OpenAI's Responses API."""

from typing import Any
from zlib import crc32

from routing.calls import Chunk, Delta, NativePart, ToolCallDelta, Usage
from routing.wire.events import Event
from routing.wire.interface import AnswerReader
from routing.wire.refusals import refusal_in_answer
from routing.wire.responses.echoes import served
from routing.wire.responses.read_answers import (
    KIND,
    annotation,
    failure_of,
    finish_of,
    read_usage,
    reasoning_of,
    stop_detail,
    tool_call,
    with_searches,
)
from routing.wire.values import decode_answer, fields, objects, place_of, text

_NOTHING = Delta()


class _Told:
    """How much of a text was handed on, in constant memory."""

    __slots__ = ("_checksum", "length")

    def __init__(self) -> None:
        self.length = 0
        self._checksum = 0

    def add(self, piece: str) -> str:
        self.length += len(piece)
        self._checksum = crc32(piece.encode("utf-8", "surrogatepass"), self._checksum)
        return piece

    def rest(self, whole: str) -> str:
        """What of the whole text is still untold; nothing if it does not go on from what was told, which cannot be taken back."""
        begun = crc32(whole[: self.length].encode("utf-8", "surrogatepass"))
        return whole[self.length :] if begun == self._checksum else ""


class _Item:
    """One output item being received."""

    __slots__ = ("call", "refused", "start", "thought", "told")

    def __init__(self, start: int) -> None:
        self.start = start
        """Where its text begins, in characters of the content."""
        self.call: int | None = None
        self.told = _Told()
        """Of its text, or of its arguments."""
        self.refused = _Told()
        self.thought = False


class ResponseStreamReader(AnswerReader):
    """Reads the events of one streamed response. Text, reasoning summaries and arguments flow; other items come once done."""

    def __init__(self) -> None:
        self._items: dict[Any, _Item] = {}
        self._length = 0
        self._calls = 0
        self._model = ""
        self._id = ""
        self._began = False
        self._ended = False

    @property
    def complete(self) -> bool:
        """Whether `response.completed` or `response.incomplete` came."""
        return self._ended

    def read(self, event: Event) -> Chunk | None:
        """See `AnswerReader.read`. Every event gives a chunk, for doors that pass events on."""
        if event.says_nothing:
            return None
        data = decode_answer(event.data)
        kind = text(data.get("type")) or event.name
        if kind == "error":
            raise refusal_in_answer(data.get("error") or data)
        delta, usage = Delta(), None
        response = fields(data.get("response"))
        if response:
            self._model = text(response.get("model")) or self._model
            self._id = text(response.get("id")) or self._id
        if kind in ("response.failed", "response.cancelled"):
            raise failure_of(response)
        if kind in ("response.completed", "response.incomplete"):
            usage = self._finish(response, delta)
        elif kind in ("response.created", "response.in_progress"):
            if not self._began:
                delta.role = "assistant"
            self._began = True
        else:
            self._item_event(kind, data, delta)
        return Chunk(
            deltas=[delta] if delta != _NOTHING else [],
            usage=usage,
            model=self._model,
            provider_id=self._id,
            extra=served(response),
            raw=event.data,
            raw_kind=KIND,
        )

    def _finish(self, response: dict[str, Any], delta: Delta) -> Usage | None:
        self._ended = True
        delta.finish_reason = finish_of(response, calls=self._calls > 0)
        delta.stop_detail = stop_detail(response)
        return with_searches(read_usage(response.get("usage")), response.get("output"))

    def _item_event(self, kind: str, data: dict[str, Any], delta: Delta) -> None:
        item = self._items.setdefault(place_of(data.get("output_index")), _Item(self._length))
        piece = text(data.get("delta")) or ""
        if kind == "response.output_text.delta":
            delta.content = item.told.add(piece) or None
            self._length += len(piece)
            if found := objects(data.get("logprobs")):
                delta.logprobs = {"content": found, "refusal": None}
        elif kind == "response.refusal.delta":
            delta.refusal = item.refused.add(piece) or None
        elif kind in ("response.reasoning_summary_text.delta", "response.reasoning_text.delta"):
            delta.reasoning = piece or None
            item.thought = True
        elif kind == "response.reasoning_summary_part.added" and item.thought:
            delta.reasoning = "\n\n"
        elif kind in ("response.function_call_arguments.delta", "response.custom_tool_call_input.delta"):
            if item.call is not None and piece:
                delta.tool_calls = [ToolCallDelta(index=item.call, arguments=item.told.add(piece))]
        elif kind == "response.output_text.annotation.added":
            delta.annotations = [annotation(fields(data.get("annotation")), item.start)]
        elif kind == "response.output_item.added":
            self._begin(item, fields(data.get("item")), delta)
        elif kind == "response.output_item.done":
            self._close(item, fields(data.get("item")), delta)

    def _begin(self, item: _Item, value: dict[str, Any], delta: Delta) -> None:
        if value.get("type") not in ("function_call", "custom_tool_call"):
            return
        call = tool_call(value)
        item.call = self._calls
        self._calls += 1
        begun = text(value.get("arguments")) or text(value.get("input")) or ""
        item.told.add(begun)
        delta.tool_calls = [
            ToolCallDelta(
                index=item.call,
                id=call.id,
                type=call.type,
                name=call.name,
                arguments=begun,
                extra_content=call.extra_content,
            )
        ]

    def _close(self, item: _Item, value: dict[str, Any], delta: Delta) -> None:
        """What an item holds beyond its deltas: all of it where a server sent none, the rest where it sent a part."""
        kind = value.get("type")
        if kind == "message":
            parts = objects(value.get("content"))
            delta.content = item.told.rest("".join(text(part.get("text")) or "" for part in parts)) or None
            delta.refusal = item.refused.rest("".join(text(part.get("refusal")) or "" for part in parts)) or None
            self._length += len(delta.content or "")
        elif kind in ("function_call", "custom_tool_call"):
            call = tool_call(value)
            first = item.call is None
            if first:
                item.call = self._calls
                self._calls += 1
            whole = call.custom.input if call.custom else call.function.arguments if call.function else ""
            rest = item.told.rest(whole)
            if first or rest:
                assert item.call is not None
                delta.tool_calls = [
                    ToolCallDelta(
                        index=item.call,
                        id=call.id if first else None,
                        type=call.type if first else None,
                        name=call.name if first else None,
                        arguments=rest,
                        extra_content=call.extra_content if first else None,
                    )
                ]
        elif kind == "image_generation_call" and text(value.get("result")):
            url = f"data:image/{text(value.get('output_format')) or 'png'};base64,{value['result']}"
            delta.images = [{"type": "image_url", "image_url": {"url": url}}]
        elif value:
            if kind == "reasoning" and not item.thought:
                delta.reasoning = reasoning_of(value) or None
            delta.native_blocks = [NativePart(kind=KIND, block=value)]
