"""A view of a text in which one byte is one character, for patterns that are written in ASCII.

Full-width and other decimal digits, full-width and accented Latin letters and typographic dashes and spaces become their ASCII form,
invisible characters disappear, and every other character outside ASCII becomes a byte that is neither letter, digit, space nor mark.
Folding looks at one character at a time, so the fold of a text is the fold of its pieces joined: streams rely on it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufe00\ufe01\ufe02\ufe03\ufe04"
    "\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f\ufeff\uffa0"
)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


_TABLE_SIZE = 0x20000  # beyond it stand Han characters, which stay, and tag characters, which are handled apart
_REMOVED = 0xFFFFFFFF
_TAGS = range(0xE0000, 0xE0080)
_UNKNOWN = 0xFFFD


def _table() -> NDArray[np.uint32]:
    table = np.arange(_TABLE_SIZE, dtype=np.uint32)
    table[0xD800:0xE000] = _UNKNOWN  # halves of surrogate pairs
    for point in range(0xC0, 0x250):
        base = unicodedata.normalize("NFKD", chr(point))[0]
        if base.isascii() and base.isalpha():
            table[point] = ord(base)
    for character, letter in zip("øØıłŁđĐßæÆ", "oOilLdDsaA", strict=True):
        table[ord(character)] = ord(letter)
    for zero in _ZEROS:
        table[zero : zero + 10] = np.arange(0x30, 0x3A)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    table[[ord(character) for character in _DASHES]] = ord("-")
    table[[ord(character) for character in _SPACES]] = ord(" ")
    table[[ord(character) for character in _INVISIBLE]] = _REMOVED
    return table


_ZEROS = [point for point in range(0x80, _TABLE_SIZE) if unicodedata.decimal(chr(point), None) == 0]
_TABLE = _table()


class Folded:
    """``data`` is the view in bytes, ``characters`` the same view with what stands outside ASCII left as it is."""

    __slots__ = ("_removed", "characters", "data", "is_ascii", "text")

    characters: str
    data: bytes

    def __init__(self, text: str) -> None:
        self.text = text
        self._removed: list[int] = []
        self.is_ascii = text.isascii()
        if self.is_ascii:
            self.characters = text
            self.data = text.encode()
            return
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        if points.max() < _TABLE_SIZE:
            points = _TABLE[points]
        else:
            high = points >= _TABLE_SIZE
            tags = (points >= _TAGS.start) & (points < _TAGS.stop)
            points = np.where(high, np.where(tags, np.uint32(_REMOVED), points), _TABLE[np.where(high, 0, points)])
        gone = np.flatnonzero(points == _REMOVED)
        if gone.size:
            # the k-th removed character stood k places further right in the text than its neighbour stands in the view
            self._removed = (gone - np.arange(gone.size)).tolist()
            points = np.delete(points, gone)
        self.characters = points.tobytes().decode("utf-32-le")
        self.data = np.where(points < 0x80, points, 0x7F).astype(np.uint8).tobytes()

    def piece(self, start: int, end: int) -> Folded:
        """The view's ``start:end`` as a view of its own. Its positions lead to no text."""
        piece = Folded("")
        piece.data = self.data[start:end]
        piece.characters = self.characters[start:end]
        piece.is_ascii = self.is_ascii
        return piece

    def text_offset(self, position: int) -> int:
        """Where the character at ``position`` of the view stands in the text; the end of the text for the end of the view."""
        return position + bisect_right(self._removed, position) if self._removed else position

    def view_offset(self, offset: int) -> int:
        """Where the first visible character at or after ``offset`` of the text stands in the view."""
        if not self._removed:
            return offset
        return offset - bisect_left(range(len(self._removed)), offset, key=lambda index: self._removed[index] + index)

    def text_span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the text that the view's ``start:end`` came from, invisible ones between them included."""
        if not self._removed:
            return start, end
        return self.text_offset(start), self.text_offset(end - 1) + 1
