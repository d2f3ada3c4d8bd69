"""Names of functions as each kind of provider takes them, and what they are to the caller."""

import hashlib
import re
from typing import NamedTuple

_LONGEST_NAME = 64
_NAME = re.compile(r"\A[A-Za-z_][A-Za-z0-9_-]{0,63}\Z")
_NAMES = {
    "openai": re.compile(r"\A[A-Za-z0-9_-]{1,64}\Z"),
    "anthropic": re.compile(r"\A[A-Za-z0-9_-]{1,128}\Z"),
    "google": re.compile(r"\A[A-Za-z_][A-Za-z0-9_.:-]{0,127}\Z"),
}
"""Names of functions that a kind of provider takes, by its reference or its errors; other kinds follow OpenAI."""


class Named(NamedTuple):
    """What a function that was sent is to its caller."""

    name: str
    namespace: str | None = None
    custom: bool = False


def takes_name(kind: str, name: str) -> bool:
    """Whether a kind of provider takes the name."""
    return _NAMES.get(kind, _NAMES["openai"]).match(name) is not None


def flat_name(namespace: str | None, name: str, *, distinct: bool = False) -> str:
    """The one name of a function of a namespace, in the letters and length that every provider takes; the same in every turn."""
    if namespace is None:
        joined = name
    else:
        joined = f"{namespace}{name}" if namespace.endswith("__") else f"{namespace}__{name}"
    if not distinct and _NAME.match(joined):
        return joined
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", joined)
    if not _NAME.match(safe[:1]):
        safe = f"_{safe}"
    mark = hashlib.blake2b(f"{namespace}\x1f{name}".encode(), digest_size=4).hexdigest()
    return f"{safe[: _LONGEST_NAME - len(mark) - 1]}_{mark}"
