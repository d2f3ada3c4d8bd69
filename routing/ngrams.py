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
    split = _split(text)
    if not len(split.start):
        return Features(np.empty(0, np.intp), np.zeros(len(COUNTS)), 0)
    return Features(_buckets(split), _counts(split), len(split.start))


def buckets(text: str) -> NDArray[np.intp]:
    """`Features.buckets` alone, for half the time."""
    split = _split(text)
    return _buckets(split) if len(split.start) else np.empty(0, np.intp)


class _Split(NamedTuple):
    """A text cut into words. length: of the whole text. plain, codes: its characters, and in lower case. start, end: of each word."""

    length: int
    plain: NDArray[np.uint32]
    codes: NDArray[np.uint32]
    classes: NDArray[np.uint8]
    start: NDArray[np.intp]
    end: NDArray[np.intp]


def _split(text: str) -> _Split:
    length = len(text)
    if length > FIRST_CHARACTERS + LAST_CHARACTERS:
        text = f"{text[:FIRST_CHARACTERS]}\n{text[-LAST_CHARACTERS:]}"
    plain = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    lowered = text.lower()
    codes = (
        plain if lowered == text else np.frombuffer(lowered.encode("utf-32-le", "surrogatepass"), np.uint32)[:_LONGEST]
    )
    classes = _CLASS.take(codes, mode="clip")
    changes = np.ones(len(codes) + 1, np.bool_)
    np.not_equal(classes[1:], classes[:-1], out=changes[1:-1])
    alone, inside = classes == _SINGLE, classes != _OTHER
    start = np.flatnonzero((changes[:-1] | alone) & inside)
    end = np.flatnonzero((changes[1:] | alone) & inside) + 1
    return _Split(length, plain, codes, classes, start, end)


def _buckets(split: _Split) -> NDArray[np.intp]:
    _length, _plain, codes, classes, start, end = split
    digits = classes == _DIGIT
    total = _sums(np.where(digits, np.uint32(48), codes))  # every digit counts as 0
    inverse = _INVERSE[start]
    begun = total[start]
    word = (total[end] - begun) * inverse
    beginning = (total[np.minimum(end, start + BEGINNING)] - begun) * inverse
    pairs = word[:-1] * _SECOND + word[1:]
    rows = [
        word * _SALTS[0],
        beginning * _SALTS[1],
        pairs * _SALTS[2],
        (pairs[:-1] * _THIRD + word[2:]) * _SALTS[3],
        word[:EDGE_WORDS] * _SALTS[4],
        word[-EDGE_WORDS:] * _SALTS[5],
    ]
    number = digits[start]
    if number.any():
        exact, first = _sums(codes), start[number]
        rows.append((exact[end[number]] - exact[first]) * _INVERSE[first] * _SALTS[6])
    mixed = np.concatenate(rows)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x2C1B3C6D)
    mixed >>= _SHIFT
    mixed.sort()  # `np.unique` takes ten times as long
    once = np.ones(len(mixed), np.bool_)
    np.not_equal(mixed[1:], mixed[:-1], out=once[1:])
    return mixed[once].astype(np.intp)


def _sums(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Prefix sums of the hashes of single characters."""
    total = np.zeros(len(codes) + 1, np.uint32)
    np.cumsum((codes + np.uint32(1)) * _POWER[: len(codes)], dtype=np.uint32, out=total[1:])
    return total


def _counts(split: _Split) -> NDArray[np.float64]:
    length, plain, _codes, classes, start, end = split
    seen = np.bincount(np.minimum(plain, 128), minlength=129)
    digits, *others = [int(seen[characters].sum()) for characters in _COUNTED]
    numbers = int(np.count_nonzero(classes[start] == _DIGIT))
    found = [length, len(start), numbers, digits, *others, int(seen[65:91].sum()), int((end - start).max())]
    return np.log1p(np.array(found, np.float64))
