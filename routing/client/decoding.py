"""Answers that a provider compresses although it was asked not to."""

import zlib

from routing.errors import ProviderError

ASKED = ("accept-encoding", "identity")
"""Without the field any coding may be used (RFC 9110, 12.5.3)."""
_PIECE_BYTES = 256 << 10
"""At once; a small piece may hold a thousand times its size."""
_MOST_MEMBERS = 16
_WINDOWS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class Decoding:
    """One answer. Give it a piece, then take what is in it, bit by bit."""

    __slots__ = ("_any", "_input", "_members", "_window", "_zlib")

    def __init__(self, window: int) -> None:
        self._window = window
        self._zlib = zlib.decompressobj(window)
        self._input = b""
        self._any = False
        self._members = 1

    def give(self, piece: bytes) -> None:
        """Takes a piece as it came."""
        self._input = self._input + piece if self._input else piece

    def take(self) -> bytes:
        """What can be read now; nothing when more has to come. Raises ProviderError."""
        if not self._input:
            return b""
        if self._zlib.eof:  # another member follows
            self._members += 1
            if self._members == _MOST_MEMBERS:
                raise unreadable()
            self._zlib = zlib.decompressobj(self._window)
        try:
            read = self._zlib.decompress(self._input, _PIECE_BYTES)
        except zlib.error:
            if self._any or self._window != zlib.MAX_WBITS:
                raise unreadable() from None
            self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)  # some send deflate without its head (RFC 9110, 8.4.1.2)
            self._window = -zlib.MAX_WBITS
            return self.take()
        self._any = True
        self._input = self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail
        return read or (self.take() if self._input and self._zlib.eof else b"")

    @property
    def whole(self) -> bool:
        """Whether it may end here."""
        return self._zlib.eof or not self._any


def decoding_of(coding: str | None) -> Decoding | None:
    """How to read an answer of a content coding; None where it is as it is. Raises ProviderError for those not known here."""
    word = (coding or "").strip().lower()
    if word in ("", "identity"):
        return None
    if word not in _WINDOWS:
        raise unreadable()
    return Decoding(_WINDOWS[word])


def unreadable() -> ProviderError:
    """An answer in a coding that nobody asked for and nobody can read."""
    return ProviderError("The provider's answer is compressed in a way that cannot be read here.", retryable=True)
