"""Scores a folded text by its n-grams: a linear model over windows, and how surprising its characters are.

Weights are bytes and sums are integers until the last division, so a score has the same bits on every machine.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.injection import ngrams
from govern.enforcement.injection.fold import Folded
from govern.enforcement.injection.weights import Weights
from govern.enforcement.injection.windows import blocks, feature_counts, windows

SYMBOLS = 64
"""Classes of characters for surprise: ASCII from the space on in 32+, letters by themselves, everything else by its class."""
SURPRISE_CHARACTERS = 64


class Scores(NamedTuple):
    """``best`` is the highest window, ``top`` the mean of the three highest, ``mean`` of all; ``start`` and ``end`` delimit the best window."""

    best: float
    top: float
    mean: float
    whole: float
    words: int
    windows: int
    surprise: float
    surprise_peak: float
    start: int
    end: int


NOTHING = Scores(-4.0, -4.0, -4.0, -4.0, 0, 0, 0.0, 0.0, 0, 0)


def symbols(folded: Folded) -> NDArray[np.uint32]:
    """A class below ``SYMBOLS`` for each character: printable ASCII in lower case keeps its own, all else shares by class."""
    codes = folded.codes
    plain = codes - np.uint32(32)
    return np.where(
        plain < 33,
        plain,
        np.where(plain < 91, plain & np.uint32(31) | np.uint32(32), np.uint32(62) + (folded.classes == 0)),
    )


def score(folded: Folded, weights: Weights) -> Scores:
    results = [found for offset, block in blocks(folded) if (found := _score_block(block, offset, weights))]
    if not results:
        return NOTHING
    if len(results) == 1:
        return results[0][0]
    best = max(results, key=lambda found: found[0].best)[0]
    every = np.concatenate([found[1] for found in results])
    three = np.sort(every)[-3:]
    return best._replace(
        top=float(three.mean()), mean=float(every.mean()), whole=float(np.mean([found[0].whole for found in results])),
        words=sum(found[0].words for found in results), windows=len(every),
        surprise=float(np.mean([found[0].surprise for found in results])), surprise_peak=max(found[0].surprise_peak for found in results),
    )  # fmt: skip


def _score_block(block: Folded, offset: int, weights: Weights) -> tuple[Scores, NDArray[np.float64]] | None:
    total = ngrams.sums(block)
    tokens = ngrams.words(block, total)
    count = len(tokens.start)
    if not count:
        return None
    rows = ngrams.grams(block, total, tokens)
    word_sums = _sums([weights.words[row] for row in rows.words], count)
    character_sums = _sums([weights.characters[row] for row in rows.characters], len(block.codes))
    first, last = windows(count)
    edges = np.append(tokens.start, len(block.codes))
    begin, end = edges[first], edges[last]
    raw = word_sums[last] - word_sums[first] + character_sums[end] - character_sums[begin]
    scores = raw / np.sqrt(feature_counts(last - first, end - begin)) * weights.scale + weights.bias
    whole = (word_sums[-1] + character_sums[-1]) / np.sqrt(
        feature_counts(count, len(block.codes))
    ) * weights.scale + weights.bias
    three = scores if len(scores) < 4 else np.partition(scores, -3)[-3:]
    peak = int(scores.argmax())
    mean_surprise, peak_surprise = _surprise(block, weights)
    return Scores(
        float(scores[peak]), float(three.mean()), float(scores.mean()), float(whole), count, len(scores),
        mean_surprise, peak_surprise, offset + int(begin[peak]), offset + int(end[peak]),
    ), scores  # fmt: skip


def _sums(rows: list[NDArray[np.int8]], length: int) -> NDArray[np.int32]:
    """Prefix sums, one longer than ``length``, of rows that may be shorter."""
    each = np.zeros(length + 1, np.int32)
    for row in rows:
        each[1 : len(row) + 1] += row
    return np.cumsum(each, out=each)


def _surprise(block: Folded, weights: Weights) -> tuple[float, float]:
    """Mean bits a character over the text, and over its most surprising stretch of ``SURPRISE_CHARACTERS``."""
    classes = symbols(block)
    if len(classes) < 2:
        return 0.0, 0.0
    bits = weights.surprise[classes[:-1] * np.uint32(SYMBOLS) + classes[1:]]
    total = np.zeros(len(bits) + 1, np.int32)
    np.cumsum(bits, dtype=np.int32, out=total[1:])
    mean = float(total[-1]) / len(bits) / 16
    if len(bits) <= SURPRISE_CHARACTERS:
        return mean, mean
    return mean, float((total[SURPRISE_CHARACTERS:] - total[:-SURPRISE_CHARACTERS]).max()) / SURPRISE_CHARACTERS / 16
