"""Hashed word and character n-grams of a folded text, each with its place.

Hashes of all segments come from one prefix sum of ``code * BASE**i`` modulo 2**32 (the base is odd, so its powers have inverses): a segment's
hash is the difference of two sums times the inverse power at its start, whatever its length. Everything is a NumPy operation on whole arrays.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.injection.fold import OTHER, SINGLE, Folded

BLOCK_CHARACTERS = 8192
"""Longest stretch hashed at once; the powers are tabled for it."""
WORD_BITS = 18
CHARACTER_BITS = 18
CHARACTER_ORDERS = (3, 4, 5)
WORD_ROWS = 4
"""Words, pairs, triples, pairs with a gap."""

_BASE = 0x01000193
_MODULUS = 1 << 32


def _powers(base: int, count: int) -> NDArray[np.uint32]:
    values = [1]
    for _ in range(count - 1):
        values.append(values[-1] * base % _MODULUS)
    return np.array(values, np.uint32)


_POWER = _powers(_BASE, BLOCK_CHARACTERS)
_INVERSE = _powers(pow(_BASE, -1, _MODULUS), BLOCK_CHARACTERS)
_SALTS = (np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D), np.uint32(0x27D4EB2F))
_SECOND, _THIRD = np.uint32(0x2C1B3C6D), np.uint32(0x297A2D39)


class Words(NamedTuple):
    start: NDArray[np.intp]
    end: NDArray[np.intp]
    hash: NDArray[np.uint32]


class Grams(NamedTuple):
    """``words``: rows of word features by order (same length as ``Words``, short at the end); ``characters``: rows by order, by character."""

    words: list[NDArray[np.uint32]]
    characters: list[NDArray[np.uint32]]


def _bucket(hashes: NDArray[np.uint32], salt: np.uint32, bits: int) -> NDArray[np.uint32]:
    mixed = hashes * salt
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x2C1B3C6D)
    return mixed >> np.uint32(32 - bits)


def sums(folded: Folded) -> NDArray[np.uint32]:
    """Prefix sums, one longer than the text (at most ``BLOCK_CHARACTERS`` code points)."""
    total = np.empty(len(folded.codes) + 1, np.uint32)
    total[0] = 0
    codes = np.where(folded.codes - np.uint32(48) < 10, np.uint32(48), folded.codes)  # every digit counts as 0
    np.cumsum((codes + np.uint32(1)) * _POWER[: len(codes)], dtype=np.uint32, out=total[1:])
    return total


def words(folded: Folded, total: NDArray[np.uint32]) -> Words:
    classes = folded.classes
    before = np.empty_like(classes)
    before[:1] = OTHER
    before[1:] = classes[:-1]
    edge = (classes != before) | (classes == SINGLE)
    start = np.flatnonzero(edge & (classes != OTHER))
    after = np.empty_like(edge)
    after[-1:] = True
    after[:-1] = edge[1:]
    end = np.flatnonzero(after & (classes != OTHER)) + 1
    return Words(start, end, (total[end] - total[start]) * _INVERSE[start])


def grams(folded: Folded, total: NDArray[np.uint32], tokens: Words) -> Grams:
    h = tokens.hash
    two = h[:-1] * _SECOND + h[1:]
    three = two[:-1] * _THIRD + h[2:]
    skip = h[:-2] * _THIRD + h[2:]
    word_rows = [
        _bucket(h, _SALTS[0], WORD_BITS),
        _bucket(two, _SALTS[1], WORD_BITS),
        _bucket(three, _SALTS[2], WORD_BITS),
        _bucket(skip, _SALTS[3], WORD_BITS),
    ]
    character_rows = []
    for index, order in enumerate(CHARACTER_ORDERS):
        if len(folded.codes) < order:
            character_rows.append(np.empty(0, np.uint32))
            continue
        segment = (total[order:] - total[:-order]) * _INVERSE[: len(folded.codes) - order + 1]
        character_rows.append(_bucket(segment, _SALTS[index], CHARACTER_BITS))
    return Grams(word_rows, character_rows)
