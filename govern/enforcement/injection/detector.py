"""Scores a text for prompt injection: examination, then a logistic model over what was measured."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from govern.enforcement.injection.definitions import MANNER
from govern.enforcement.injection.examination import FAMILIES, FEATURES, MEASURES, Row, examine
from govern.enforcement.injection.gathered import gathered
from govern.enforcement.injection.patterns import patterns_digest
from govern.enforcement.injection.reading import TextReader
from govern.enforcement.injection.rules import RULES
from govern.enforcement.injection.weights import FOLDER, WeightsDamaged, load

WORDED_FROM = -0.5
"""What the best window of n-grams says of a text that is worded as attacks are. Of held-out attacks that are blocked, 1.1 in 100 lie below."""
_BEST = FEATURES.index("best")
_MANNER = frozenset(number for number, rule in enumerate(RULES) if rule.name in MANNER)
_WORDS_IN_A_NAME = re.compile(r"[A-Za-z]{1,40}(?:_[A-Za-z]{1,40}){3,24}")
"""A sentence as a name: `ignore_all_previous_instructions`."""


def bounded(score: float, measured: Sequence[float], block_at: float) -> float:
    """The score, kept below ``block_at`` where rules alone speak for it: code and manuals meet a rule by chance, one word in thousands.

    ``measured`` are the measures of the examination that the score is from.
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
        """Raises WeightsDamaged when the model in ``folder`` is not whole or was trained for other features or patterns."""
        weights, self.manifest = load(folder)
        meta = self.manifest.meta
        if tuple(meta.features) != FEATURES:
            raise WeightsDamaged(
                "the model was trained for other features than this release measures; run `make train`"
            )
        if self.manifest.patterns != patterns_digest():
            raise WeightsDamaged("a pattern means something else than when the model was trained; run `make train`")
        self._reader = TextReader(weights)
        self._measures = meta.weights[: len(MEASURES)]
        self._families = meta.weights[len(MEASURES) : len(MEASURES) + len(FAMILIES)]
        self._rules = meta.weights[len(MEASURES) + len(FAMILIES) :]
        self.version = self.manifest.version

    def inspect(self, text: str, *, deadline: float | None = None) -> InjectionResult:
        """Raises `OutOfTime` past the deadline, in seconds of `time.thread_time()`."""
        seen = self._inspect(text, deadline)
        if (close := gathered(text)) is not None:
            said = self._inspect(close.text, deadline)
            higher = msgspec.structs.replace(said, span=close.original(said.span)) if said.score > seen.score else seen
            seen = msgspec.structs.replace(higher, told=max(said.told, seen.told))
        if text.count("_") < 3 or not (names := list(dict.fromkeys(_WORDS_IN_A_NAME.findall(text)))):
            return seen
        said = self._inspect("\n".join(names).replace("_", " "), deadline)
        higher = said if said.score > seen.score else seen
        return msgspec.structs.replace(
            higher, span=seen.span if higher is seen else None, told=max(said.told, seen.told)
        )

    def _inspect(self, text: str, deadline: float | None) -> InjectionResult:
        rows = examine(text, self._reader, deadline=deadline)
        score, worst = self._score(rows, manner=True)
        rules = sorted({rule for row in rows for rule in row.rules}, key=self._rules.__getitem__, reverse=True)
        told = score if _MANNER.isdisjoint(rules) else self._score(rows, manner=False)[0]
        start, end = rows[worst].evidence
        names = tuple(RULES[place].name for place in rules)
        return InjectionResult(score, names, (start, end) if end > start else None, self.version, min(told, score))

    def _score(self, rows: list[Row], *, manner: bool) -> tuple[float, int]:
        """The score of the worst block, and which one that is."""
        logits = [self._logit(row, manner) for row in rows]
        worst = logits.index(max(logits))
        score = self.manifest.meta.calibrated(logits[worst])
        return bounded(score, rows[worst].measures, self.manifest.block_at), worst

    def _logit(self, row: Row, manner: bool) -> float:
        """Added up from left to right, so that it has the same bits everywhere."""
        total = 0.0
        for value, weight in zip(row.measures, self._measures, strict=True):
            total += value * weight
        for family in row.families:
            total += self._families[family]
        for rule in row.rules:
            if manner or rule not in _MANNER:
                total += self._rules[rule]
        return total + self.manifest.meta.bias
