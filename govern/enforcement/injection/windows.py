"""How a folded text is divided: blocks that are hashed at once, windows of words that are scored at once.

Training and inspection share these, so that a weight means the same in both.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from govern.enforcement.injection.fold import Folded
from govern.enforcement.injection.ngrams import BLOCK_CHARACTERS, CHARACTER_BITS, CHARACTER_ORDERS, WORD_BITS, WORD_ROWS

WINDOW_WORDS = 48
STRIDE_WORDS = 16
OVERLAP_CHARACTERS = 512
STEP_CHARACTERS = BLOCK_CHARACTERS - OVERLAP_CHARACTERS
FEATURES = (1 << WORD_BITS) + (1 << CHARACTER_BITS)
_FEWEST = 96  # a window of two words is no better evidence than one of five


def blocks(folded: Folded) -> Iterator[tuple[int, Folded]]:
    """Overlapping blocks with their offsets; one block for most texts."""
    for start in range(0, max(1, len(folded.codes) - OVERLAP_CHARACTERS), STEP_CHARACTERS):
        yield start, folded.piece(start, start + BLOCK_CHARACTERS)


def windows(words: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First word and word after the last of every window over ``words`` words."""
    if words <= WINDOW_WORDS:
        return np.zeros(1, np.intp), np.array([words], np.intp)
    first = np.arange(0, words - WINDOW_WORDS + STRIDE_WORDS, STRIDE_WORDS)
    first[-1] = words - WINDOW_WORDS
    return first, first + WINDOW_WORDS


def feature_counts(words: ArrayLike, characters: ArrayLike) -> NDArray[np.float64]:
    """How many features windows hold; their sums are divided by its root."""
    return np.maximum(float(_FEWEST), WORD_ROWS * np.asarray(words) + len(CHARACTER_ORDERS) * np.asarray(characters))
