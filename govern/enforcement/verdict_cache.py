"""What the guards saw in a text, kept by its digest: a long conversation costs only its new part."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Generic, TypeVar

Seen = TypeVar("Seen")
Key = tuple[str, bytes]


class VerdictCache(Generic[Seen]):
    """The most recently used entries, at most ``capacity``. Holds digests, never texts."""

    def __init__(self, capacity: int = 4096) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[Key, Seen] = OrderedDict()

    @staticmethod
    def digest(kind: str, text: str) -> Key:
        """By what a text is known that is looked at as ``kind`` says."""
        return kind, hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def get(self, digest: Key) -> Seen | None:
        seen = self._entries.get(digest)
        if seen is not None:
            try:
                self._entries.move_to_end(digest)
            except KeyError:  # another thread dropped it meanwhile
                return seen
        return seen

    def put(self, digest: Key, seen: Seen) -> None:
        self._entries[digest] = seen
        while len(self._entries) > self._capacity:
            try:
                self._entries.popitem(last=False)
            except KeyError:
                return
