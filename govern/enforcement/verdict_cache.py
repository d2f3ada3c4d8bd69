"""What the guards saw in a text, kept by its digest: a long conversation costs only its new part."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Generic, TypeVar

Seen = TypeVar("Seen")


class VerdictCache(Generic[Seen]):
    """The most recently used entries, at most ``capacity``. Holds digests, never texts."""

    def __init__(self, capacity: int = 4096) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[bytes, Seen] = OrderedDict()

    @staticmethod
    def digest(role: str, text: str) -> bytes:
        state = hashlib.blake2b(role.encode(), digest_size=16)
        state.update(b"\0")
        state.update(text.encode("utf-8", "surrogatepass"))
        return state.digest()

    def get(self, digest: bytes) -> Seen | None:
        seen = self._entries.get(digest)
        if seen is not None:
            try:
                self._entries.move_to_end(digest)
            except KeyError:  # another thread dropped it meanwhile
                return seen
        return seen

    def put(self, digest: bytes, seen: Seen) -> None:
        self._entries[digest] = seen
        while len(self._entries) > self._capacity:
            try:
                self._entries.popitem(last=False)
            except KeyError:
                return
