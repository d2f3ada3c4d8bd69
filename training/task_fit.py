"""Fits the task classifier: a multinomial model over hashed n-grams and counts, each source and task by the root of its size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import logsumexp

from routing.tasks import TOLD
from training.outcome_fit import scaled
from training.task_rows import TaskRow

STRENGTH, ITERATIONS = 2e-5, 30


class Classes(NamedTuple):
    """A column a task."""

    grams: NDArray[np.float64]
    constant: NDArray[np.float64]


def weights_of(rows: Sequence[TaskRow]) -> NDArray[np.float64]:
    """Tasks count alike; within one, sources by the root of their size."""
    sizes = Counter((row.task, row.source) for row in rows)
    weights = np.array([sizes[row.task, row.source] ** -0.5 for row in rows])
    for task in TOLD:
        inside = np.array([row.task == task for row in rows])
        if inside.any():
            weights[inside] /= weights[inside].sum()
    return weights / weights.sum()


def fit_classes(grams: sparse.csr_matrix, rows: Sequence[TaskRow]) -> Classes:
    plain = scaled(grams)
    transposed = plain.T.tocsr()
    labels = np.array([[row.task == task for task in TOLD] for row in rows], np.float64)
    weights = weights_of(rows)
    buckets, tasks = plain.shape[1], len(TOLD)

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        by_gram, constant = theta[:-tasks].reshape(buckets, tasks), theta[-tasks:]
        logits = plain @ by_gram + constant
        total = logsumexp(logits, axis=1)
        slope = weights[:, None] * (np.exp(logits - total[:, None]) - labels)
        value = float((weights * (total - (labels * logits).sum(axis=1))).sum() + STRENGTH * (by_gram**2).sum())
        return value, np.append((transposed @ slope + 2 * STRENGTH * by_gram).ravel(), slope.sum(axis=0))

    found = minimize(
        loss, np.zeros((buckets + 1) * tasks), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}
    ).x
    return Classes(found[:-tasks].reshape(buckets, tasks), found[-tasks:])
