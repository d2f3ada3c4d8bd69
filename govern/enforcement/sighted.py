"""Texts whose findings have opened a case already: an agent sends its whole history with every call."""

from __future__ import annotations

import hashlib
import threading

_MOST = 16_384


class SightedTexts:
    """Bounded, of one process and one revision; share it between threads. Holds digests and cases, never texts."""

    def __init__(self) -> None:
        self._cases: dict[bytes, str] = {}
        self._lock = threading.Lock()

    def case_of(self, application: str, guard: str, rule: str, text: str) -> str | None:
        """The case that this text belongs to; None where it has not been noted."""
        return self._cases.get(_digest(application, guard, rule, text))

    def note(self, application: str, guard: str, rule: str, text: str, case: str) -> None:
        """Remembers which case a text belongs to."""
        with self._lock:
            if len(self._cases) >= _MOST:
                del self._cases[next(iter(self._cases))]
            self._cases[_digest(application, guard, rule, text)] = case


def _digest(*parts: str) -> bytes:
    joined = "\x00".join(parts)
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).digest()
