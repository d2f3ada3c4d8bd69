"""Which part of a body is the largest, in the words of the format it is written in."""

from typing import Any

import msgspec

from routing.sizes.texts import text_tokens

_INSIDE = frozenset(
    ("text", "data", "url", "image_url", "source", "file", "file_data", "inline_data", "inlineData", "input_audio")
)
"""Keys within a part, which is named without them."""
_MEDIA_TOKENS = 1_600
_LONGEST_NAME = 120
"""A longer one holds a key that is a text of the caller's."""


def largest_part(body: bytes) -> tuple[str, int]:
    """The place of the largest part of a body and about how many tokens its text is: `("messages[3].content[1]", 90000)`.

    Nothing and 0 where the body is no JSON.
    """
    try:
        tree = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "", 0
    best: tuple[int, tuple[str | int, ...]] = (0, ())
    waiting: list[tuple[Any, tuple[str | int, ...]]] = [(tree, ())]
    while waiting:
        value, path = waiting.pop()
        if type(value) is dict:
            waiting += [(item, (*path, key)) for key, item in value.items()]
        elif type(value) is list:
            if value and all(type(item) is int for item in value):
                best = max(best, (len(value), path), key=lambda found: found[0])
            else:
                waiting += [(item, (*path, index)) for index, item in enumerate(value)]
        elif type(value) is str and value:
            tokens = min(text_tokens(value), _MEDIA_TOKENS) if _is_data(value, path) else text_tokens(value)
            best = max(best, (tokens, path), key=lambda found: found[0])
    return _named(best[1]), best[0]


def _is_data(value: str, path: tuple[str | int, ...]) -> bool:
    return value.startswith("data:") or path[-1] in ("data", "file_data")


def _named(path: tuple[str | int, ...]) -> str:
    """A path up to its part."""
    while len(path) > 1 and path[-1] in _INSIDE:
        path = path[:-1]
    name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return name if len(name) <= _LONGEST_NAME and name.isprintable() else ""
