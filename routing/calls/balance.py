"""Whether JSON that comes in pieces is whole by now, without reading again what was read."""

import re

_MARK = re.compile(r'["{}\[\]]')
_IN_STRING = re.compile(r'["\\]')


class Balance:
    """The brackets of one value, as far as it has come."""

    __slots__ = ("_begun", "_depth", "_escaped", "_in_string")

    def __init__(self) -> None:
        self._begun = self._in_string = self._escaped = False
        self._depth = 0

    @property
    def even(self) -> bool:
        """Whether an object or a list has begun, and all that were begun have ended."""
        return self._begun and not self._depth and not self._in_string

    def read(self, piece: str) -> None:
        """The next piece, cut anywhere."""
        place = 0
        if self._escaped and piece:
            self._escaped, place = False, 1
        while found := (_IN_STRING if self._in_string else _MARK).search(piece, place):
            place = found.end()
            mark = found[0]
            if mark == '"':
                self._in_string = not self._in_string
            elif mark == "\\":
                self._escaped = place == len(piece)
                place += 1
            elif mark in "{[":
                self._begun = True
                self._depth += 1
            else:
                self._depth -= 1
