"""Brings a text to the form in which it is matched, and keeps the way back.

Compatibility forms (full width, mathematical letters, ligatures) become plain ones, invisible characters disappear, letters of another
script that stand inside a Latin word become Latin, lone surrogates become U+FFFD. Text hidden in tag characters or in variation selectors is
decoded and returned beside the visible text. Every step is a table look-up over an array of code points: time and memory are linear in
the length whatever the characters are (``unicodedata.normalize`` sorts runs of combining marks in quadratic time).

Combining marks are dropped rather than composed: the result is for matching, redaction works on the original through ``original_span``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.homoglyphs import ALWAYS_LATIN, LATIN_LOOKALIKES

_BLOCK_CHARACTERS = 1 << 16
_TABLE_SIZE = 0x20000  # both planes that hold compatibility forms; beyond lie Han and tags, which are handled apart
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
_MARKS = (
    (0x300, 0x370),
    (0x483, 0x48A),
    (0x591, 0x5BE),
    (0x610, 0x61B),
    (0x64B, 0x660),
    (0x1AB0, 0x1B00),
    (0x1DC0, 0x1E00),
    (0x20D0, 0x2100),
    (0xFE20, 0xFE30),
)
_TAGS = (0xE0000, 0xE0080)
_SELECTORS = (0xFE00, 0xFE10)
_MORE_SELECTORS = (0xE0100, 0xE01F0)
_BLACK_FLAG = 0x1F3F4  # the flags of England, Scotland and Wales are honest tag sequences of at most six tags
_LEAST_SMUGGLED = 4
_COMPATIBILITY_HAN = (0x2F800, 0x2FA20)
_UNCHANGED = (
    (0x3400, 0xA000),
    (0xAC00, 0xD7A4),
    (0xE000, 0xF900),
    (0x12000, 0x1D000),
)  # stable under NFKC; skipped to start faster


class Hidden(NamedTuple):
    """Text that was invisible, with the span of the characters of the original that carried it."""

    text: str
    start: int
    end: int


class Normalised(NamedTuple):
    """``offsets[i]`` is the place in the original of character ``i`` of ``text``, with one entry more for its end; None if both are the same."""

    text: str
    offsets: NDArray[np.int32] | None
    hidden: tuple[Hidden, ...]
    invisible: int
    lookalikes: int

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that ``text[start:end]`` came from."""
        if self.offsets is None:
            return start, end
        if end <= start:
            return int(self.offsets[start]), int(self.offsets[start])
        return int(self.offsets[start]), int(self.offsets[end - 1]) + 1

    def position(self, offset: int) -> int:
        """The first character of ``text`` that came from ``offset`` of the original or from behind it."""
        return offset if self.offsets is None else int(np.searchsorted(self.offsets, offset))


class _Tables(NamedTuple):
    length: NDArray[np.uint8]  # how many characters a code point becomes
    first: NDArray[np.int32]  # where they start in `letters`
    letters: NDArray[np.uint32]
    changes: NDArray[np.bool_]
    lookalike: NDArray[np.uint32]  # the Latin letter a code point resembles, else 0
    letter: NDArray[np.bool_]


def tables() -> dict[str, NDArray[np.generic]]:
    """The tables for the kernel (``kernel/reading.c``), by the names that it has for them."""
    made = _tables()
    return {
        "length": made.length,
        "first": made.first,
        "letters": made.letters,
        "lookalike": made.lookalike,
        "letter": made.letter,
        "han": _compatibility_han(),
    }


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code < high for low, high in ranges)


@cache
def _tables() -> _Tables:
    letters = list(range(_TABLE_SIZE))
    length = np.ones(_TABLE_SIZE, np.uint8)
    first = np.arange(_TABLE_SIZE, dtype=np.int32)
    dropped = {ord(character) for character in _INVISIBLE}
    for code in range(_TABLE_SIZE):
        if _within(code, _UNCHANGED):
            continue
        character = chr(code)
        if code < 0x80:
            becomes = "" if _CONTROL.match(character) else character
        elif code in dropped or _within(code, (*_MARKS, _SELECTORS)) or 0x80 <= code < 0xA0:
            becomes = ""
        elif 0xD800 <= code < 0xE000:
            becomes = "\ufffd"
        else:
            becomes = ALWAYS_LATIN.get(code) or unicodedata.normalize("NFKC", character)
        if becomes != character:
            length[code], first[code] = len(becomes), len(letters)
            letters.extend(map(ord, becomes))
    lookalike = np.zeros(_TABLE_SIZE, np.uint32)
    for code, latin in LATIN_LOOKALIKES.items():
        lookalike[code] = ord(latin)
    letter = np.ones(_TABLE_SIZE, np.bool_)
    letter[[code for code in range(0x3000) if not chr(code).isalpha()]] = False
    changes = first != np.arange(_TABLE_SIZE)
    return _Tables(length, first, np.array(letters, np.uint32), changes, lookalike, letter)


@cache
def _compatibility_han() -> NDArray[np.uint32]:
    """The one form beyond the tables: duplicates of Han characters, each of which becomes one character."""
    return np.array([ord(unicodedata.normalize("NFKC", chr(code))) for code in range(*_COMPATIBILITY_HAN)], np.uint32)


