"""Recorded outcomes as arrays: which model answered which prompt how well, for how much."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from routing.ngrams import BUCKETS, COUNTS, features
from routing.outcome_rows import OutcomeRow, text_of
from training.examples import SHARED

FILE = SHARED / "routing-dev.jsonl"


class Outcomes(NamedTuple):
    """Row i is a prompt, column j a model; what was not recorded is NaN. grams: 1 where an n-gram occurs."""

    rows: list[OutcomeRow]
    models: list[str]
    source: NDArray[np.str_]
    task: NDArray[np.str_]
    good: NDArray[np.float64]
    usd: NDArray[np.float64]
    input_tokens: NDArray[np.float64]
    output_tokens: NDArray[np.float64]
    grams: sparse.csr_matrix
    counts: NDArray[np.float64]

    def only(self, kept: NDArray[np.bool_]) -> Outcomes:
        """Those rows, with all models."""
        rows = [row for row, keep in zip(self.rows, kept, strict=True) if keep]
        return Outcomes(rows, self.models, *(each[kept] for each in self[2:]))


class Prompts(NamedTuple):
    """Texts as features, a row each."""

    grams: sparse.csr_matrix
    counts: NDArray[np.float64]


def prompts_of(texts: Sequence[str]) -> Prompts:
    seen = [features(text) for text in texts]
    lengths = np.array([len(each.buckets) for each in seen], np.intp)
    buckets = np.concatenate([each.buckets for each in seen]) if seen else np.empty(0, np.intp)
    grams = sparse.csr_matrix((np.ones(lengths.sum()), buckets, np.append(0, lengths.cumsum())), (len(seen), BUCKETS))
    return Prompts(grams, np.array([each.counts for each in seen]).reshape(-1, len(COUNTS)))


def read_outcomes(file: Path = FILE) -> list[OutcomeRow]:
    """Raises FileNotFoundError."""
    decoder = msgspec.json.Decoder(OutcomeRow)
    return [decoder.decode(line) for line in file.read_bytes().splitlines()]


def as_arrays(rows: Sequence[OutcomeRow]) -> Outcomes:
    models = sorted({name for row in rows for name in row.outcomes})
    place = {name: column for column, name in enumerate(models)}
    good, usd, into, out = (np.full((len(rows), len(models)), np.nan) for _ in range(4))
    for number, row in enumerate(rows):
        for name, outcome in row.outcomes.items():
            column = place[name]
            good[number, column] = outcome.correct
            usd[number, column] = np.nan if outcome.usd is None else outcome.usd
            into[number, column] = np.nan if outcome.input_tokens is None else outcome.input_tokens
            out[number, column] = np.nan if outcome.output_tokens is None else outcome.output_tokens
    prompts = prompts_of([text_of(row.messages) for row in rows])
    return Outcomes(
        list(rows), models, np.array([row.source for row in rows]), np.array([row.task for row in rows]),
        good, usd, into, out, *prompts,
    )  # fmt: skip
