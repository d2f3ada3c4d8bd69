"""Scores a text for prompt injection: examination, then a logistic model over what was measured."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from govern.enforcement.injection.definitions import MANNER
from govern.enforcement.injection.examination import FEATURES, examine
from govern.enforcement.injection.rules import RULES
from govern.enforcement.injection.weights import FOLDER, WeightsDamaged, load

WORDED_FROM = -0.5
"""What the best window of n-grams says of a text that is worded as attacks are. Of held-out attacks that are blocked, 1.1 in 100 lie below."""
_BEST = FEATURES.index("best")
_WORDS_IN_A_NAME = re.compile(r"[A-Za-z]{1,40}(?:_[A-Za-z]{1,40}){3,24}")
"""A sentence as a name: `ignore_all_previous_instructions`."""


def bounded(score: float, measured: NDArray[np.float64], block_at: float) -> float:
    """The score, kept below ``block_at`` where rules alone speak for it: code and manuals meet a rule by chance, one word in thousands.

    ``measured`` is the row of the examination that the score is from.
    """
    return score if measured[_BEST] >= WORDED_FROM else min(score, block_at - 0.001)


class InjectionResult(msgspec.Struct, frozen=True):
    """What the detector saw: ``score`` in [0, 1], names of the rules that matched from the weightiest, evidence span in the caller's text, in characters."""

    score: float
    rules: tuple[str, ...]
    span: tuple[int, int] | None
    version: str
    told: float = 0.0
    """The score if it is the text's business to tell a model how to work: rules of manner are no evidence then (see ``definitions``)."""


class InjectionDetector:
    """Give it text from an untrusted role; it never fails on any ``str``, and takes time and memory linear in its length.

    A score of 0.9 is where one honest text in a thousand was above in held-out sources, 0.5 where six in a thousand were.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        """Raises WeightsDamaged when the model in ``folder`` is not whole or was trained for other features."""
        self._weights, self.manifest = load(folder)
        meta = self.manifest.meta
        if tuple(meta.features) != FEATURES:
            raise WeightsDamaged(
                "the model was trained for other features than this release measures; run `make train`"
            )
        self._meta = np.array(meta.weights)
        self._strength = self._meta[-len(RULES) :].tolist()
        self._manner = self._meta.copy()
        for name in MANNER:
            self._manner[FEATURES.index(name)] = 0.0
        self.version = self.manifest.version

    def inspect(self, text: str, *, deadline: float | None = None) -> InjectionResult:
        """Raises `OutOfTime` past the deadline, in seconds of `time.thread_time()`."""
        seen = self._inspect(text, deadline)
        if text.count("_") < 3 or not (names := list(dict.fromkeys(_WORDS_IN_A_NAME.findall(text)))):
            return seen
        said = self._inspect("\n".join(names).replace("_", " "), deadline)
        higher = said if said.score > seen.score else seen
        return msgspec.structs.replace(
            higher, span=seen.span if higher is seen else None, told=max(said.told, seen.told)
        )

    def _inspect(self, text: str, deadline: float | None) -> InjectionResult:
        seen = examine(text, self._weights, deadline=deadline)
        score, worst = self._score(seen.values, self._meta)
        told, _ = self._score(seen.values, self._manner)
        rules = sorted(set().union(*seen.rules), key=self._strength.__getitem__, reverse=True)
        start, end = seen.spans[worst]
        names = tuple(RULES[place].name for place in rules)
        return InjectionResult(score, names, (start, end) if end > start else None, self.version, min(told, score))

    def _score(self, values: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, int]:
        """The score of the worst block, and which one that is."""
        meta = self.manifest.meta
        logits = values @ weights
        worst = int(logits.argmax())
        score = meta.calibrated(float(logits[worst]) + meta.bias)
        return bounded(score, values[worst], self.manifest.block_at), worst
