"""Hashed word and character n-grams of a folded text, each with its place.

Hashes of all segments come from one prefix sum of ``code * BASE**i`` modulo 2**32 (the base is odd, so its powers have inverses): a segment's
hash is the difference of two sums times the inverse power at its start, whatever its length. Everything is a NumPy operation on whole arrays.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.injection.fold import OTHER, SINGLE, Folded

BLOCK_CHARACTERS = 2560
"""Longest stretch that is hashed and judged at once; the powers are tabled for it."""
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


POWER = _powers(_BASE, BLOCK_CHARACTERS)
INVERSE = _powers(pow(_BASE, -1, _MODULUS), BLOCK_CHARACTERS)
_WORD_SALTS = np.array([[0x9E3779B1], [0x85EBCA77], [0xC2B2AE3D], [0x27D4EB2F]], np.uint32)
_CHARACTER_SALTS = _WORD_SALTS[: len(CHARACTER_ORDERS)]
_SECOND, _THIRD = np.uint32(0x2C1B3C6D), np.uint32(0x297A2D39)


class Words(NamedTuple):
    start: NDArray[np.intp]
    end: NDArray[np.intp]
    hash: NDArray[np.uint32]


class Grams(NamedTuple):
    """Buckets by order: ``words`` of shape (``WORD_ROWS``, words), ``characters`` of shape (orders, characters).

    Longer orders fit fewer times: of row ``i`` only the first ``word_counts[i]`` or ``character_counts[i]`` columns mean anything.
    """

    words: NDArray[np.uint32]
    characters: NDArray[np.uint32]
    word_counts: tuple[int, ...]
    character_counts: tuple[int, ...]


def _mix(hashes: NDArray[np.uint32], bits: int) -> NDArray[np.uint32]:
    """Buckets of ``bits`` from salted hashes, in place."""
    hashes ^= hashes >> np.uint32(15)
    hashes *= np.uint32(0x2C1B3C6D)
    hashes >>= np.uint32(32 - bits)
    return hashes


def sums(folded: Folded) -> NDArray[np.uint32]:
    """Prefix sums, one longer than the text (at most ``BLOCK_CHARACTERS`` code points)."""
    total = np.empty(len(folded.codes) + 1, np.uint32)
    total[0] = 0
    codes = np.where(folded.codes - np.uint32(48) < 10, np.uint32(48), folded.codes)  # every digit counts as 0
    np.cumsum((codes + np.uint32(1)) * POWER[: len(codes)], dtype=np.uint32, out=total[1:])
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
    return Words(start, end, (total[end] - total[start]) * INVERSE[start])


def grams(folded: Folded, total: NDArray[np.uint32], tokens: Words) -> Grams:
    h = tokens.hash
    count, length = len(h), len(folded.codes)
    word_counts = (count, max(0, count - 1), max(0, count - 2), max(0, count - 2))
    character_counts = tuple(max(0, length - order + 1) for order in CHARACTER_ORDERS)
    two = h[:-1] * _SECOND + h[1:]
    hashes = np.zeros((WORD_ROWS, count), np.uint32)
    hashes[0] = h
    hashes[1, : word_counts[1]] = two
    hashes[2, : word_counts[2]] = two[:-1] * _THIRD + h[2:]
    hashes[3, : word_counts[3]] = h[:-2] * _THIRD + h[2:]
    hashes *= _WORD_SALTS
    segments = np.zeros((len(CHARACTER_ORDERS), length), np.uint32)
    for row, order, fits in zip(segments, CHARACTER_ORDERS, character_counts, strict=True):
        np.subtract(total[order:], total[:fits], out=row[:fits])
    segments *= INVERSE[:length]
    segments *= _CHARACTER_SALTS
    return Grams(_mix(hashes, WORD_BITS), _mix(segments, CHARACTER_BITS), word_counts, character_counts)
