"""Streamed answers as the events of an OpenAI response."""

from collections.abc import Mapping
from typing import Any

from routing.calls import Chunk, Delta, ToolCall, ToolCallDelta, Usage
from routing.wire.carried_reasoning import carried, pack
from routing.wire.flowing_calls import FlowingCalls
from routing.wire.held_calls import HeldCalls, call_of
from routing.wire.interface import AnswerIdentity, StreamEncoder
from routing.wire.responses.echoes import served
from routing.wire.responses.identifiers import item_id
from routing.wire.responses.open_items import Events, OpenCall, OpenMessage, OpenReasoning
from routing.wire.responses.parts import KIND
from routing.wire.responses.write_answers import (
    Item,
    call_item,
    ending,
    image_item,
    response_start,
    usage_object,
)
from routing.wire.values import objects


class ResponseStream(StreamEncoder):
    """Writes the events of one response: an item after the other; tool calls last, or as they come where no guard looks.

    A reasoning item stays open until its signature comes, which guards may hold back until the end, while the text goes on.
    """

    def __init__(self, identity: AnswerIdentity, echo: Mapping[str, Any]) -> None:
        self._response = {**response_start(identity), **echo}
        self._call_id = identity.call_id
        self._events = Events()
        self._output: dict[int, Item] = {}
        self._next_index = 0
        self._reasoning: OpenReasoning | None = None
        self._message: OpenMessage | None = None
        self._calls = HeldCalls()
        self._flowing: FlowingCalls | None = None
        self._call: OpenCall | None = None
        self._ending = ending(None, None)
        self._started = False

    def chunk(self, chunk: Chunk) -> bytes:
        """The events of a piece; this format knows the first choice only."""
        self._response |= served(chunk.extra)
        self._start()
        for delta in chunk.deltas:
            if delta.index == 0:
                self._add(delta)
        return self._events.written()

    def let_calls_flow(self) -> None:
        """Tool calls are told as they come: nobody has to see the whole of them first."""
        self._flowing = FlowingCalls(self)

    def begin_call(self, call: ToolCallDelta) -> None:
        """See `CallWriter`."""
        self._close_reasoning()
        self._close_message()
        self._begin(call_of([call]))

    def write_arguments(self, piece: str) -> None:
        """See `CallWriter`."""
        if self._call is not None:
            self._call.write(piece)

    def end(self, usage: Usage | None) -> bytes:
        """What is still open is closed; then the tool calls, and the whole response."""
        self._start()
        for later in self._flowing.rest() if self._flowing is not None else ():
            self._tell(later)
        self._close_reasoning()
        self._close_message()
        for call in self._calls.calls():
            self._begin(call)
            self.write_arguments(call.custom.input if call.custom else call.function.arguments if call.function else "")
        self._close_call()
        self._response |= {**self._ending, "output": self.output_items()}
        self._response["usage"] = usage_object(usage or Usage())
        self._events.write(f"response.{self._response['status']}", response=self._response)
        return self._events.written()

    def error(self, error: dict[str, Any], status: int) -> bytes:
        """The `error` event, and the response as failed."""
        self._start()
        self._events.write("error", error=error, **{name: error.get(name) for name in ("code", "message", "param")})
        failure = {"code": error.get("code"), "message": error.get("message")}
        failed = {**self._response, "status": "failed", "error": failure, "output": self.output_items()}
        self._events.write("response.failed", response=failed)
        return self._events.written()

    def response(self) -> Item:
        """The response as it ended, as it is to be stored."""
        return self._response

    def output_items(self) -> list[Item]:
        """The items that are done."""
        return [self._output[index] for index in sorted(self._output)]

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self._events.write("response.created", response=self._response)
            self._events.write("response.in_progress", response=self._response)

    def _take_index(self) -> int:
        self._close_call()
        index = self._next_index
        self._next_index += 1
        return index

    def _add(self, delta: Delta) -> None:
        if self._flowing is None:
            self._tell(delta)
            self._calls.add(delta.tool_calls)
        else:
            if not self._flowing.takes(delta):
                self._tell(delta)
            for later in self._flowing.add(delta.tool_calls):
                self._tell(later)
        if delta.finish_reason is not None:
            self._ending = ending(delta.finish_reason, delta.stop_detail)

    def _tell(self, delta: Delta) -> None:
        if delta.reasoning:
            self._open_reasoning().think(delta.reasoning)
        if sealed := [*delta.thinking_blocks, *carried(delta.native_blocks)]:
            reasoning = self._open_reasoning()
            reasoning.blocks += sealed
            if reasoning.is_signed():
                self._close_reasoning()
        for part in delta.native_blocks:
            if part.kind == KIND:
                self._own_item(part.block)
        for image in delta.images:
            index = self._take_index()
            if (item := image_item(item_id(self._call_id, "image_generation_call", index), image)) is not None:
                self._whole_item(item, index)
        said = delta.content or ("" if delta.refusal else str((delta.audio or {}).get("transcript") or ""))
        if said or delta.annotations or delta.logprobs:
            self._open_message().say(said, objects((delta.logprobs or {}).get("content")))
            for annotation in delta.annotations:
                self._open_message().cite(annotation)
        if delta.refusal:
            self._open_message().refuse(delta.refusal)

    def _open_reasoning(self) -> OpenReasoning:
        if self._reasoning is None:
            self._close_message()
            index = self._take_index()
            self._reasoning = OpenReasoning(self._events, index, item_id(self._call_id, "reasoning", index))
        return self._reasoning

    def _open_message(self) -> OpenMessage:
        if self._reasoning is not None:
            self._reasoning.pause()
        if self._message is None:
            index = self._take_index()
            self._message = OpenMessage(self._events, index, item_id(self._call_id, "message", index))
        return self._message

    def _close_reasoning(self, encrypted: str | None = None) -> None:
        if self._reasoning is not None:
            reasoning, self._reasoning = self._reasoning, None
            self._output[reasoning.index] = reasoning.close(encrypted or pack(reasoning.blocks))

    def _close_message(self) -> None:
        if self._message is not None:
            message, self._message = self._message, None
            self._output[message.index] = message.close()

    def _own_item(self, item: Item) -> None:
        """An item that came whole. Reasoning whose text was told already adds to that what its provider needs to go on from it."""
        if item.get("type") == "reasoning" and self._reasoning is not None:
            self._close_reasoning(item.get("encrypted_content"))
        else:
            self._close_message()
            self._whole_item(item, self._take_index())

    def _whole_item(self, item: Item, index: int) -> None:
        self._events.write("response.output_item.added", output_index=index, item={**item, "status": "in_progress"})
        self._done(item, index)

    def _done(self, item: Item, index: int) -> None:
        self._output[index] = item
        self._events.write("response.output_item.done", output_index=index, item=item)

    def _begin(self, call: ToolCall) -> None:
        index = self._take_index()
        self._call = OpenCall(self._events, index, call_item(self._call_id, call, index))

    def _close_call(self) -> None:
        if self._call is not None:
            call, self._call = self._call, None
            self._output[call.index] = call.close()
