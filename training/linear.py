"""Fits the linear scorer: logistic loss on windows, L2, full-batch L-BFGS in a fixed order, so that the same data give the same bits.

Which windows of an attack hold the attack is known for wrapped texts; for others it is learned: after a first fit on evenly spread windows,
a second keeps the highest windows of each text (multiple-instance learning), of honest texts too, which are the hardest negatives.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from govern.enforcement.injection import ngrams
from govern.enforcement.injection.weights import Weights
from govern.enforcement.injection.windows import FEATURES
from training.examples import Example
from training.windows import Window, matrix

STRENGTH = 1e-4
ITERATIONS = 32
FIRST_ITERATIONS = 12
"""Of the fit that only says which windows of a text are the highest."""
_EVEN, _HIGHEST_ATTACK, _HIGHEST_HONEST, _WRAPPED = 4, 3, 4, 6

Labelled = list[tuple[int, bool]]


def balance(examples: Sequence[Example], power: float = -0.5) -> NDArray[np.float64]:
    """A weight for each example: sources count by the root of their size, attacks and honest texts count alike."""
    sizes = Counter((example.source, example.attack) for example in examples)
    weights = np.array([sizes[example.source, example.attack] ** power for example in examples])
    attack = np.array([example.attack for example in examples])
    weights[attack] /= weights[attack].sum()
    weights[~attack] /= weights[~attack].sum()
    return weights


def fit(examples: Sequence[Example], cuts: Sequence[list[Window]], strength: float = STRENGTH) -> Weights:
    """``cuts[i]`` are the windows of ``examples[i]``."""
    theta = _solve(*_rows(examples, cuts, _even), strength, min(FIRST_ITERATIONS, ITERATIONS))
    theta = _solve(
        *_rows(examples, cuts, lambda example, windows: _highest(example, windows, theta)), strength, ITERATIONS
    )
    return _quantise(theta)


def _even(example: Example, windows: list[Window]) -> Labelled:
    if example.span:
        return _by_span(example, windows)
    places = np.linspace(0, len(windows) - 1, min(_EVEN, len(windows))).astype(int)
    return [(int(place), example.attack) for place in places]


def _highest(example: Example, windows: list[Window], theta: NDArray[np.float64]) -> Labelled:
    if example.span:
        return _by_span(example, windows)
    scores = np.array([theta[window.features].sum() / math.sqrt(window.count) for window in windows])
    order = np.argsort(-scores, kind="stable")[: _HIGHEST_ATTACK if example.attack else _HIGHEST_HONEST]
    return [(int(place), example.attack) for place in order]


def _by_span(example: Example, windows: list[Window]) -> Labelled:
    """A window is an attack when it holds half of the attack or is half attack, honest when it holds none, and left out between.

    However far behind the attack stands, windows of it are among them.
    """
    assert example.span
    start, end = example.span
    attacks, honest = [], []
    for place, window in enumerate(windows):
        common = min(end, window.end) - max(start, window.start)
        if common >= 0.5 * min(end - start, window.end - window.start):
            attacks.append(place)
        elif common <= 0:
            honest.append(place)
    attacks = attacks[: _WRAPPED // 2]
    spread = np.linspace(0, len(honest) - 1, min(_WRAPPED - len(attacks), len(honest))).astype(int)
    return [*((place, True) for place in attacks), *((honest[number], False) for number in spread)]


def _rows(
    examples: Sequence[Example], cuts: Sequence[list[Window]], pick: Callable[[Example, list[Window]], Labelled]
) -> tuple[sparse.csr_matrix, NDArray[np.float64], NDArray[np.float64]]:
    rows, labels, weights = [], [], []
    for example, windows, weight in zip(examples, cuts, balance(examples), strict=True):
        picked = pick(example, windows)
        for place, label in picked:
            rows.append(windows[place])
            labels.append(1.0 if label else -1.0)
            weights.append(weight / len(picked))
    return matrix(rows), np.array(labels), np.array(weights) / sum(weights)


def _solve(
    rows: sparse.csr_matrix, labels: NDArray[np.float64], weights: NDArray[np.float64], strength: float, iterations: int
) -> NDArray[np.float64]:
    """Weights of all features and, last, the bias."""
    transposed = rows.T

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = labels * (rows @ theta[:-1].astype(np.float32) + theta[-1])
        slopes = -weights * labels * expit(-margins)
        gradient = np.append(transposed @ slopes.astype(np.float32) + 2 * strength * theta[:-1], slopes.sum())
        return float((weights * np.logaddexp(0, -margins)).sum() + strength * (theta[:-1] @ theta[:-1])), gradient

    result = minimize(
        loss, np.zeros(FEATURES + 1), jac=True, method="L-BFGS-B", options={"maxiter": iterations, "maxcor": 5}
    )
    return np.asarray(result.x)


def _quantise(theta: NDArray[np.float64]) -> Weights:
    """One signed byte a weight; the few beyond 4.5 deviations are clipped, so that the step stays fine for the many."""
    weights = theta[:-1]
    used = weights[weights != 0]
    step = 4.5 * float(np.sqrt(np.mean(used * used))) * 2 / 127
    whole = np.clip(np.rint(weights / step), -127, 127).astype(np.int8)
    return Weights(whole[: 1 << ngrams.WORD_BITS], whole[1 << ngrams.WORD_BITS :], step, float(theta[-1]))
