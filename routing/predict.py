"""The chance that a model answers a prompt well, and what that would cost, by recorded outcomes.

Log odds of a good answer = what the model reaches on prompts like this one, and the prompt's own hardness. A trained likeness tells to
which groups of recorded prompts it belongs; where a model was not measured in a group, its ability stands for it (Rasch: the group's
middle and the model's ability). A prompt that is like no group is judged by the table of its task. What is dear is not thereby good:
price is no feature.
"""

import math
from collections.abc import Sequence

import numpy as np

from routing.describe import Description
from routing.ngrams import Features, features
from routing.outcome_model import Measured, OutcomeModel, shipped

_GUESSED = 0.02
"""How much a model's ability says of a group in which it was not measured, beside where it was."""
_LONGEST_FACTOR = 1.5
"""Natural logarithm of how much longer or shorter than usual an answer is expected to be at most."""
_UNKNOWN_OUTPUT_TOKENS = 200.0
_CHARACTERS_PER_TOKEN = 4.0
_SUREST = 12.0
"""Log odds of a group; beyond it nothing is surer."""


class Prediction:
    """What one prompt is like. Made once a call, then asked about each candidate."""

    __slots__ = ("_groups", "_hardness", "_length", "_model", "_task", "_weights", "input_tokens")

    def __init__(self, model: OutcomeModel, seen: Features, task: str, input_tokens: float | None = None) -> None:
        self._model = model
        self._task = task
        deviations = model.deviations_of(seen.counts)
        sums = model.columns.take(seen.buckets, axis=0).sum(axis=0, dtype=np.int32) * model.scales
        sums /= math.sqrt(max(1, len(seen.buckets)))
        general = float(sums[0] + deviations @ model.counts)
        alike = np.exp((sums[1:] + model.group_like @ deviations + model.group_constant).clip(-_SUREST, _SUREST))
        self._weights = alike.tolist()
        share = alike / (1.0 + alike.sum())
        none = 1.0 - float(share.sum())
        self._hardness = general * (float(share @ model.group_share) + none) + float(
            share @ (model.group_counts @ deviations)
        )
        longer = float(share @ (model.group_length @ deviations))
        self._length = math.exp(max(-_LONGEST_FACTOR, min(_LONGEST_FACTOR, longer)))
        per_token = float(share @ model.group_characters) + none * _CHARACTERS_PER_TOKEN
        self.input_tokens = math.expm1(float(seen.counts[0])) / per_token if input_tokens is None else input_tokens

    def chance(self, name: str) -> float:
        """Of a good answer by a model, 0 to 1."""
        known = self._model.manifest.models.get(name)
        return _bounded(self._level(name) + (known.slope if known else 1.0) * self._hardness)

    def usual(self, name: str) -> float:
        """The chance on a prompt of this kind that is neither hard nor easy."""
        return _bounded(self._level(name))

    def _level(self, name: str) -> float:
        manifest = self._model.manifest
        known = manifest.models.get(name)
        ability = known.ability if known else manifest.newcomer
        measured = known.groups if known else {}
        total, weight = self._by_task(known, ability), 1.0
        for group, alike in zip(manifest.groups, self._weights, strict=True):
            value = measured.get(group.name)
            if value is None:
                value, alike = group.middle + ability, alike * _GUESSED
            total += alike * value
            weight += alike
        return total / weight

    def usd(self, name: str) -> float | None:
        """Expected cost of a call in US dollars, by the prices that were recorded; None where none were."""
        known = self._model.manifest.models.get(name)
        if known is None or known.usd_per_token is None:
            return None
        into, out = known.usd_per_token
        return self.input_tokens * into + self.output_tokens(name) * out

    def output_tokens(self, name: str) -> float:
        """How long an answer of a model is expected to be."""
        known = self._model.manifest.models.get(name)
        usual = known.output_tokens if known else {}
        total, weight = math.log(max(1.0, usual.get("", _UNKNOWN_OUTPUT_TOKENS))), 1.0
        for group, alike in zip(self._model.manifest.groups, self._weights, strict=True):
            if (mean := usual.get(group.name)) is not None:
                total += alike * math.log(max(1.0, mean))
                weight += alike
        return math.exp(total / weight) * self._length

    def _by_task(self, known: Measured | None, ability: float) -> float:
        if known and (value := known.tasks.get(self._task)) is not None:
            return value
        middles = self._model.manifest.tasks
        return middles.get(self._task, middles[""]) + ability


def _bounded(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def predict(
    description: Description, text: str, candidates: Sequence[str], *, model: OutcomeModel | None = None
) -> dict[str, float]:
    """Candidate → calibrated chance of a good answer to the text that was asked last. Names that nobody measured get a newcomer's.

    Raises OutcomesDamaged where the shipped files are not whole.
    """
    prediction = Prediction(model or shipped(), features(text), description.task)
    return {name: prediction.chance(name) for name in candidates}