def normalise(text: str) -> Normalised:
    """Works for any ``str``, lone surrogates included; never raises."""
    if text.isascii() and not _CONTROL.search(text):
        return Normalised(text, None, (), 0, 0)
    pieces: list[str] = []
    places: list[NDArray[np.int32]] = []
    invisible = lookalikes = 0
    same = True
    for start in range(0, len(text), _BLOCK_CHARACTERS):
        block = text[start : start + _BLOCK_CHARACTERS]
        codes = np.frombuffer(block.encode("utf-32-le", "surrogatepass"), np.uint32)
        visible, places_in_block, dropped, replaced = _visible(codes)
        pieces.append(block if visible is codes else visible.tobytes().decode("utf-32-le"))
        same = same and places_in_block is None
        places.append(
            (np.arange(len(codes), dtype=np.int32) if places_in_block is None else places_in_block) + np.int32(start)
        )
        invisible += dropped
        lookalikes += replaced
    hidden = hidden_in(text) if invisible else ()
    if same:
        return Normalised("".join(pieces), None, hidden, invisible, lookalikes)
    offsets = np.concatenate([*places, np.array([len(text)], np.int32)])
    return Normalised("".join(pieces), offsets, hidden, invisible, lookalikes)


def hidden_in(text: str) -> tuple[Hidden, ...]:
    """What runs of invisible characters spell."""
    hidden: list[Hidden] = []
    for start in range(0, len(text), _BLOCK_CHARACTERS):
        codes = np.frombuffer(text[start : start + _BLOCK_CHARACTERS].encode("utf-32-le", "surrogatepass"), np.uint32)
        hidden += (Hidden(found, start + begin, start + end) for found, begin, end in _smuggled(codes))
    return tuple(hidden)


def _visible(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int32] | None, int, int]:
    """The code points to match (``codes`` itself if nothing changes), their places in ``codes`` (None: one to one), how many were dropped and how many were lookalikes."""
    tables = _tables()
    beyond = codes >= _TABLE_SIZE
    if beyond.any():
        duplicates = (codes >= _COMPATIBILITY_HAN[0]) & (codes < _COMPATIBILITY_HAN[1])
        codes = np.where(duplicates, _compatibility_han()[(codes - _COMPATIBILITY_HAN[0]) * duplicates], codes)
        beyond = codes >= _TABLE_SIZE
    inside = np.where(beyond, np.uint32(0), codes) if beyond.any() else codes
    changes = tables.changes[inside]
    if beyond.any():
        changes &= ~beyond
    places = None
    dropped = 0
    if changes.any() or beyond.any():
        length = tables.length[inside]
        if beyond.any():
            length[beyond] = 1
            length[(codes >= 0xE0000) & (codes < 0xE1000)] = 0
        dropped = int((length == 0).sum())
        source = np.repeat(np.arange(len(codes), dtype=np.int32), length)
        within = np.arange(len(source), dtype=np.int32) - np.repeat(
            (np.cumsum(length, dtype=np.int32) - length).astype(np.int32), length
        )
        result = tables.letters[tables.first[inside[source]] + within]
        if beyond.any():
            result = np.where(beyond[source], codes[source], result)
        if len(result) != len(codes) or dropped:
            places = source
        codes = result
    codes, replaced = _latinise(codes)
    return codes, places, dropped, replaced


def _latinise(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], int]:
    """Replaces lookalikes in words that also hold Latin letters; a word wholly in its own script stays."""
    tables = _tables()
    inside = np.minimum(codes, _TABLE_SIZE - 1)
    alike = tables.lookalike[inside]
    if not alike.any():
        return codes, 0
    latin = ((codes | 32) >= 97) & ((codes | 32) <= 122)
    if not latin.any():
        return codes, 0
    letter = tables.letter[inside]
    word = np.cumsum(~letter)
    mixed = np.zeros(int(word[-1]) + 1, np.bool_)
    mixed[word[latin]] = True
    replace = (alike > 0) & mixed[word]
    count = int(replace.sum())
    return (np.where(replace, alike, codes), count) if count else (codes, 0)


def _smuggled(codes: NDArray[np.uint32]) -> list[tuple[str, int, int]]:
    found = []
    tags = (codes >= _TAGS[0]) & (codes < _TAGS[1])
    for start, end in _runs(tags):
        flag = start > 0 and codes[start - 1] == _BLACK_FLAG and end - start <= 7
        if end - start >= _LEAST_SMUGGLED and not flag:
            plain = (codes[start:end] & 0x7F).astype(np.uint8)
            found.append((plain[(plain >= 32) & (plain < 127)].tobytes().decode("ascii"), start, end))
    few = (codes >= _SELECTORS[0]) & (codes < _SELECTORS[1])
    many = (codes >= _MORE_SELECTORS[0]) & (codes < _MORE_SELECTORS[1])
    for start, end in _runs(few | many):
        if end - start >= _LEAST_SMUGGLED:
            run = codes[start:end]
            values = np.where(run < 0x10000, run - _SELECTORS[0], run - _MORE_SELECTORS[0] + 16).astype(np.uint8)
            found.append((values.tobytes().decode("utf-8", "ignore"), start, end))
    return [(text, start, end) for text, start, end in found if text]


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    if not mask.any():
        return []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
