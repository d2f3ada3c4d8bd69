"""Tool calls that are told as their pieces come, where no guard has to see the whole of them first."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from routing.calls import Delta, ToolCallDelta
from routing.wire.ordered_calls import OrderedCalls


class CallWriter(Protocol):
    """Writes one call after the other."""

    def begin_call(self, call: ToolCallDelta) -> None:
        """A new one: its id, name and type."""
        ...

    def write_arguments(self, piece: str) -> None:
        """More of its arguments, or of its text."""
        ...


class FlowingCalls:
    """The calls of one choice. What follows on a call that has not ended waits until it has."""

    def __init__(self, writer: CallWriter) -> None:
        self._writer = writer
        self._ordered = OrderedCalls()
        self._told: set[int] = set()
        self._current: int | None = None
        self._later: list[Delta] = []

    def takes(self, delta: Delta) -> bool:
        """Whether the rest of a delta has to wait; it is then kept."""
        if not self._ordered.unfinished:
            return False
        self._later.append(msgspec.structs.replace(delta, tool_calls=[], finish_reason=None, stop_detail=None))
        return True

    def add(self, pieces: Iterable[ToolCallDelta]) -> list[Delta]:
        """Tells the pieces whose turn it is. Gives what has waited for them."""
        self._tell(self._ordered.add(pieces))
        return self._take_later() if not self._ordered.unfinished else []

    def rest(self) -> list[Delta]:
        """The same, once nothing can follow."""
        self._tell(self._ordered.rest())
        return self._take_later()

    def _take_later(self) -> list[Delta]:
        later, self._later = self._later, []
        return later

    def _tell(self, pieces: list[ToolCallDelta]) -> None:
        for place, piece in enumerate(pieces):
            if piece.index != self._current:
                if piece.index in self._told:
                    continue  # it was whole, and another one has begun
                self._current = piece.index
                self._told.add(piece.index)
                self._writer.begin_call(_begun([each for each in pieces[place:] if each.index == piece.index]))
            if piece.arguments:
                self._writer.write_arguments(piece.arguments)


def _begun(pieces: list[ToolCallDelta]) -> ToolCallDelta:
    return ToolCallDelta(
        index=pieces[0].index,
        id=next((piece.id for piece in pieces if piece.id), ""),
        type="custom" if any(piece.type == "custom" for piece in pieces) else "function",
        name=next((piece.name for piece in pieces if piece.name), ""),
        extra_content=next((piece.extra_content for piece in pieces if piece.extra_content), None),
    )
