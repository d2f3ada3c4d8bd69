"""A text as a row of hashed features: its words, their beginnings, pairs and triples, what stands at its two ends, and plain counts.

What classifiers of calls read (`task_model`, `predict`). Whole arrays and whole numbers only, so a text has the same features on every
machine. Hashes of all words come from one prefix sum of `code * BASE**place` modulo 2**32: a word's is the difference of two sums times the
inverse power at its start.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BITS = 15
BUCKETS = 1 << BITS
FIRST_CHARACTERS, LAST_CHARACTERS = 1_200, 600
"""Of a longer text only its two ends are read."""
ASK_CHARACTERS = 200
"""From each end: there stands what is asked, and between them what it is asked about."""
EDGE_WORDS = 8
"""From each end; their words count a second time, as words of the end."""
BEGINNING = 5
"""Letters of a longer word that count by themselves: translate, translation."""

COUNTS = (
    "characters", "words", "numbers", "digits", "lines", "sentences", "backslashes", "dollars", "questions", "brackets",
    "equals", "operators", "percents", "quotes", "commas", "capitals", "longest",
)  # fmt: skip
"""What `Features.counts` holds, each the natural logarithm of one more than the number."""

_OTHER, _WORD, _DIGIT, _SINGLE = 0, 1, 2, 3
_BASE = 0x01000193
_MODULUS = 1 << 32
_LONGEST = FIRST_CHARACTERS + LAST_CHARACTERS + 1
_CODES = 1 << 16


def _powers(base: int) -> NDArray[np.uint32]:
    values = [1]
    for _ in range(_LONGEST):
        values.append(values[-1] * base % _MODULUS)
    return np.array(values, np.uint32)


def _classes() -> NDArray[np.uint8]:
    """What each character of the basic plane is; those beyond stand alone."""
    classes = np.full(_CODES, _SINGLE, np.uint8)
    for code in range(_CODES):
        character = chr(code)
        if character.isspace():
            classes[code] = _OTHER
        elif character.isalpha() and not _alone(code):
            classes[code] = _WORD
        elif character.isdigit():
            classes[code] = _DIGIT
    return classes


def _alone(code: int) -> bool:
    """Characters of scripts that put no blanks between words."""
    return 0x2E80 <= code < 0xA000 or 0xF900 <= code < 0xFB00 or 0x0E00 <= code < 0x0F00


_POWER, _INVERSE = _powers(_BASE), _powers(pow(_BASE, -1, _MODULUS))
_CLASS = _classes()
_SALTS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1, 0xD3A2646C, 0xFD7046C5], np.uint32)
_SECOND, _THIRD = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)
_SHIFT = np.uint32(32 - BITS)
_COUNTED = tuple(
    np.array([ord(character) for character in characters])
    for characters in ("0123456789", "\n", ".!?", "\\", "$", "?", "()[]{}", "=", "+*/^<>", "%", "'\"`", ",")
)


class Features(NamedTuple):
    """buckets: those of the n-grams that occur, each once, rising. counts: see `COUNTS`. words: how many there are."""

    buckets: NDArray[np.intp]
    counts: NDArray[np.float64]
    words: int


def ask_of(text: str) -> str:
    """The two ends of a text, where a long one says what is to be done."""
    return text if len(text) <= 2 * ASK_CHARACTERS else f"{text[:ASK_CHARACTERS]}\n{text[-ASK_CHARACTERS:]}"


def features(text: str) -> Features:
    """Reads a text. Nothing in it raises; an empty one has no buckets."""
    length = len(text)
    if length > FIRST_CHARACTERS + LAST_CHARACTERS:
        text = f"{text[:FIRST_CHARACTERS]}\n{text[-LAST_CHARACTERS:]}"
    plain = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    lowered = text.lower()
    codes = (
        plain if lowered == text else np.frombuffer(lowered.encode("utf-32-le", "surrogatepass"), np.uint32)[:_LONGEST]
    )
    classes = _CLASS.take(codes, mode="clip")
    before = np.empty_like(classes)
    before[:1] = _OTHER
    before[1:] = classes[:-1]
    started = ((classes != before) | (classes == _SINGLE)) & (classes != _OTHER)
    start = np.flatnonzero(started)
    if not len(start):
        return Features(np.empty(0, np.intp), np.zeros(len(COUNTS)), 0)
    after = np.empty_like(started)
    after[-1:] = True
    np.not_equal(classes[1:], classes[:-1], out=after[:-1])
    end = np.flatnonzero((after | (classes == _SINGLE)) & (classes != _OTHER)) + 1
    total = np.zeros(len(codes) + 1, np.uint32)
    same = np.where(classes == _DIGIT, np.uint32(48), codes)  # every digit counts as 0
    np.cumsum((same + np.uint32(1)) * _POWER[: len(codes)], dtype=np.uint32, out=total[1:])
    word = (total[end] - total[start]) * _INVERSE[start]
    cut = np.minimum(end, start + BEGINNING)
    beginning = (total[cut] - total[start]) * _INVERSE[start]
    pairs = word[:-1] * _SECOND + word[1:]
    number = classes[start] == _DIGIT
    first, last = start[number], end[number]
    exact = np.zeros(len(codes) + 1, np.uint32)
    np.cumsum((codes + np.uint32(1)) * _POWER[: len(codes)], dtype=np.uint32, out=exact[1:])
    rows = (
        word * _SALTS[0],
        beginning * _SALTS[1],
        pairs * _SALTS[2],
        (pairs[:-1] * _THIRD + word[2:]) * _SALTS[3],
        word[:EDGE_WORDS] * _SALTS[4],
        word[-EDGE_WORDS:] * _SALTS[5],
        (exact[last] - exact[first]) * _INVERSE[first] * _SALTS[6],
    )
    mixed = np.concatenate(rows)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x2C1B3C6D)
    buckets = np.unique(mixed >> _SHIFT).astype(np.intp)
    return Features(buckets, _counts(plain, length, start, end, classes), len(start))


def _counts(
    plain: NDArray[np.uint32], length: int, start: NDArray[np.intp], end: NDArray[np.intp], classes: NDArray[np.uint8]
) -> NDArray[np.float64]:
    seen = np.bincount(np.minimum(plain, 128), minlength=129)
    digits, *others = [int(seen[characters].sum()) for characters in _COUNTED]
    numbers = int(np.count_nonzero(classes[start] == _DIGIT))
    found = [length, len(start), numbers, digits, *others, int(seen[65:91].sum()), int((end - start).max())]
    return np.log1p(np.array(found, np.float64))
