"""Fits what recorded outcomes teach: each group's and model's odds, what makes a prompt hard, how long answers are, what a token costs.

One logistic model: log odds = group × model + slope of the model × hardness of the prompt, where hardness is linear in hashed n-grams and in
plain counts, the latter with a part of each group's own. L-BFGS in a fixed order, so the same rows give the same bits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from routing.ngrams import BUCKETS, COUNTS, Features
from routing.outcome_model import FORMAT, Anchors, Group, Manifest, Measured, OutcomeModel, Source, pack
from routing.outcome_rows import text_of
from training.outcome_rows import Outcomes, Prompts

ITERATIONS = 80
GRAM_STRENGTH, COUNT_STRENGTH, SLOPE_STRENGTH, LEVEL_STRENGTH = 7e-4, 1e-3, 3e-3, 1e-5
_GRAM_SCALE = 5.0
"""N-grams are worth that much beside counts before either is held back."""
LENGTH_STRENGTH = 30.0
ANCHORS, ANCHORS_OF_NONE = 40, 240
LIKENESS_STRENGTH, LIKENESS_ITERATIONS = 1e-5, 40
SHRINK_ROWS = 8.0
"""A table's cell counts as if so many outcomes of the middling kind had been seen beside its own."""
NEWCOMER_RANK = 0.25
"""A model without rows is taken to be as able as the one at this share of those with rows, from below: what nobody measured is not taken for good."""
_STEPS = 127


class Fitted:
    """levels: group × model, NaN where nothing was recorded."""

    def __init__(self, outcomes: Outcomes) -> None:
        self.groups = sorted({row.source for row in outcomes.rows})
        self.means = outcomes.counts.mean(axis=0)
        self.deviations = outcomes.counts.std(axis=0) + 1e-6
        deviations = deviations_of(outcomes.counts, self.means, self.deviations)
        member = np.array([[source == group for group in self.groups] for source in outcomes.source], np.float64)
        self.levels, self.slopes, self.grams, self.counts, self.group_counts = _solve(outcomes, deviations, member)
        seen = member.T @ ~np.isnan(outcomes.good) > 0
        self.levels = np.where(seen, self.levels, np.nan)


