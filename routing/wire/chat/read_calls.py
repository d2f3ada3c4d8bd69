"""Tool calls in answers of OpenAI's chat completions, whole and in pieces, whatever their servers count by."""

from typing import Any

from routing.calls import CustomCall, FunctionCall, ToolCall, ToolCallDelta
from routing.wire.values import arguments_text, fields, new_call_id, text


def tool_call(call: dict[str, Any]) -> ToolCall:
    """A finished call."""
    call_id = text(call.get("id")) or new_call_id()
    extra_content = fields(call.get("extra_content")) or None
    if call.get("type") == "custom":
        custom = fields(call.get("custom"))
        return ToolCall(
            id=call_id,
            type="custom",
            custom=CustomCall(text(custom.get("name")) or "", text(custom.get("input")) or ""),
            extra_content=extra_content,
        )
    function = fields(call.get("function"))
    arguments = arguments_text(function.get("arguments")) or "{}"
    return ToolCall(
        id=call_id, function=FunctionCall(text(function.get("name")) or "", arguments), extra_content=extra_content
    )


class Calls:
    """The tool calls of one choice while they come in: dense indices whatever the provider counts by."""

    def __init__(self) -> None:
        self._indices: dict[int | str, int] = {}
        self._ids: list[str | None] = []

    def __bool__(self) -> bool:
        return bool(self._ids)

    def read(self, piece: dict[str, Any]) -> ToolCallDelta:
        """The piece, with its index here."""
        call_id = text(piece.get("id")) or None
        custom = piece.get("type") == "custom"
        function = fields(piece.get("custom" if custom else "function"))
        name = text(function.get("name")) or None
        index, first = self._index(piece.get("index"), call_id, name)
        return ToolCallDelta(
            index=index,
            id=(call_id or new_call_id()) if first else None,
            type=("custom" if custom else "function") if first else None,
            name=(name or "") if first else None,
            arguments=arguments_text(function.get("input" if custom else "arguments")),
            extra_content=fields(piece.get("extra_content")) or None,
        )

    def _index(self, given: Any, call_id: str | None, name: str | None) -> tuple[int, bool]:
        """Our index, and whether the call is new. A call goes on under its index; without one, under its id; without
        both, as the last.

        Some servers send every call under index 0: another id with a name is another call.
        """
        key: int | str | None = given if type(given) is int else call_id
        if key is None and self._ids and not name:
            return len(self._ids) - 1, False
        key = f"unnamed {len(self._ids)}" if key is None else key
        index = self._indices.get(key)
        if index is not None and not (call_id and name and self._ids[index] and call_id != self._ids[index]):
            return index, False
        self._indices[key] = index = len(self._ids)
        self._ids.append(call_id)
        return index, True
