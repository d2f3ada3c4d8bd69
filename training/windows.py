"""Cuts texts into the windows that the linear scorer sees, as sparse rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from govern.enforcement.injection import ngrams
from govern.enforcement.injection.fold import fold
from govern.enforcement.injection.windows import FEATURES, blocks, feature_counts, windows
from govern.enforcement.normalise import normalise


class Window(NamedTuple):
    """``features`` are columns (with repeats); ``start`` and ``end`` are characters of the normalised text."""

    features: NDArray[np.uint32]
    count: float
    start: int
    end: int


def cut(text: str, most: int | None = None) -> list[Window]:
    """All windows of ``text`` in order, or ``most`` of them evenly spread."""
    found = []
    for offset, block in blocks(fold(normalise(text).text)):
        total = ngrams.sums(block)
        tokens = ngrams.words(block, total)
        if not len(tokens.start):
            continue
        rows = ngrams.grams(block, total, tokens)
        for first, last in zip(*windows(len(tokens.start)), strict=True):
            begin, end = (
                int(tokens.start[first]),
                int(tokens.start[last]) if last < len(tokens.start) else len(block.codes),
            )
            parts = [row[first : min(last, fits)] for row, fits in zip(rows.words, rows.word_counts, strict=True)]
            parts += [
                row[begin : min(end, fits)] + np.uint32(1 << ngrams.WORD_BITS)
                for row, fits in zip(rows.characters, rows.character_counts, strict=True)
            ]
            found.append(
                Window(
                    np.concatenate(parts),
                    float(feature_counts(int(last - first), end - begin)),
                    offset + begin,
                    offset + end,
                )
            )
    if most and len(found) > most:
        found = [found[place] for place in np.linspace(0, len(found) - 1, most).astype(int)]
    return found


def matrix(cuts: list[Window]) -> sparse.csr_matrix:
    """One row a window; each occurrence counts ``1 / sqrt(features in the window)``."""
    lengths = np.array([len(window.features) for window in cuts])
    values = np.repeat((np.array([window.count for window in cuts]) ** -0.5).astype(np.float32), lengths)
    columns = np.concatenate([window.features for window in cuts]).astype(np.int32)
    rows = sparse.csr_matrix((values, columns, np.concatenate(([0], np.cumsum(lengths)))), shape=(len(cuts), FEATURES))
    rows.sum_duplicates()
    return rows
