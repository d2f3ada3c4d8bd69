"""Function arguments that Gemini streams piece by piece, each with the place in the object where it belongs."""

import re
from itertools import pairwise
from typing import Any

_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d{1,6})\]|\['(?P<quoted>[^']*)'\]|\[\"(?P<double>[^\"]*)\"\]")
MAX_INDEX = 100_000


def steps(path: str) -> list[str | int]:
    """The steps of a JSONPath that names one place, such as `$.recipe.ingredients[0].name`."""
    found: list[str | int] = []
    for match in _STEP.finditer(path.removeprefix("$")):
        if match["index"] is not None:
            found.append(min(int(match["index"]), MAX_INDEX))
        else:
            found.append(match["name"] or match["quoted"] or match["double"] or "")
    return found


class PartialArguments:
    """Arguments being received."""

    def __init__(self, arguments: dict[str, Any] | None = None) -> None:
        self.value: dict[str, Any] = dict(arguments or {})
        self._open: str | None = None

    def add(self, piece: dict[str, Any]) -> None:
        """Adds one of `partialArgs`. A text goes on where the piece before it, at the same place, said so."""
        path = piece.get("jsonPath")
        if type(path) is not str:
            return
        if "stringValue" in piece:
            self._put(path, str(piece["stringValue"]), append=self._open == path)
        elif "numberValue" in piece:
            number = piece["numberValue"]
            self._put(path, int(number) if type(number) is float and number.is_integer() else number, append=False)
        elif "boolValue" in piece:
            self._put(path, bool(piece["boolValue"]), append=False)
        elif "nullValue" in piece:
            self._put(path, None, append=False)
        self._open = path if piece.get("willContinue") else None

    def _put(self, path: str, value: Any, *, append: bool) -> None:
        way = steps(path)
        if not way or type(way[0]) is not str:
            return
        place: Any = self.value
        for step, following in pairwise(way):
            empty: Any = [] if type(following) is int else {}
            inner = self._at(place, step)
            if type(inner) is not type(empty):
                inner = empty
                self._set(place, step, inner)
            place = inner
        last = way[-1]
        before = self._at(place, last) if append else None
        self._set(place, last, before + value if type(before) is str and type(value) is str else value)

    @staticmethod
    def _at(place: Any, step: str | int) -> Any:
        if type(place) is list:
            return place[step] if type(step) is int and step < len(place) else None
        return place.get(step)

    @staticmethod
    def _set(place: Any, step: str | int, value: Any) -> None:
        if type(place) is dict:
            place[str(step)] = value
        elif type(step) is int:
            if step >= len(place):
                place.extend([None] * (step + 1 - len(place)))
            place[step] = value
