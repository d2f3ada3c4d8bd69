"""Folds a normalised text to an array of code points in which words of the same sound and sense look alike.

One code point stays one code point, so offsets are those of the normalised text: lower case, no accents on Latin, Greek and Cyrillic
letters, one form of each Arabic letter, simplified Han for the traditional characters that attacks use, ASCII digits and ends of sentences.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.injection.han import SIMPLIFIED

OTHER, LETTER, SINGLE = 0, 1, 2
"""Classes of code points: between words, part of a word, a word of its own (scripts that write no spaces)."""

_TABLE_SIZE = 0x20000
_ACCENTED = ((0xC0, 0x250), (0x370, 0x530), (0x1E00, 0x2000))
_UNSPACED = ((0xE00, 0xF00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3041, 0x3100), (0x3400, 0xA000), (0xF900, 0xFB00))
_STROKED = {"ı": "i", "ł": "l", "đ": "d", "ø": "o", "ß": "s"}
_ARABIC = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه"}
_ENDS = {"。": ".", "।": ".", "۔": ".", "؟": "?"}


class Folded(NamedTuple):
    codes: NDArray[np.uint32]
    classes: NDArray[np.uint8]
    is_ascii: bool

    def piece(self, start: int, end: int) -> Folded:
        return Folded(self.codes[start:end], self.classes[start:end], self.is_ascii)

    def encode(self) -> bytes:
        """The folded text in UTF-8, as the patterns see it."""
        if self.is_ascii:
            return self.codes.astype(np.uint8).tobytes()
        return self.codes.tobytes().decode("utf-32-le", "replace").encode()


def tables() -> dict[str, NDArray[np.generic]]:
    """What each code point below U+20000 folds to, and its class, for the kernel."""
    codes, classes = _tables()
    return {"folded": codes, "classes": classes}


@cache
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    codes = np.arange(_TABLE_SIZE, dtype=np.uint32)
    classes = np.zeros(_TABLE_SIZE, np.uint8)
    for low, high in ((0, 0x3400), (0xA000, 0xAC00), (0xF900, _TABLE_SIZE)):
        for code in range(low, high):
            character = chr(code)
            if character.isalpha():
                classes[code] = LETTER
                lower = character.lower()
                if len(lower) == 1:
                    codes[code] = ord(lower)
            elif unicodedata.category(character) in ("Mn", "Mc"):
                classes[code] = LETTER
            elif character.isdigit():
                classes[code], codes[code] = LETTER, ord("0") + unicodedata.digit(character, 0)
            elif character.isspace():
                codes[code] = ord(" ")
    for low, high in _ACCENTED:
        for code in range(low, high):
            codes[code] = ord(unicodedata.normalize("NFD", chr(int(codes[code])))[0])
    classes[0xAC00:0xD7A4] = LETTER
    for low, high in _UNSPACED:
        classes[low:high] = SINGLE
    for pairs in (_STROKED, _ARABIC, _ENDS, SIMPLIFIED):
        for original, folded in pairs.items():
            codes[ord(original)] = ord(folded)
    return codes, classes


@cache
def _ascii_tables() -> tuple[bytes, bytes]:
    """The same for ASCII alone: 256 bytes stay in the processor's cache, half a megabyte does not."""
    codes, classes = _tables()
    return codes[:256].astype(np.uint8).tobytes(), classes[:256].tobytes()


def fold(text: str) -> Folded:
    """``text`` comes from ``normalise``: it holds no lone surrogates."""
    if text.isascii():
        letters, kinds_of = _ascii_tables()
        data = text.encode()
        codes = np.frombuffer(data.translate(letters), np.uint8).astype(np.uint32)
        return Folded(codes, np.frombuffer(data.translate(kinds_of), np.uint8), True)
    table, kinds_of_all = _tables()
    raw = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    inside = np.minimum(raw, np.uint32(_TABLE_SIZE - 1))
    folded, kinds = table[inside], kinds_of_all[inside]
    beyond = raw >= _TABLE_SIZE
    if beyond.any():
        folded[beyond] = raw[beyond]
        kinds[beyond & (raw < 0x32000)] = SINGLE
    return Folded(folded, kinds, False)
