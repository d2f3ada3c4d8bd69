"""Tool calls of one choice of a streamed chat completion, one after the other.

OpenAI writes a call's name and all of its arguments before the next call's name, and its SDKs take a call for finished once the index
moves on. Other providers write several at once, and guards hold arguments back when names have long been there.
"""

from collections.abc import Iterable

import msgspec

from routing.calls import ToolCallDelta


class OrderedCalls:
    """Gives the pieces in an order in which no call is gone back to, as early as that allows."""

    def __init__(self) -> None:
        self._waiting: dict[int, list[ToolCallDelta]] = {}
        self._current: int | None = None
        """The call that is being told; another one waits until its arguments are a whole object, or the answer ends."""
        self._arguments: list[str] = []
        """Of the current call, as far as they were given."""

    def add(self, pieces: Iterable[ToolCallDelta]) -> list[ToolCallDelta]:
        """Takes pieces of any calls and gives those whose turn it is. A name waits for the first of its arguments."""
        for piece in pieces:
            self._waiting.setdefault(piece.index, []).append(piece)
        given: list[ToolCallDelta] = []
        while self._waiting:
            if self._current is None:
                first = min(self._waiting)
                if not any(piece.arguments for piece in self._waiting[first]):
                    break
                self._current, self._arguments = first, []
            given += self._take(self._current)
            if not self._waiting or not self._is_whole():
                break
            self._current = None
        return given

    def rest(self) -> list[ToolCallDelta]:
        """Everything that is left, once nothing can follow. A function that was told no arguments gets the empty ones."""
        given = self._take(self._current) if self._current is not None else []
        for index in sorted(self._waiting):
            self._arguments = []
            pieces = self._take(index)
            given += pieces
            if not any(self._arguments) and not any(piece.type == "custom" for piece in pieces):
                given.append(ToolCallDelta(index=index, arguments="{}"))
        self._current = None
        return given

    def _take(self, index: int) -> list[ToolCallDelta]:
        pieces = self._waiting.pop(index, [])
        self._arguments += [piece.arguments for piece in pieces]
        return pieces

    def _is_whole(self) -> bool:
        try:
            return type(msgspec.json.decode("".join(self._arguments))) is dict
        except (msgspec.DecodeError, RecursionError):
            return False
