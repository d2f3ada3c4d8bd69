"""A view of a text in which one byte is one character, for patterns that are written in ASCII.

Full-width and other decimal digits, full-width and accented Latin letters and typographic dashes and spaces become their ASCII form,
invisible characters disappear, and every other character outside ASCII becomes a byte that is neither letter, digit, space nor mark.
Folding looks at one character at a time, so the fold of a text is the fold of its pieces joined: streams rely on it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from govern.enforcement import kernel
from govern.enforcement.kernel.viewing import Survey, Viewer

_INVISIBLE = (
    *(range(0x09), range(0x0B, 0x0D), range(0x0E, 0x20), range(0x7F, 0x85), range(0x86, 0xA0), (0xAD,)),
    *(range(0x300, 0x370), range(0x483, 0x48A), (0x61C,), range(0x115F, 0x1161), range(0x17B4, 0x17B6)),
    *(range(0x180B, 0x1810), range(0x1AB0, 0x1B00), range(0x1DC0, 0x1E00), range(0x200B, 0x2010)),
    *(range(0x202A, 0x202F), range(0x2060, 0x2070), range(0x20D0, 0x2100), (0x3164,), range(0xFE00, 0xFE10)),
    *(range(0xFE20, 0xFE30), (0xFEFF, 0xFFA0), range(0xFFF0, 0xFFFC), range(0x1BCA0, 0x1BCA4), range(0x1D173, 0x1D17B)),
)
"""What Unicode says to ignore where it is not known, controls that are no line end or tab, and marks that combine with a letter."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


_STYLED = ((0x2100, 0x2150), (0x2460, 0x2500), (0x1D400, 0x1D800), (0x1F110, 0x1F16A))
"""Letters in circles, in mathematical and other styles."""
_TABLE_SIZE = 0x20000
"""Beyond it stand Han characters, which stay, and tag characters and selectors, which are handled apart."""
_REMOVED = 0xFFFFFFFF
_IGNORED = range(0xE0000, 0xE1000)
"""Tags and variation selectors."""
_UNKNOWN = 0xFFFD


def _table() -> NDArray[np.uint32]:
    table = np.arange(_TABLE_SIZE, dtype=np.uint32)
    table[0xD800:0xE000] = _UNKNOWN  # halves of surrogate pairs
    for point in range(0xC0, 0x250):
        base = unicodedata.normalize("NFKD", chr(point))[0]
        if base.isascii() and base.isalpha():
            table[point] = ord(base)
    for start, end in _STYLED:
        for point in range(start, end):
            plain = unicodedata.normalize("NFKC", chr(point))
            if len(plain) == 1 and plain.isascii() and plain.isalpha():
                table[point] = ord(plain)
    for character, letter in zip("øØıłŁđĐßæÆ", "oOilLdDsaA", strict=True):
        table[ord(character)] = ord(letter)
    for zero in _ZEROS:
        table[zero : zero + 10] = np.arange(0x30, 0x3A)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    table[[ord(character) for character in _DASHES]] = ord("-")
    table[[ord(character) for character in _SPACES]] = ord(" ")
    for points in _INVISIBLE:
        table[list(points)] = _REMOVED
    return table


_ZEROS = [point for point in range(0x80, _TABLE_SIZE) if unicodedata.decimal(chr(point), None) == 0]
_TABLE = _table()
TOKEN_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.~%$:"
TOKEN_LENGTH = 14
"""A token is a run of so many of these and more; in prose there is none."""
CAPITAL_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
CAPITALS = 8
"""Capitals and digits in a row make a run from so many on; in prose there is none."""
DIGIT_WINDOW = 64
"""No value that is known by its digits is longer."""
DIGIT_LEVELS = ((1, DIGIT_WINDOW), (4, 5), (6, 5), (9, 5))
"""Chains of so many digits, between any two of which there are so many other characters at most."""
COLON_GAP = 4
"""Two colons are near each other with so many other characters between them at most."""
_VIEWER = Viewer(_TABLE, TOKEN_BYTES, TOKEN_LENGTH, CAPITALS, COLON_GAP, DIGIT_WINDOW, DIGIT_LEVELS)


class Folded:
    """``data`` is the view in bytes, ``characters`` the same view with what stands outside ASCII left as it is."""

    __slots__ = ("_characters", "_points", "_removed", "_survey", "data", "is_ascii", "text")

    data: bytes

    def __init__(self, text: str) -> None:
        self.text = text
        self._removed: Sequence[int] = ()
        self._survey: Survey | None = None
        self._characters: str | None = text
        self._points = b""
        self.is_ascii = text.isascii()
        compiled = kernel.library()
        view = _VIEWER.view(compiled, text) if compiled is not None else None
        if view is not None:
            self._survey, self.data, points, self._removed = view
            if points is not None:
                self._points, self._characters = points, None
        else:
            self._interpret(text)

    def _interpret(self, text: str) -> None:
        """What the kernel does, in Python."""
        if self.is_ascii and not _CONTROL.search(text):
            self.data = text.encode()
            return
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        if points.max() < _TABLE_SIZE:
            points = _TABLE[points]
        else:
            high = points >= _TABLE_SIZE
            ignored = (points >= _IGNORED.start) & (points < _IGNORED.stop)
            points = np.where(high, np.where(ignored, np.uint32(_REMOVED), points), _TABLE[np.where(high, 0, points)])
        gone = np.flatnonzero(points == _REMOVED)
        if gone.size:
            # the k-th removed character stood k places further right in the text than its neighbour stands in the view
            self._removed = (gone - np.arange(gone.size)).tolist()
            points = np.delete(points, gone)
        self._points = points.tobytes()
        self._characters = None
        self.data = np.where(points < 0x80, points, 0x7F).astype(np.uint8).tobytes()

    @property
    def characters(self) -> str:
        if self._characters is None:
            self._characters = self._points.decode("utf-32-le")
        return self._characters

    @property
    def survey(self) -> Survey | None:
        """Where in the view values may stand; None where that is not known and all of it is to be looked at."""
        if self._survey is None and (compiled := kernel.library()) is not None:
            self._survey = _VIEWER.survey(compiled, self.data)
        return self._survey

    def piece(self, start: int, end: int) -> Folded:
        """The view's ``start:end`` as a view of its own. Its positions lead to no text."""
        piece = Folded("")
        piece.data = self.data[start:end]
        piece._characters = self.characters[start:end]
        piece._survey = None
        piece.is_ascii = self.is_ascii
        return piece

    @property
    def is_moved(self) -> bool:
        """Whether something was removed, so that positions of the view are not those of the text."""
        return bool(self._removed)

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
