"""Reading bodies of other formats: each field is taken once, and what is left over was not understood.

What is left over is never lost: it travels on under the name of its format, where guards see it and only providers of that
format get it.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self

from routing.calls import ChatRequest, InvalidRequest, chat_request

_ROOT = re.compile(r"\w+")
_CAPITAL = re.compile(r"(?=[A-Z])")


class Fields:
    """One JSON object. A field of null counts as absent. Raises InvalidRequest for a value of another type."""

    __slots__ = ("_inner", "_left", "where")

    def __init__(self, value: Any, where: str = "") -> None:
        if type(value) is not dict:
            raise InvalidRequest(f"`{where}` must be an object.", where)
        self._left = dict(value)
        self._inner: list[tuple[str, Self | list[Self]]] = []
        self.where = where
        """The object's place in the body, such as `messages[0].content[1]`; empty for the body itself."""

    def path(self, name: str) -> str:
        """The place of a field in the body."""
        return f"{self.where}.{name}" if self.where else name

    def take(self, name: str) -> Any:
        """The field as it is, or None."""
        return self._left.pop(name, None)

    def text(self, name: str) -> str | None:
        """A string, or None."""
        return self._typed(name, str, "a string")

    def required_text(self, name: str) -> str:
        """A string. Raises InvalidRequest if it is absent."""
        found: str = self._present(name, self.text(name))
        return found

    def flag(self, name: str) -> bool | None:
        """True, false, or None."""
        return self._typed(name, bool, "true or false")

    def items(self, name: str) -> list[Any]:
        """A list; an empty one if it is absent."""
        return self._typed(name, list, "a list") or []

    def tree(self, name: str) -> dict[str, Any] | None:
        """An object as it is, or None."""
        return self._typed(name, dict, "an object")

    def fields(self, name: str) -> Self | None:
        """An object to be read, or None."""
        value = self.take(name)
        if value is None:
            return None
        inner = type(self)(value, self.path(name))
        self._inner.append((name, inner))
        return inner

    def each(self, name: str) -> list[Self]:
        """The objects of a list, to be read; none if it is absent."""
        inner = [type(self)(value, f"{self.path(name)}[{index}]") for index, value in enumerate(self.items(name))]
        self._inner.append((name, inner))
        return inner

    def required_fields(self, name: str) -> Self:
        """An object to be read. Raises InvalidRequest if it is absent."""
        found: Self = self._present(name, self.fields(name))
        return found

    def left(self) -> dict[str, Any]:
        """Takes the fields that were not taken yet, here and in the objects inside that were read."""
        left = {name: value for name, value in self._left.items() if value is not None}
        self._left = {}
        for name, inner in self._inner:
            if isinstance(inner, list):
                found: Any = [fields.left() for fields in inner]
                if any(found):
                    left[name] = found
            elif found := inner.left():
                left[name] = found
        return left

    def refuse(self, name: str, sentence: str) -> InvalidRequest:
        """An error about a field; the sentence goes on after its name."""
        where = self.path(name)
        return InvalidRequest(f"`{where}` {sentence}", where)

    def _typed(self, name: str, kind: type, words: str) -> Any:
        value = self.take(name)
        if value is not None and type(value) is not kind:
            raise self.refuse(name, f"must be {words}.")
        return value

    def _present(self, name: str, value: Any) -> Any:
        if value is None:
            raise self.refuse(name, "is missing; add it.")
        return value


@lru_cache(256)
def _snake_case(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()


class CamelFields(Fields):
    """One object of Google's: each field may also be written in snake case, as protobuf's JSON allows."""

    __slots__ = ()

    def take(self, name: str) -> Any:
        """The field as it is, or None. Written in both ways, the second stays left over."""
        value = self._left.pop(name, None)
        return self._left.pop(_snake_case(name), None) if value is None else value


def keep_unread(message: dict[str, Any], kind: str, left: dict[str, Any]) -> None:
    """Lets fields that were not understood travel with a message, beside those that it holds already."""
    if left:
        message.setdefault("extra_content", {}).setdefault(kind, {}).setdefault("unread", []).append(left)


def read_request(tree: Mapping[str, Any], names: Mapping[str, str]) -> ChatRequest:
    """The request of a tree whose absent fields are None. `names` says what the door calls the parameters that it names otherwise.

    Raises InvalidRequest in the door's words.
    """
    try:
        return chat_request({name: value for name, value in tree.items() if value is not None})
    except InvalidRequest as error:
        root = _ROOT.match(error.param or "")
        own = names.get(root[0]) if root else None
        if root is None or own is None or error.param is None:
            raise
        param = own + error.param[root.end() :]
        raise InvalidRequest(error.message.replace(f"`{error.param}`", f"`{param}`"), param) from None
