"""Reading what providers send without trusting its types: a wrong type reads as absent, never as a crash."""

import base64
import binascii
import secrets
from typing import Any

import msgspec

from routing.calls.characters import with_whole_characters
from routing.errors import ProviderError

MAX_TOKENS = 1 << 40
MAX_POSITIONS = 100_000
_FLOAT_BYTES = 4


def text(value: Any) -> str | None:
    """A string, or None."""
    return value if type(value) is str else None


def whole(value: Any) -> int:
    """A count: a whole number from 0; anything else reads as 0."""
    if type(value) is int:
        return value if 0 <= value < MAX_TOKENS else 0
    return int(value) if type(value) is float and 0 <= value < MAX_TOKENS else 0


MAX_COUNT = 1 << 40
"""Beyond it a count was not counted."""


class Counts:
    """Counts of a usage object, read without trusting their types. `readable` turns false at the first that is none: a text, a fraction,
    a negative or absurd number. A count that is absent or null is 0.
    """

    __slots__ = ("_tree", "readable")

    def __init__(self, value: Any) -> None:
        self._tree = fields(value)
        self.readable = True

    def __bool__(self) -> bool:
        return bool(self._tree)

    def count(self, name: str, within: str | None = None) -> int:
        """The count of a name, in the object `within` if that is named."""
        tree = self._tree if within is None else self._tree.get(within)
        if type(tree) is not dict:
            self.readable = self.readable and tree is None
            return 0
        value = tree.get(name)
        if value is None:
            return 0
        if type(value) is not int or not 0 <= value < MAX_COUNT:
            self.readable = False
            return 0
        return value


def position(value: Any, otherwise: int = 0) -> int:
    """A place in a list, such as a choice's index; anything else, and more than any list here holds, reads as `otherwise`."""
    return value if type(value) is int and 0 <= value < MAX_POSITIONS else otherwise


def place_of(value: Any) -> int | str | None:
    """By what the pieces of a stream name the part that they belong to; what is no number and no text reads as None."""
    return value if type(value) is int or type(value) is str else None


def vectors(values: list[Any]) -> list[list[float] | str]:
    """Embeddings: lists of numbers, or base64 of little-endian float32. Raises ProviderError for anything else."""
    try:
        return [_packed(value) if type(value) is str else msgspec.convert(value, list[float]) for value in values]
    except (msgspec.ValidationError, binascii.Error, ValueError):
        raise ProviderError("The provider answered with an embedding that is none.") from None


def _packed(value: str) -> str:
    if not value or len(base64.b64decode(value, validate=True)) % _FLOAT_BYTES:
        raise ValueError("no row of float32")
    return value


def fields(value: Any) -> dict[str, Any]:
    """An object, or an empty one."""
    return value if type(value) is dict else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [item for item in value if type(item) is dict] if type(value) is list else []


def addressed(tree: dict[str, Any], model: str, *, stream: bool) -> dict[str, Any]:
    """A provider's own body with the model and the kind of answer that it is asked for; nothing is written that it says already."""
    changes: dict[str, Any] = {} if tree.get("model") == model else {"model": model}
    if (tree.get("stream") or False) is not stream:
        changes["stream"] = stream
    return {**tree, **changes} if changes else tree


def arguments_text(value: Any) -> str:
    """Tool arguments as JSON in a string; providers send strings, objects, null, or nothing."""
    if type(value) is str:
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def arguments_object(arguments: str) -> dict[str, Any]:
    """Tool arguments as an object. What is not a JSON object stands under `arguments`, so that nothing is lost."""
    if not arguments.strip():
        return {}
    try:
        value = _decoded(arguments.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return {"arguments": arguments}
    return value if type(value) is dict else {"arguments": value}


def new_call_id() -> str:
    """An id for a tool call whose provider gives none."""
    return f"call_{secrets.token_hex(12)}"


def _decoded(written: bytes) -> Any:
    """JSON, with U+FFFD for halves of characters."""
    try:
        return msgspec.json.decode(written)
    except msgspec.DecodeError:
        whole = with_whole_characters(written)
        if whole == written:
            raise
    return msgspec.json.decode(whole)


def decode_answer(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises ProviderError; the text of the body stays out of the error."""
    try:
        value = _decoded(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProviderError("The provider's answer is not JSON.") from None
    if type(value) is list and len(value) == 1:  # Google wraps errors of streams in a list
        value = value[0]
    if type(value) is not dict:
        raise ProviderError("The provider's answer is not a JSON object.")
    return value
