"""Fits the logistic model over the examination of a text, and calibrates its score."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from govern.enforcement.injection.examination import FEATURES
from govern.enforcement.injection.weights import Meta
from training.costs import thresholds

STRENGTH = 3e-4
EITHER_WAY = frozenset({"log_words", "log_blocks", "rules_matched", "invisible", "lookalikes"})
"""Features that may speak for or against an attack; more of any other must never lower a score."""


ROUNDS = 2


def fit(values: Sequence[NDArray[np.float64]], attack: NDArray[np.bool_], weights: NDArray[np.float64]) -> Meta:
    """``values``: one examination a text, a row a block. A text counts by its worst block, which the fit before tells; the first by its best window."""
    stacked, starts = _stacked(values)
    order = stacked[:, FEATURES.index("best")]
    for _ in range(ROUNDS):
        fitted = _fit_rows(stacked[_highest(order, starts)], attack, weights, STRENGTH)
        order = stacked @ np.array(fitted.weights)
    return fitted


def _stacked(values: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """All rows, and where those of each text start, with one entry more for the end."""
    return np.concatenate(values), np.concatenate(([0], np.cumsum([len(rows) for rows in values])))


def _highest(order: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The row of each text that is highest in ``order``."""
    return np.array([start + int(order[start:end].argmax()) for start, end in pairwise(starts)])


def _fit_rows(
    values: NDArray[np.float64], attack: NDArray[np.bool_], weights: NDArray[np.float64], strength: float
) -> Meta:
    """Features are standardised for the fit, the result is for raw ones; slope 1 and shift 0."""
    total = weights / weights.sum()
    centre = total @ values
    spread = np.maximum(np.sqrt(total @ (values - centre) ** 2), 0.03)
    scaled = (values - centre) / spread
    labels = np.where(attack, 1.0, -1.0)

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = labels * (scaled @ theta[:-1] + theta[-1])
        slopes = -total * labels * expit(-margins)
        gradient = np.append(scaled.T @ slopes + 2 * strength * theta[:-1], slopes.sum())
        return float((total * np.logaddexp(0, -margins)).sum() + strength * (theta[:-1] @ theta[:-1])), gradient

    bounds = [(None, None) if name in EITHER_WAY else (0.0, None) for name in FEATURES] + [(None, None)]
    theta = np.asarray(
        minimize(
            loss, np.zeros(len(FEATURES) + 1), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 100}
        ).x
    )
    raw = np.round(theta[:-1] / spread, 6)
    return Meta(list(FEATURES), raw.tolist(), round(float(theta[-1] - raw @ centre), 6), 1.0, 0.0)


def logits(meta: Meta, values: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The highest of each text."""
    stacked, starts = _stacked(values)
    return np.maximum.reduceat(stacked @ np.array(meta.weights), starts[:-1]) + meta.bias


def calibrate(meta: Meta, honest: NDArray[np.float64], attacks: NDArray[np.float64]) -> Meta:
    """Sets slope and shift so that a score of 0.5 and one of 0.9 stand at the thresholds that ``costs`` chooses by these logits."""
    flag, block = thresholds(honest, attacks)
    slope = float(np.log(0.9 / 0.1) / max(block - flag, 0.25))
    return Meta(meta.features, meta.weights, meta.bias, round(slope, 6), round(flag, 6))
