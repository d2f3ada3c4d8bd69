"""Scores a text for prompt injection: examination, then a logistic model over what was measured."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import NamedTuple

import msgspec

from govern.enforcement.injection.definitions import MANNER, planted
from govern.enforcement.injection.examination import FAMILIES, FEATURES, families_near, families_of, matched_in, rows_of
from govern.enforcement.injection.gathered import FEWEST_BREAKS, SHORTEST_GAP, Gathered, gathered
from govern.enforcement.injection.measures import MEASURES, weighed
from govern.enforcement.injection.patterns import Matched, patterns_digest
from govern.enforcement.injection.reading import Reading, TextReader
from govern.enforcement.injection.rules import RULES
from govern.enforcement.injection.weights import FOLDER, WeightsDamaged, load

FAMILIES_TO_BLOCK = 2
WORDED_FROM = -0.5
"""What the best window of n-grams says of a text that is worded as attacks are. Of held-out attacks that are blocked, 1.1 in 100 lie below."""
_MANNER = frozenset(number for number, rule in enumerate(RULES) if rule.name in MANNER)
_WORDS_IN_A_NAME = re.compile(r"[A-Za-z]{1,40}(?:(?:_[A-Za-z]{1,40}){3,24}|(?:[-+][A-Za-z]{1,40}){5,24})")
"""A sentence as a name or a part of an address: `ignore_all_previous_instructions`."""
_UNDERSCORED = re.compile(r"_(?:[A-Za-z]{1,40}_){2}[A-Za-z]")
_HYPHENED = re.compile(r"[-+](?:[A-Za-z]{1,40}[-+]){4}[A-Za-z]")
"""One of the two stands in each of them. They begin with what hardly any text has, so they are quick to be looked for."""
_BETWEEN_WORDS = str.maketrans("_-+", "   ")
_NEAR = MEASURES.index("families_near")
_GAP = b" " * SHORTEST_GAP
_RULE_NAMES = tuple(rule.name for rule in RULES)


def bounded(score: float, best: float, near: float, block_at: float) -> float:
    """The score, pressed below ``block_at`` in its order where one rule alone speaks for it: manuals meet one by chance, one word in thousands.

    ``best`` is what the best window of n-grams says, ``near`` how many families of rules match there.
    """
    if score < block_at or best >= WORDED_FROM or near >= FAMILIES_TO_BLOCK:
        return score
    return block_at - 0.001 + 0.0009 * (score - block_at) / (1.0 - block_at)


def _has_a_long_name(text: str) -> bool:
    """Whether `_WORDS_IN_A_NAME` may match."""
    return ("_" in text and _UNDERSCORED.search(text) is not None) or _HYPHENED.search(text) is not None


class InjectionResult(msgspec.Struct, frozen=True):
    """What the detector saw: ``score`` in [0, 1], names of the rules that matched from the weightiest, evidence span in the caller's text, in characters."""

    score: float
    rules: tuple[str, ...]
    span: tuple[int, int] | None
    version: str
    told: float = 0.0
    """The score if it is the text's business to tell a model how to work: rules of manner are no evidence then (see ``definitions``)."""
    planted: str = ""
    """The rule of ``definitions`` that it breaks, where it was said to be one."""


class _Weighed(NamedTuple):
    """A ``Row`` and what its measures come to; of them the first, ``best``, is there in any case."""

    total: float
    measures: tuple[float, ...]
    families: list[int]
    rules: list[int]
    evidence: tuple[int, int]
    near: int


