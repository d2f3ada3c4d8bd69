"""Tool calls of one choice of a streamed answer, one after the other.

OpenAI writes a call's name and all of its arguments before the next call's name, and its SDKs take a call for finished once the index
moves on. Other providers write several at once, and guards hold arguments back when names have long been there.
"""

from collections.abc import Iterable

from routing.calls import ToolCallDelta
from routing.calls.balance import Balance


class OrderedCalls:
    """Gives the pieces in an order in which no call is gone back to, as early as that allows."""

    def __init__(self) -> None:
        self._waiting: dict[int, list[ToolCallDelta]] = {}
        self._current: int | None = None
        """The call that is being told; another one waits until its arguments are a whole object, or the answer ends."""
        self._custom = False
        """It takes text, of which nobody can tell whether it is whole."""
        self._balance = Balance()
        """Of the arguments of the current call, as far as they were given."""
        self._told_any = False
        self._done: set[int] = set()
        """Calls of which arguments were given: an empty piece behind them says nothing new (Alibaba's closing one)."""

    @property
    def unfinished(self) -> bool:
        """Whether a call has begun of which more must come."""
        return bool(self._waiting) or self._current is not None

    def add(self, pieces: Iterable[ToolCallDelta]) -> list[ToolCallDelta]:
        """Takes pieces of any calls and gives those whose turn it is. A name waits for the first of its arguments."""
        for piece in pieces:
            if piece.index not in self._done or piece.arguments or piece.name or piece.extra_content:
                self._waiting.setdefault(piece.index, []).append(piece)
        given: list[ToolCallDelta] = []
        while self._waiting:
            if self._current is None:
                first = min(self._waiting)
                if not any(piece.arguments for piece in self._waiting[first]):
                    break
                self._begin(first)
            given += self._take(self._current)
            if self._custom or not self._balance.even:
                break
            self._current = None
        return given

    def rest(self) -> list[ToolCallDelta]:
        """Everything that is left, once nothing can follow. A function that was told no arguments gets the empty ones."""
        given = self._take(self._current) if self._current is not None else []
        for index in sorted(self._waiting):
            self._begin(index)
            given += self._take(index)
            if not self._told_any and not self._custom:
                given.append(ToolCallDelta(index=index, arguments="{}"))
        self._current = None
        return given

    def _begin(self, index: int) -> None:
        self._current, self._balance = index, Balance()
        self._custom = self._told_any = False

    def _take(self, index: int | None) -> list[ToolCallDelta]:
        pieces = self._waiting.pop(index, []) if index is not None else []
        for piece in pieces:
            self._custom = self._custom or piece.type == "custom"
            if piece.arguments:
                self._told_any = True
                self._done.add(piece.index)
                self._balance.read(piece.arguments)
        return pieces
