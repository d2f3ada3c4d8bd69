"""Google's fields in one spelling. Protobuf's JSON takes each field in camel case and in snake case; inside there is only the first.

So what guards read, what money is held by and what is sent on are the same field.
"""

import re
from operator import is_
from typing import Any

from routing.calls import InvalidRequest

_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+\Z")
_FREE = frozenset(
    (
        "args",
        "response",
        "labels",
        "parametersJsonSchema",
        "responseJsonSchema",
        "enum",
        "default",
        "example",
        "required",
    )
)
"""Fields whose names inside are a caller's own."""
_NAMED = frozenset(("properties", "$defs", "defs"))
"""Fields whose names are a caller's own, but not the names inside of them."""


def in_one_spelling(value: Any, where: str = "") -> Any:
    """A body in camel case; the same object wherever it is so already. Raises InvalidRequest for a field in both spellings."""
    if type(value) is list:
        items = [in_one_spelling(item, f"{where}[{index}]") for index, item in enumerate(value)]
        return value if all(map(is_, items, value)) else items
    if type(value) is not dict:
        return value
    written: dict[str, Any] = {}
    for name, item in value.items():
        own = _camel_case(name)
        place = f"{where}.{own}" if where else own
        if own in written or (own != name and own in value):
            here = where or "The body"
            raise InvalidRequest(f"`{here}` has `{own}` in two spellings; send one of them.", place)
        if own in _FREE:
            written[own] = item
        elif own in _NAMED and type(item) is dict:
            inside = {key: in_one_spelling(inner, f"{place}.*") for key, inner in item.items()}
            written[own] = item if all(map(is_, inside.values(), item.values())) else inside
        else:
            written[own] = in_one_spelling(item, place)
    return value if written.keys() == value.keys() and all(map(is_, written.values(), value.values())) else written


def _camel_case(name: str) -> str:
    if "_" not in name or not _SNAKE.match(name):
        return name
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