def deviations_of(
    counts: NDArray[np.float64], means: NDArray[np.float64], deviations: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.clip((counts - means) / deviations, -4.0, 4.0)


def scaled(grams: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows of length 1."""
    return (sparse.diags(1 / np.sqrt(np.maximum(1, np.diff(grams.indptr)))) @ grams).tocsr()


def _solve(
    outcomes: Outcomes, deviations: NDArray[np.float64], member: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """levels, slopes, weights of n-grams, of counts, and of counts by group."""
    seen = ~np.isnan(outcomes.good)
    good = np.nan_to_num(outcomes.good)
    sizes = member.sum(axis=0)
    weight = seen * (member @ (1 / np.sqrt(sizes)) / np.sqrt(np.maximum(1, seen.sum(axis=1))))[:, None]
    weight /= weight.sum()
    grams = (scaled(outcomes.grams) * _GRAM_SCALE).tocsr()
    transposed = grams.T.tocsr()
    wide = np.hstack([deviations, *(deviations * member[:, [group]] for group in range(member.shape[1]))])
    shape = (member.shape[1], good.shape[1])
    cut = np.cumsum([shape[0] * shape[1], shape[1], wide.shape[1]])

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        levels, slopes, by_count, by_gram = np.split(theta, cut)
        levels = levels.reshape(shape)
        hardness = grams @ by_gram + wide @ by_count
        logits = member @ levels + np.outer(hardness, slopes)
        slope = weight * (expit(logits) - good)
        of_hardness = slope @ slopes
        value = float(
            (weight * (np.logaddexp(0, logits) - good * logits)).sum() + GRAM_STRENGTH * by_gram @ by_gram
            + COUNT_STRENGTH * by_count @ by_count + SLOPE_STRENGTH * ((slopes - 1) ** 2).sum() + LEVEL_STRENGTH * (levels**2).sum()
        )  # fmt: skip
        gradient = [
            (member.T @ slope + 2 * LEVEL_STRENGTH * levels).ravel(),
            slope.T @ hardness + 2 * SLOPE_STRENGTH * (slopes - 1),
            wide.T @ of_hardness + 2 * COUNT_STRENGTH * by_count,
            transposed @ of_hardness + 2 * GRAM_STRENGTH * by_gram,
        ]
        return value, np.concatenate(gradient)

    first = np.zeros(cut[-1] + BUCKETS)
    first[cut[0] : cut[1]] = 1.0
    found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    levels, slopes, by_count, by_gram = np.split(found, cut)
    own, *groups = np.split(by_count, member.shape[1] + 1)
    return levels.reshape(shape), slopes, by_gram * _GRAM_SCALE, own, np.array(groups)


def rasch(levels: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles of rows and abilities of columns (which sum to nothing), by alternating means over what was measured, abilities held back."""
    seen = ~np.isnan(levels)
    plain = np.nan_to_num(levels)
    abilities = np.zeros(levels.shape[1])
    middles = np.zeros(levels.shape[0])
    for _ in range(200):
        middles = (seen * (plain - abilities)).sum(axis=1) / np.maximum(1, seen.sum(axis=1))
        abilities = (seen * (plain - middles[:, None])).sum(axis=0) / (seen.sum(axis=0) + 0.25)
        abilities -= abilities.mean()
    return middles, abilities


def _table(outcomes: Outcomes, keys: Sequence[str], of: NDArray[np.str_]) -> NDArray[np.float64]:
    """Log odds by key and model, drawn to the key's own mean where there are few rows; NaN where there are none."""
    table = np.full((len(keys), len(outcomes.models)), np.nan)
    for number, key in enumerate(keys):
        good = outcomes.good[of == key]
        count = (~np.isnan(good)).sum(axis=0)
        mean = np.clip(np.nanmean(good), 0.02, 0.98)
        share = (np.nansum(good, axis=0) + SHRINK_ROWS * mean) / (count + SHRINK_ROWS)
        table[number] = np.where(count > 0, np.log(share / (1 - share)), np.nan)
    return table


def prices(outcomes: Outcomes, column: int) -> tuple[float, float] | None:
    """US dollars of a token in and of one out, by least squares; exact where the cost was tokens times a price."""
    known = ~np.isnan(outcomes.usd[:, column])
    if known.sum() < 2:
        return None
    tokens = np.column_stack([outcomes.input_tokens[known, column], outcomes.output_tokens[known, column]])
    found = np.linalg.lstsq(tokens, outcomes.usd[known, column], rcond=None)[0]
    return float(max(0.0, found[0])), float(max(0.0, found[1]))


def _lengths(outcomes: Outcomes, inside: NDArray[np.bool_], deviations: NDArray[np.float64]) -> NDArray[np.float64]:
    """How the counts of a prompt change the logarithm of an answer's length, beside each model's mean."""
    told = ~np.isnan(outcomes.output_tokens[inside]).all(axis=0)
    tokens = np.log(np.maximum(1.0, outcomes.output_tokens[inside][:, told]))
    longer = np.nanmean(tokens - np.nanmean(tokens, axis=0), axis=1)
    rows = deviations[inside]
    centred = rows - rows.mean(axis=0)
    weights = np.linalg.solve(centred.T @ centred + LENGTH_STRENGTH * np.eye(rows.shape[1]), centred.T @ longer)
    return np.asarray(weights)


class Likeness(NamedTuple):
    """Weights by which a prompt is told to be of a group rather than of none: of its n-grams, its counts, and a constant. A column a group."""

    grams: NDArray[np.float64]
    counts: NDArray[np.float64]
    constant: NDArray[np.float64]


def fit_likeness(grams: sparse.csr_matrix, deviations: NDArray[np.float64], member: NDArray[np.float64]) -> Likeness:
    """member: a row a prompt, a column a group; a row of zeros is of none. Multinomial, each kind by the root of its size."""
    rows = (scaled(grams) * _GRAM_SCALE).tocsr()
    transposed = rows.T.tocsr()
    groups, counts = member.shape[1], deviations.shape[1]
    labels = np.column_stack([1 - member.sum(axis=1), member])
    weight = labels @ (1 / np.sqrt(labels.sum(axis=0)))
    weight /= weight.sum()

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        by_gram, by_count, constant = np.split(theta, [BUCKETS * groups, (BUCKETS + counts) * groups])
        by_gram, by_count = by_gram.reshape(BUCKETS, groups), by_count.reshape(counts, groups)
        logits = np.column_stack([np.zeros(len(weight)), rows @ by_gram + deviations @ by_count + constant])
        total = logsumexp(logits, axis=1)
        slope = weight[:, None] * (np.exp(logits - total[:, None]) - labels)[:, 1:]
        value = float((weight * (total - (labels * logits).sum(axis=1))).sum())
        value += LIKENESS_STRENGTH * float((by_gram**2).sum() + (by_count**2).sum())
        gradient = [
            (transposed @ slope + 2 * LIKENESS_STRENGTH * by_gram).ravel(),
            (deviations.T @ slope + 2 * LIKENESS_STRENGTH * by_count).ravel(),
            slope.sum(axis=0),
        ]
        return value, np.concatenate(gradient)

    first = np.zeros((BUCKETS + counts + 1) * groups)
    found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": LIKENESS_ITERATIONS}).x
    by_gram, by_count, constant = np.split(found, [BUCKETS * groups, (BUCKETS + counts) * groups])
    return Likeness(by_gram.reshape(BUCKETS, groups) * _GRAM_SCALE, by_count.reshape(counts, groups), constant)


def _shared(outcomes: Outcomes, member: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prompts that several sources recorded are of all their groups in equal parts: nothing in the text tells which."""
    places: dict[str, list[int]] = {}
    for number, row in enumerate(outcomes.rows):
        places.setdefault(text_of(row.messages), []).append(number)
    shared = member.copy()
    for same in places.values():
        shared[same] = member[same].mean(axis=0)
    return shared


def quantised(column: NDArray[np.float64]) -> tuple[NDArray[np.int8], float]:
    """A signed byte each; the few that are beyond nine deviations are clipped."""
    used = column[column != 0]
    step = 9.0 * float(np.sqrt(np.mean(used**2))) / _STEPS if len(used) else 1.0
    return np.clip(np.rint(column / step), -_STEPS, _STEPS).astype(np.int8), step


def fit(outcomes: Outcomes, others: Prompts) -> OutcomeModel:
    """others: prompts of no group."""
    found = Fitted(outcomes)
    deviations = deviations_of(outcomes.counts, found.means, found.deviations)
    member = np.array([[row.source == group for group in found.groups] for row in outcomes.rows], np.float64)
    alike = fit_likeness(
        sparse.vstack([outcomes.grams, others.grams]).tocsr(),
        np.vstack([deviations, deviations_of(others.counts, found.means, found.deviations)]),
        np.vstack([_shared(outcomes, member), np.zeros((len(others.counts), len(found.groups)))]),
    )
    columns, scales = [], []
    for column in (found.grams, *alike.grams.T):
        whole, step = quantised(column)
        columns.append(whole)
        scales.append(step)
    tasks = sorted({row.task for row in outcomes.rows} - {""})
    by_task = _table(outcomes, tasks, outcomes.task)
    middles, abilities = rasch(np.vstack([found.levels, by_task]))
    groups = []
    for number, name in enumerate(found.groups):
        inside = outcomes.source == name
        characters = np.expm1(outcomes.counts[inside, 0])
        groups.append(
            Group(
                name, float(middles[number]), alike.counts[:, number].tolist(), float(alike.constant[number]), found.group_counts[number].tolist(), _lengths(outcomes, inside, deviations).tolist(),
                float(characters.sum() / np.nanmean(outcomes.input_tokens[inside], axis=1).sum()), 1.0, int(inside.sum()),
            )
        )  # fmt: skip
    of_tasks = dict(zip(tasks, map(float, middles[len(groups) :]), strict=True))
    models = {
        name: Measured(
            float(abilities[column]),
            _known(found.groups, found.levels[:, column]),
            _known(tasks, by_task[:, column]),
            float(found.slopes[column]),
            prices(outcomes, column),
            _output_tokens(outcomes, found.groups, column),
            int((~np.isnan(outcomes.good[:, column])).sum()),
        )
        for column, name in enumerate(outcomes.models)
    }
    sources = [
        Source(group, next(row.licence for row in outcomes.rows if row.source == group), int((outcomes.source == group).sum()))
        for group in found.groups
    ]  # fmt: skip
    packed, anchors = np.column_stack(columns), _anchors(outcomes, found.groups, others)
    digest = hashlib.sha256(pack(packed, anchors)).hexdigest()
    manifest = Manifest(
        FORMAT, "", digest, BUCKETS, list(COUNTS), scales, found.counts.tolist(), found.means.tolist(), found.deviations.tolist(),
        groups, {**of_tasks, "": float(np.mean(list(of_tasks.values())))}, models, float(np.quantile(abilities, NEWCOMER_RANK)), sources,
    )  # fmt: skip
    settings = hashlib.sha256(msgspec.json.encode(manifest)).hexdigest()
    return OutcomeModel(msgspec.structs.replace(manifest, version=f"outcomes-{settings[:10]}"), packed, anchors)


def _known(names: Sequence[str], values: NDArray[np.float64]) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True) if not np.isnan(value)}


def _output_tokens(outcomes: Outcomes, groups: Sequence[str], column: int) -> dict[str, float]:
    tokens = outcomes.output_tokens[:, column]
    found = {"": float(np.nanmean(tokens))} if not np.isnan(tokens).all() else {}
    for group in groups:
        inside = tokens[outcomes.source == group]
        if not np.isnan(inside).all():
            found[group] = float(np.nanmean(inside))
    return found


def _anchors(outcomes: Outcomes, groups: Sequence[str], others: Prompts) -> Anchors:
    """Some prompts of each group, and of none, spread evenly over the rows."""
    kept: list[Features] = []
    labels: list[int] = []
    for number, name in enumerate((*groups, "")):
        grams = outcomes.grams if name else others.grams
        counts = outcomes.counts if name else others.counts
        inside = np.flatnonzero(outcomes.source == name) if name else np.arange(len(counts))
        most = ANCHORS if name else ANCHORS_OF_NONE
        for place in inside[np.unique(np.linspace(0, len(inside) - 1, min(most, len(inside))).astype(int))]:
            kept.append(
                Features(grams.indices[grams.indptr[place] : grams.indptr[place + 1]].astype(np.intp), counts[place], 0)
            )
            labels.append(number if name else -1)
    return Anchors(kept, labels)


def write(folder: Path, model: OutcomeModel) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "outcomes.bin").write_bytes(pack(model.columns, model.anchors))
    (folder / "outcomes.json").write_bytes(msgspec.json.format(msgspec.json.encode(model.manifest), indent=1) + b"\n")
