"""What the meta model is told of a block besides the rules that match, in the order of its weights (``kernel/reading.c``: ``bare``)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.injection.ngrams import BLOCK_CHARACTERS
from govern.enforcement.injection.scorer import NOTHING, Scores

MEASURES = (
    "best", "best_positive", "top", "mean", "whole", "log_words", "log_blocks", "view_best", "hidden", "invisible", "lookalikes", "rules_matched", "families_matched", "families_near",
)  # fmt: skip
_FLOOR = -4.0
MOST_BLOCKS = 4
"""Training texts have no more: what a longer text weighs must not be guessed from them."""


def measures_of(
    main: Scores,
    blocks: int,
    view: Scores = NOTHING,
    *,
    hidden: bool = False,
    invisible: int = 0,
    lookalikes: int = 0,
    rules: int = 0,
    families: int = 0,
    near: int = 0,
) -> tuple[float, ...]:
    """Of one of so many ``blocks``; ``view`` is what was decoded in it; ``near``: families of rules that match where the n-grams are worst."""
    best = max(main.best, view.best, _FLOOR)
    return (
        best, max(best, 0.0), max(main.top, view.top, _FLOOR), max(main.mean, _FLOOR), max(main.whole, view.whole, _FLOOR), math.log1p(main.words), math.log(min(blocks, MOST_BLOCKS)),
        max(view.best, _FLOOR), float(hidden), math.log1p(invisible), math.log1p(lookalikes), math.log1p(rules), float(families), float(near),
    )  # fmt: skip


def weighed(measures: Sequence[float], weights: Sequence[float]) -> float:
    """Added up from left to right, so that it has the same bits everywhere."""
    total = 0.0
    for value, weight in zip(measures, weights, strict=True):
        total += value * weight
    return total


def logarithms() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For the kernel: of one more than so many words, and of so many blocks."""
    return (
        np.array([math.log1p(words) for words in range(BLOCK_CHARACTERS + 1)]),
        np.array([0.0, *(math.log(blocks) for blocks in range(1, MOST_BLOCKS + 1))]),
    )
