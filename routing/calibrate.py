"""Takes a few recorded outcomes of prompts that the predictor has not seen into account: about a hundred rows of each source do.

Each source becomes a group beside those that were trained: how likely each model is to answer its prompts well (drawn to what its ability
says, since a hundred rows say little about small differences), what makes them hard, how long answers are, what tokens cost, and by which
words they are told. Everything here is NumPy; nothing of it runs during a call.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from routing.ngrams import BUCKETS, COUNTS, Features, features
from routing.outcome_model import Group, Measured, OutcomeModel
from routing.outcome_rows import Outcome, OutcomeRow, text_of

_LEVEL_VARIANCE = 0.8
"""Of a model's log odds in a new group around what its ability says, if it has rows elsewhere."""
_NEW_VARIANCE = 2.0
_COUNT_STRENGTH, _SHARE_STRENGTH = 12.0, 4.0
"""How strongly the counts' own part, and the share of the general hardness (around 1), are held back."""
_LENGTH_STRENGTH = 30.0
_NEWTON_STEPS = 25
_LIKE_STEPS, _LIKE_RATE, _LIKE_STRENGTH = 150, 2.0, 1e-3
_GRAM_SCALE = 5.0


class _Texts:
    """Prompts as features. row: the prompt of each n-gram."""

    def __init__(self, seen: Sequence[Features]) -> None:
        self.count = len(seen)
        lengths = np.array([len(each.buckets) for each in seen], np.intp)
        self.buckets = np.concatenate([each.buckets for each in seen])
        self.row = np.repeat(np.arange(len(seen)), lengths)
        self.length = np.maximum(1, lengths)
        self.counts = np.array([each.counts for each in seen])
        self.weight = (1 / np.sqrt(self.length))[self.row]

    def sums(self, column: NDArray[np.float64]) -> NDArray[np.float64]:
        """A column's sum over the n-grams of each prompt, over the root of how many they are."""
        return np.bincount(self.row, column[self.buckets] * self.weight, self.count).astype(np.float64)

    def back(self, of_rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each n-gram gets of the values of its prompts."""
        return np.bincount(self.buckets, of_rows[self.row] * self.weight, BUCKETS).astype(np.float64)


def calibrated(model: OutcomeModel, rows: Sequence[OutcomeRow]) -> OutcomeModel:
    """The model with a group for each source of the rows. Models that only the rows know are candidates like any other from then on.

    Raises ValueError without any row.
    """
    if not rows:
        raise ValueError("there are no recorded outcomes to calibrate by")
    sources: dict[str, list[OutcomeRow]] = {}
    for row in rows:
        sources.setdefault(row.source, []).append(row)
    taken = {group.name for group in model.manifest.groups}
    for source, of_source in sources.items():
        name = source
        while name in taken:
            name += "+"
        taken.add(name)
        model = _with_group(model, name, of_source)
    return _with_likeness(model, [[features(text_of(row.messages)) for row in part] for part in sources.values()])


def _with_group(model: OutcomeModel, name: str, rows: Sequence[OutcomeRow]) -> OutcomeModel:
    """The model with one more group, which no prompt is like yet."""
    manifest = model.manifest
    texts = _Texts([features(text_of(row.messages)) for row in rows])
    deviations = model.deviations_of(texts.counts)
    general = texts.sums(model.columns[:, 0] * model.scales[0]) + deviations @ model.counts
    names = sorted({each for row in rows for each in row.outcomes})
    good = np.array([[_of(row, each, "correct") for each in names] for row in rows])
    known = [manifest.models.get(each) for each in names]
    abilities = np.array([each.ability if each else np.nan for each in known])
    slopes = np.array([each.slope if each else 1.0 for each in known])
    levels, middle, share, by_count = _fit(good, abilities, slopes, general, deviations)
    tokens = np.array([[_of(row, each, "output_tokens") for each in names] for row in rows])
    into = np.array([[_of(row, each, "input_tokens") for each in names] for row in rows])
    models = dict(manifest.models)
    for column, each in enumerate(names):
        before = known[column] or Measured(float(np.clip(levels[column] - middle, -3.0, 3.0)), {}, {})
        told = tokens[~np.isnan(tokens[:, column]), column]
        mean = {name: float(told.mean())} if len(told) else {}
        models[each] = msgspec.structs.replace(
            before,
            groups={**before.groups, name: float(levels[column])},
            usd_per_token=before.usd_per_token or _prices([row.outcomes[each] for row in rows if each in row.outcomes]),
            output_tokens={**({"": float(told.mean())} if len(told) else {}), **before.output_tokens, **mean},
            rows=before.rows + int((~np.isnan(good[:, column])).sum()),
        )
    characters = float(np.expm1(texts.counts[:, 0]).sum())
    counted = float(np.nansum(np.nanmean(into, axis=1))) if not np.isnan(into).all(axis=1).any() else 0.0
    per_token = characters / counted if counted > 0 else 4.0
    group = Group(
        name, middle, [0.0] * len(COUNTS), 0.0, by_count.tolist(), _length(tokens, deviations).tolist(), per_token, share, len(rows)
    )  # fmt: skip
    changed = msgspec.structs.replace(
        manifest, groups=[*manifest.groups, group], models=models, scales=[*manifest.scales, 1.0]
    )
    return OutcomeModel(changed, np.column_stack([model.columns, np.zeros(BUCKETS, np.int8)]), model.anchors)


def _of(row: OutcomeRow, name: str, field: str) -> float:
    outcome = row.outcomes.get(name)
    value = getattr(outcome, field) if outcome else None
    return float("nan") if value is None else float(value)


def _fit(
    good: NDArray[np.float64], abilities: NDArray[np.float64], slopes: NDArray[np.float64],
    general: NDArray[np.float64], deviations: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float, float, NDArray[np.float64]]:  # fmt: skip
    """Levels of the models, the group's middle, its share of the general hardness, weights of its counts: Newton's method on the
    penalised likelihood."""
    row, column = np.nonzero(~np.isnan(good))
    models = good.shape[1]
    design = np.zeros((len(row), models + 1 + deviations.shape[1]))
    design[np.arange(len(row)), column] = 1.0
    design[:, models] = slopes[column] * general[row]
    design[:, models + 1 :] = slopes[column, None] * deviations[row]
    answer = good[row, column]
    # a prompt's outcomes are not independent of each other: they count as the square root of how many they are
    weight = 1 / np.sqrt(np.bincount(row, minlength=len(good)))[row]
    weight = weight * np.sqrt(models) ** 0.5
    known = ~np.isnan(abilities)
    strength = np.concatenate(
        [np.where(known, 1 / _LEVEL_VARIANCE, 1 / _NEW_VARIANCE), [_SHARE_STRENGTH], np.full(deviations.shape[1], _COUNT_STRENGTH)]
    )  # fmt: skip
    theta = np.zeros(design.shape[1])
    theta[models] = 1.0
    middle = 0.0
    for _ in range(_NEWTON_STEPS):
        centre = np.zeros_like(theta)
        centre[:models] = middle + np.where(known, np.nan_to_num(abilities), 0.0)
        centre[models] = 1.0
        chance = 1 / (1 + np.exp(-(design @ theta).clip(-30, 30)))
        gradient = design.T @ (weight * (answer - chance)) - strength * (theta - centre)
        curve = (design * (weight * np.maximum(chance * (1 - chance), 1e-4))[:, None]).T @ design + np.diag(strength)
        theta = theta + np.linalg.solve(curve, gradient).clip(-2.0, 2.0)
        middle = float(np.mean(theta[:models] - np.where(known, np.nan_to_num(abilities), 0.0)))
    return theta[:models], middle, float(theta[models]), theta[models + 1 :]


def _prices(outcomes: Sequence[Outcome]) -> tuple[float, float] | None:
    """US dollars of a token in and out, by least squares; None where costs or tokens were not recorded."""
    told = [
        (each.input_tokens, each.output_tokens, each.usd)
        for each in outcomes
        if None not in (each.input_tokens, each.output_tokens, each.usd)
    ]
    if len(told) < 2:
        return None
    table = np.array(told, np.float64)
    found = np.linalg.lstsq(table[:, :2], table[:, 2], rcond=None)[0]
    return float(max(0.0, found[0])), float(max(0.0, found[1]))


def _length(tokens: NDArray[np.float64], deviations: NDArray[np.float64]) -> NDArray[np.float64]:
    """How counts change the logarithm of an answer's length beside each model's mean."""
    told = ~np.isnan(tokens)
    logs = np.log(np.maximum(1.0, np.where(told, tokens, 1.0)))
    means = (logs * told).sum(axis=0) / np.maximum(1, told.sum(axis=0))
    longer = ((logs - means) * told).sum(axis=1) / np.maximum(1, told.sum(axis=1))
    centred = deviations - deviations.mean(axis=0)
    return np.asarray(
        np.linalg.solve(centred.T @ centred + _LENGTH_STRENGTH * np.eye(centred.shape[1]), centred.T @ longer)
    )


def _with_likeness(model: OutcomeModel, groups: Sequence[Sequence[Features]]) -> OutcomeModel:
    """The model whose last groups are told by their words, beside those that were trained: a multinomial model in which the trained
    groups stay as they are, fitted on the new prompts and on the anchors of the old."""
    first = len(model.manifest.groups) - len(groups)
    seen = [*model.anchors.features, *(each for group in groups for each in group)]
    label = [*model.anchors.group, *(first + number for number, group in enumerate(groups) for _ in group)]
    texts = _Texts(seen)
    deviations = model.deviations_of(texts.counts)
    target = np.array(label)[:, None] == np.arange(first, first + len(groups))
    sizes = np.bincount(np.array(label) + 1, minlength=first + len(groups) + 1)
    weight = 1 / np.sqrt(sizes[np.array(label) + 1])
    weight /= weight.sum()
    fixed = np.zeros((texts.count, 1 + first))
    for number in range(first):
        by_gram = texts.sums(model.columns[:, 1 + number] * model.scales[1 + number])
        fixed[:, 1 + number] = by_gram + deviations @ model.group_like[number] + model.group_constant[number]
    grams, counts, constant = (
        np.zeros((BUCKETS, len(groups))),
        np.zeros((len(COUNTS), len(groups))),
        np.zeros(len(groups)),
    )
    pace = np.zeros_like(grams), np.zeros_like(counts), np.zeros_like(constant)
    for _ in range(_LIKE_STEPS):
        logits = np.column_stack(
            [
                fixed,
                *(
                    texts.sums(grams[:, k]) * _GRAM_SCALE + deviations @ counts[:, k] + constant[k]
                    for k in range(len(groups))
                ),
            ]
        )
        chance = np.exp(logits - logits.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        miss = weight[:, None] * (target - chance[:, first + 1 :])
        slopes = (
            np.column_stack([texts.back(miss[:, k]) for k in range(len(groups))]) * _GRAM_SCALE
            - _LIKE_STRENGTH * grams,
            deviations.T @ miss - _LIKE_STRENGTH * counts,
            miss.sum(axis=0),
        )
        for moved, speed, slope in zip((grams, counts, constant), pace, slopes, strict=True):
            speed *= 0.9
            speed += _LIKE_RATE * slope
            moved += 0.1 * speed
    steps = [float(np.abs(grams[:, k]).max() * _GRAM_SCALE / 127) or 1.0 for k in range(len(groups))]
    columns = model.columns.copy()
    changed = list(model.manifest.groups)
    scales = list(model.manifest.scales)
    for k, step in enumerate(steps):
        columns[:, 1 + first + k] = np.rint(grams[:, k] * _GRAM_SCALE / step)
        scales[1 + first + k] = step
        changed[first + k] = msgspec.structs.replace(
            changed[first + k], like=counts[:, k].tolist(), like_constant=float(constant[k])
        )
    return OutcomeModel(msgspec.structs.replace(model.manifest, groups=changed, scales=scales), columns, model.anchors)
