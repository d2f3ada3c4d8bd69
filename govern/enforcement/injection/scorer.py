"""Scores a folded text by its n-grams: a linear model over windows.

Weights are bytes and sums are integers until the last division, and what is added after it is added from left to right, so a score has the
same bits on every machine, and the same as the kernel gives (``kernel/scores.c``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.injection import ngrams
from govern.enforcement.injection.fold import Folded
from govern.enforcement.injection.weights import Weights
from govern.enforcement.injection.windows import feature_counts, windows


class Scores(NamedTuple):
    """``best`` is the highest window, ``top`` the mean of the three highest, ``mean`` of all; ``start`` and ``end`` delimit the best window."""

    best: float
    top: float
    mean: float
    whole: float
    words: int
    start: int
    end: int


NOTHING = Scores(-4.0, -4.0, -4.0, -4.0, 0, 0, 0)


def score_block(block: Folded, offset: int, weights: Weights) -> Scores:
    """``block`` has at most ``BLOCK_CHARACTERS`` and begins at ``offset`` of the text."""
    total = ngrams.sums(block)
    tokens = ngrams.words(block, total)
    count = len(tokens.start)
    if not count:
        return NOTHING
    rows = ngrams.grams(block, total, tokens)
    word_sums = _sums(weights.words.take(rows.words), rows.word_counts)
    character_sums = _sums(weights.characters.take(rows.characters), rows.character_counts)
    first, last = windows(count)
    edges = np.append(tokens.start, len(block.codes))
    begin, end = edges[first], edges[last]
    raw = word_sums[last] - word_sums[first] + character_sums[end] - character_sums[begin]
    scores = raw / np.sqrt(feature_counts(last - first, end - begin)) * weights.scale + weights.bias
    whole = (word_sums[-1] + character_sums[-1]) / np.sqrt(
        feature_counts(count, len(block.codes))
    ) * weights.scale + weights.bias
    three = np.sort(scores)[-3:]
    peak = int(scores.argmax())
    return Scores(
        float(scores[peak]), float(np.cumsum(three)[-1]) / len(three), float(np.cumsum(scores)[-1]) / len(scores), float(whole), count,
        offset + int(begin[peak]), offset + int(end[peak]),
    )  # fmt: skip


def _sums(rows: NDArray[np.int8], counts: tuple[int, ...]) -> NDArray[np.int32]:
    """Prefix sums, one longer than the rows, of which the first ``counts`` columns count."""
    for row, count in zip(rows, counts, strict=True):
        row[count:] = 0
    total = np.zeros(rows.shape[1] + 1, np.int32)
    np.cumsum(rows.sum(axis=0, dtype=np.int32), out=total[1:])
    return total
