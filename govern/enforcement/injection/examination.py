"""Everything the meta model looks at, measured from one text: scores, matched rules, decoding views, hidden and disguised characters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.clock import check
from govern.enforcement.injection import scorer
from govern.enforcement.injection.fold import Folded, fold
from govern.enforcement.injection.patterns import TRIGGER_NAMES, database
from govern.enforcement.injection.rules import RULES
from govern.enforcement.injection.scorer import NOTHING, Scores
from govern.enforcement.injection.views import ENCODINGS, View, open_views
from govern.enforcement.injection.weights import Weights
from govern.enforcement.injection.windows import STEP_CHARACTERS, blocks
from govern.enforcement.normalise import Normalised, normalise

FAMILIES = tuple(dict.fromkeys(rule.name.partition(".")[0] for rule in RULES))
MEASURES = (
    "best", "best_positive", "top", "mean", "whole", "log_words", "log_blocks", "view_best", "hidden", "invisible", "lookalikes", "rules_matched", "families_matched",
)  # fmt: skip
FEATURES = (*MEASURES, *(f"family.{family}" for family in FAMILIES), *(rule.name for rule in RULES))
_FAMILY_OF = np.array([FAMILIES.index(rule.name.partition(".")[0]) for rule in RULES])
_FLOOR = -4.0
_MOST_BLOCKS = 4  # training texts have no more: what a longer text weighs must not be guessed from them

_MOST_DEEPER = 4
"""Views that are opened within views, once more and no further."""


class Examination(NamedTuple):
    """``values``: a row a block, columns in the order of ``FEATURES``; ``rules``: positions in ``RULES``, ``spans``: evidence in the original, by block."""

    values: NDArray[np.float64]
    rules: list[list[int]]
    spans: list[tuple[int, int]]


class _Block:
    """What was seen in one stretch of the visible text, and in the views that begin in it."""

    __slots__ = ("evidence", "rules", "scores", "view")

    def __init__(self, scores: Scores, rules: set[int], evidence: tuple[int, int]) -> None:
        self.scores = scores
        self.rules = rules
        self.evidence = evidence
        self.view = NOTHING

    def add_view(self, scores: Scores, rules: set[int], place: tuple[int, int]) -> None:
        self.rules |= rules
        if scores.best > self.view.best:
            self.view = scores
            if scores.best > self.scores.best:
                self.evidence = place


def _matches(folded: Folded) -> tuple[set[int], set[str]]:
    """The rules and the triggers that match."""
    rules: set[int] = set()
    triggers: set[str] = set()
    for pattern, _, _ in database().find(folded.encode()):
        if pattern < len(RULES):
            rules.add(pattern)
        else:
            triggers.add(TRIGGER_NAMES[pattern - len(RULES)])
    return rules, triggers


def examine(text: str, weights: Weights, *, deadline: float | None = None) -> Examination:
    """Linear in the length of ``text``; never fails on a ``str``. Raises `OutOfTime` past the deadline."""
    normalised = normalise(text)
    folded = fold(normalised.text)
    found: list[_Block] = []
    triggered: set[str] = set()
    deeper = 0
    for offset, block in blocks(folded):
        check(deadline)
        rules, triggers = _matches(block)
        triggered |= triggers
        scores = scorer.score_block(block, offset, weights)
        evidence = normalised.original_span(scores.start, scores.end) if scores.end else (0, 0)
        found.append(_Block(scores, rules, evidence))
    for view, original in _views(normalised, folded, sorted(triggered), deadline):
        check(deadline)
        around = found[min(view.start // STEP_CHARACTERS, len(found) - 1)]
        plain = normalise(view.text).text
        unfolded = fold(plain)
        rules, triggers = _matches(unfolded)
        around.add_view(scorer.score(unfolded, weights), rules, original)
        if deeper < _MOST_DEEPER and triggers & ENCODINGS and view.kind in ENCODINGS:
            for inner in open_views(plain, unfolded, sorted(triggers & ENCODINGS), deadline=deadline):
                check(deadline)
                deeper += 1
                innermost = fold(normalise(inner.text).text)
                around.add_view(scorer.score(innermost, weights), _matches(innermost)[0], original)
    values = np.array([_values(block, len(found), normalised) for block in found])
    return Examination(values, [sorted(block.rules) for block in found], [block.evidence for block in found])


def _views(
    normalised: Normalised, folded: Folded, triggers: list[str], deadline: float | None
) -> Iterator[tuple[View, tuple[int, int]]]:
    for view in open_views(normalised.text, folded, triggers, deadline=deadline):
        yield view, normalised.original_span(view.start, view.end)
    for text in normalised.hidden:
        yield View("hidden", text.text[:8192], normalised.position(text.start), 0), (text.start, text.end)


def _values(block: _Block, count: int, normalised: Normalised) -> NDArray[np.float64]:
    values = np.zeros(len(FEATURES))
    main, view, rules = block.scores, block.view, sorted(block.rules)
    best = max(main.best, view.best, _FLOOR)
    families = np.zeros(len(FAMILIES), np.bool_)
    families[_FAMILY_OF[rules]] = True
    values[: len(MEASURES)] = (
        best, max(best, 0.0), max(main.top, view.top, _FLOOR), max(main.mean, _FLOOR), max(main.whole, view.whole, _FLOOR), math.log1p(main.words), math.log(min(count, _MOST_BLOCKS)),
        max(view.best, _FLOOR), bool(normalised.hidden), math.log1p(normalised.invisible), math.log1p(normalised.lookalikes),
        math.log1p(len(rules)), int(families.sum()),
    )  # fmt: skip
    values[len(MEASURES) : len(MEASURES) + len(FAMILIES)] = families
    values[len(MEASURES) + len(FAMILIES) :][rules] = 1.0
    return values
