"""Fits what the second tier's head is: a direction over the encoder's vectors, and how it is added to the first tier's score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from govern.enforcement.second_tier.head import Combination

Numbers = NDArray[np.float64]
MOST_OF_A_SOURCE = 150
MOST_OF_A_GRAMMAR = 45
"""Texts that are encoded: a direction over vectors that stay as they are learns little from more, and each window costs 12 ms."""
STRENGTH = 3e-3
ITERATIONS = 80
ROUNDS = 2
_FLAG_RATE, _BLOCK_RATE = 0.006, 0.001
"""Of honest texts: what 0.5 and 0.9 mean in the first tier."""


class Direction(NamedTuple):
    weights: Numbers
    bias: float

    def highest(self, vectors: Sequence[NDArray[np.float32]]) -> Numbers:
        """The highest window of each text."""
        return np.array([float((rows @ self.weights.astype(np.float32)).max()) + self.bias for rows in vectors])


def fit_direction(
    vectors: Sequence[NDArray[np.float32]], attack: NDArray[np.bool_], weights: Numbers, strength: float = STRENGTH
) -> Direction:
    """``vectors``: a row a window. A text counts by its highest window, which the fit before tells; the first by the encoder's own head."""
    order = [rows[:, 0].astype(float) for rows in vectors]
    for _ in range(ROUNDS):
        best = np.array([rows[each.argmax()] for rows, each in zip(vectors, order, strict=True)], float)
        fitted = _fit(best, attack, weights, strength)
        order = [rows @ fitted.weights for rows in vectors]
    return fitted


def fit_combination(
    first: Numbers, second: Numbers, attack: NDArray[np.bool_], weights: Numbers, *, honest: NDArray[np.bool_]
) -> Combination:
    """``first`` and ``second`` are logits of texts that neither tier was fitted to; ``honest`` are those that set the thresholds."""
    (of_first, of_second), bias = _fit(np.column_stack((first, second)), attack, weights, 1e-5, lowest=0.0)
    total = of_first * first + of_second * second + bias
    flag, block = np.quantile(total[honest], [1 - _FLAG_RATE, 1 - _BLOCK_RATE])
    slope = float(np.log(0.9 / 0.1) / max(block - flag, 0.25))
    return Combination(
        round(float(of_first), 6), round(float(of_second), 6), round(bias, 6), round(slope, 6), round(float(flag), 6)
    )


def _fit(
    values: Numbers, attack: NDArray[np.bool_], weights: Numbers, strength: float, lowest: float | None = None
) -> Direction:
    """A logistic model; features are standardised for the fit, the result is for raw ones."""
    share = weights / weights.sum()
    centre = share @ values
    spread = np.maximum(np.sqrt(share @ (values - centre) ** 2), 1e-3)
    scaled, labels = (values - centre) / spread, np.where(attack, 1.0, -1.0)

    def loss(theta: Numbers) -> tuple[float, Numbers]:
        margins = labels * (scaled @ theta[:-1] + theta[-1])
        slopes = -share * labels * expit(-margins)
        gradient = np.append(scaled.T @ slopes + 2 * strength * theta[:-1], slopes.sum())
        return float((share * np.logaddexp(0, -margins)).sum() + strength * (theta[:-1] @ theta[:-1])), gradient

    bounds = [(lowest, None)] * values.shape[1] + [(None, None)]
    theta = minimize(
        loss, np.zeros(values.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": ITERATIONS}
    ).x
    raw = np.round(theta[:-1] / spread, 6)
    return Direction(raw, round(float(theta[-1] - raw @ centre), 6))
