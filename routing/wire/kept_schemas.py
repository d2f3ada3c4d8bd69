"""Schemas in a provider's words, kept as JSON: an agent sends the same tools with every call."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

import msgspec

MOST_BYTES = 8 << 20
"""Of what was given and what was made of it together, for one conversion in one process."""
LARGEST_BYTES = 256 << 10
"""Of one schema and what was made of it: one that is larger would drive out hundreds."""


class KeptSchemas:
    """A conversion that remembers what it was given last, by its bytes. What it gives cannot be changed by anyone who is given it."""

    def __init__(self, convert: Callable[[Any], Any], *, most_bytes: int = MOST_BYTES) -> None:
        self._convert = convert
        self._most_bytes = most_bytes
        self._kept: OrderedDict[bytes, msgspec.Raw] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __call__(self, schema: Any) -> msgspec.Raw:
        """The converted schema, as JSON that is written as it is."""
        given = msgspec.json.encode(schema)
        with self._lock:
            known = self._kept.get(given)
            if known is not None:
                self._kept.move_to_end(given)
                return known
        made = msgspec.json.encode(self._convert(schema))
        converted = msgspec.Raw(made)
        if len(given) + len(made) <= min(LARGEST_BYTES, self._most_bytes):
            self._keep(given, converted)
        return converted

    def _keep(self, given: bytes, converted: msgspec.Raw) -> None:
        with self._lock:
            if given in self._kept:
                return
            self._kept[given] = converted
            self._bytes += len(given) + len(converted)
            while self._bytes > self._most_bytes:
                oldest, left = self._kept.popitem(last=False)
                self._bytes -= len(oldest) + len(left)
