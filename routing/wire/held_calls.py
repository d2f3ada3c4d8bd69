"""Tool calls of a streamed answer, held until it ends.

Providers may write several calls at once, piece by piece; these formats write one after the other, or an object as a whole.
"""

from collections.abc import Iterable

from routing.calls import CustomCall, FunctionCall, ToolCall, ToolCallDelta


class HeldCalls:
    """The calls of one choice."""

    def __init__(self) -> None:
        self._pieces: dict[int, list[ToolCallDelta]] = {}

    def add(self, pieces: Iterable[ToolCallDelta]) -> None:
        """Keeps pieces of any calls, in the order in which they came."""
        for piece in pieces:
            self._pieces.setdefault(piece.index, []).append(piece)

    def calls(self) -> list[ToolCall]:
        """The calls by their index."""
        return [call_of(self._pieces[index]) for index in sorted(self._pieces)]


def call_of(pieces: list[ToolCallDelta]) -> ToolCall:
    """The call that its pieces make, the first of which may be all there is."""
    written = "".join(piece.arguments for piece in pieces)
    name = next((piece.name for piece in pieces if piece.name), "")
    identity = next((piece.id for piece in pieces if piece.id), "")
    extra_content = next((piece.extra_content for piece in pieces if piece.extra_content), None)
    if any(piece.type == "custom" for piece in pieces):
        return ToolCall(id=identity, type="custom", custom=CustomCall(name, written), extra_content=extra_content)
    return ToolCall(id=identity, function=FunctionCall(name, written or "{}"), extra_content=extra_content)
