"""A `tool_use` block that is being written."""

from typing import Any, Protocol

import msgspec

from routing.calls import CustomCall, FunctionCall, ToolCall, ToolCallDelta
from routing.wire.messages.write_answers import tool_use_block


class WriteEvent(Protocol):
    """Adds an event to a stream."""

    def __call__(self, kind: str, **fields: Any) -> None: ...


class OpenCall:
    """One block, told piece by piece. What is no object, and the text of a custom tool, can only be told as a whole."""

    def __init__(self, call: ToolCallDelta, index: int, event: WriteEvent) -> None:
        self._call = call
        self._index = index
        self._event = event
        self._kept: list[str] = []
        self._flows = False
        event("content_block_start", index=index, content_block={**tool_use_block(self._whole("{}")), "input": {}})

    def write(self, piece: str) -> None:
        """More of the arguments."""
        if not self._flows:
            self._kept.append(piece)
            piece = "".join(self._kept)
            if self._call.type == "custom" or not piece.lstrip().startswith("{"):
                return
            self._flows = True
        self._tell(piece)

    def close(self) -> None:
        """Ends the block."""
        if not self._flows:
            self._tell(msgspec.json.encode(tool_use_block(self._whole("".join(self._kept)))["input"]).decode())
        self._event("content_block_stop", index=self._index)

    def _tell(self, piece: str) -> None:
        delta = {"type": "input_json_delta", "partial_json": piece}
        self._event("content_block_delta", index=self._index, delta=delta)

    def _whole(self, written: str) -> ToolCall:
        call, name = self._call, self._call.name or ""
        if call.type == "custom":
            return ToolCall(
                id=call.id or "", type="custom", custom=CustomCall(name, written), extra_content=call.extra_content
            )
        return ToolCall(id=call.id or "", function=FunctionCall(name, written), extra_content=call.extra_content)