class InjectionDetector:
    """Give it text from an untrusted role; it never fails on any ``str``, and takes time and memory linear in its length.

    A score of 0.5 flags and one of 0.9 blocks where mistakes cost least on held-out sources (``training/costs.py``).
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
        self._measures = meta.weights[: len(MEASURES)]
        self._reader = TextReader(weights, self._measures)
        self._families = meta.weights[len(MEASURES) : len(MEASURES) + len(FAMILIES)]
        self._rules = meta.weights[len(MEASURES) + len(FAMILIES) :]
        self.version = self.manifest.version

    def inspect(self, text: str, *, deadline: float | None = None, definition: str | None = None) -> InjectionResult:
        """``definition``: the whole of the one that the text is, in which something may be planted. Raises `OutOfTime` past the deadline, in
        seconds of `time.thread_time()`."""
        reading = self._reader.read(text, deadline=deadline)
        seen = self._judge(reading, deadline)
        broken = ""
        if definition is not None:
            whole = reading if definition == text else self._reader.read(definition, deadline=deadline)
            broken = planted(whole.folded) or ""
        if (close := self._gathered(text, reading)) is not None:
            said = self._judge(self._reader.read(close.text, deadline=deadline), deadline)
            higher = msgspec.structs.replace(said, span=close.original(said.span)) if said.score > seen.score else seen
            seen = msgspec.structs.replace(higher, told=max(said.told, seen.told))
        if broken:
            seen = msgspec.structs.replace(seen, planted=broken)
        if not _has_a_long_name(text) or not (names := list(dict.fromkeys(_WORDS_IN_A_NAME.findall(text)))):
            return seen
        said = self._judge(self._reader.read("\n".join(names).translate(_BETWEEN_WORDS), deadline=deadline), deadline)
        higher = said if said.score > seen.score else seen
        span = seen.span if higher is seen else None
        return msgspec.structs.replace(higher, span=span, told=max(said.told, seen.told), planted=seen.planted)

    def _gathered(self, text: str, reading: Reading) -> Gathered | None:
        """``gathered``, unless it can be told from the reading that nothing is drawn apart: all blanks are spaces when folded."""
        apart = not reading.plain or _GAP in reading.folded or text.count("\n") >= FEWEST_BREAKS
        return gathered(text) if apart else None

    def _judge(self, reading: Reading, deadline: float | None) -> InjectionResult:
        matched = matched_in(reading, deadline)
        if reading.plain and reading.leet is None and not any(triggers for _, triggers in matched):
            weighed_rows = self._as_they_stand(reading, matched)
        else:
            rows = rows_of(reading, matched, self._reader, deadline=deadline)
            weighed_rows = [
                _Weighed(weighed(row.measures, self._measures), *row, int(row.measures[_NEAR])) for row in rows
            ]
        score, worst = self._score(weighed_rows, manner=True)
        start, end = weighed_rows[worst].evidence
        span = (start, end) if end > start else None
        if not any(row.rules for row in weighed_rows):
            return InjectionResult(score, (), span, self.version, score)
        rules = sorted({rule for row in weighed_rows for rule in row.rules}, key=self._rules.__getitem__, reverse=True)
        told = score if _MANNER.isdisjoint(rules) else self._score(weighed_rows, manner=False)[0]
        return InjectionResult(
            score, tuple([_RULE_NAMES[rule] for rule in rules]), span, self.version, min(told, score)
        )

    def _as_they_stand(self, reading: Reading, matched: list[Matched]) -> list[_Weighed]:
        """What ``rows_of`` comes to where there are no views and nothing is hidden: all but the rules was added up while reading."""
        rows = []
        of_rules, of_families, of_near = self._measures[-3:]
        for row, (rules, _) in zip(reading.blocks, matched, strict=True):
            best, _, _, _, total, _, start, end, *_ = row
            families: list[int] = []
            near = 0
            if rules:
                families, near = families_of(rules), families_near(reading, row, rules)
                total = total + math.log1p(len(rules)) * of_rules + float(len(families)) * of_families
                total = total + float(near) * of_near
            if end and reading.moved:
                start, end = reading.normalised.original_span(start, end)
            rows.append(_Weighed(total, (best,), families, sorted(rules), (start, end), near))
        return rows

    def _score(self, rows: list[_Weighed], *, manner: bool) -> tuple[float, int]:
        """The score of the worst block, and which one that is."""
        logits = [self._logit(row, manner) for row in rows]
        worst = logits.index(max(logits)) if len(logits) > 1 else 0
        score = self.manifest.meta.calibrated(logits[worst])
        return bounded(score, rows[worst].measures[0], rows[worst].near, self.manifest.block_at), worst

    def _logit(self, row: _Weighed, manner: bool) -> float:
        """Added up from left to right, so that it has the same bits everywhere."""
        total = row.total
        for family in row.families:
            total += self._families[family]
        for rule in row.rules:
            if manner or rule not in _MANNER:
                total += self._rules[rule]
        return total + self.manifest.meta.bias
