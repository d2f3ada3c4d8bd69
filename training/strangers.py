"""Which held-out texts are strangers to the rest: texts that share much of their wording with training texts measure memory, not detection."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.examples import Example

SHINGLE_WORDS = 8
MOST_SHARED = 0.5


def _shingles(text: str) -> set[int]:
    words = text.lower().split()
    return {
        hash(tuple(words[place : place + SHINGLE_WORDS])) for place in range(max(1, len(words) - SHINGLE_WORDS + 1))
    }


def strangers(examples: Sequence[Example], fold: NDArray[np.intp]) -> NDArray[np.bool_]:
    """False for an attack that shares at least half of its eight-word shingles with texts of other folds."""
    found = [_shingles(example.text) for example in examples]
    folds: dict[int, set[int]] = {}
    for shingles, number in zip(found, fold, strict=True):
        for shingle in shingles:
            folds.setdefault(shingle, set()).add(int(number))
    return np.array([
        not example.attack or sum(folds[shingle] != {int(number)} for shingle in shingles) < MOST_SHARED * len(shingles)
        for example, shingles, number in zip(examples, found, fold, strict=True)
    ])  # fmt: skip
