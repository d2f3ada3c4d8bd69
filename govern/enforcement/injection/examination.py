"""Everything the meta model looks at, measured from one text: scores, matched rules, decoding views, hidden and disguised characters."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.injection import scorer
from govern.enforcement.injection.fold import Folded, fold
from govern.enforcement.injection.patterns import TRIGGER_NAMES, database
from govern.enforcement.injection.rules import RULES
from govern.enforcement.injection.scorer import NOTHING, Scores
from govern.enforcement.injection.views import View, open_views
from govern.enforcement.injection.weights import Weights
from govern.enforcement.normalise import Normalised, normalise

FAMILIES = tuple(dict.fromkeys(rule.name.partition(".")[0] for rule in RULES))
MEASURES = (
    "best", "best_positive", "top", "mean", "whole", "log_words", "surprise", "surprise_peak", "concealed", "view_best", "hidden", "invisible", "lookalikes", "rules_matched", "families_matched",
)  # fmt: skip
FEATURES = (*MEASURES, *(f"family.{family}" for family in FAMILIES), *(rule.name for rule in RULES))
_FAMILY_OF = np.array([FAMILIES.index(rule.name.partition(".")[0]) for rule in RULES])
_FLOOR = -4.0


class Examination(NamedTuple):
    """``values`` in the order of ``FEATURES``; ``rules`` are positions in ``RULES``; ``start`` and ``end`` delimit the evidence in the original."""

    values: NDArray[np.float64]
    rules: tuple[int, ...]
    start: int
    end: int


class _Part(NamedTuple):
    """One text and what was seen in it: the visible text, or a view of a slice of it (``slice`` in the normalised or original text)."""

    scores: Scores
    rules: list[int]
    triggers: list[str]


def _look(folded: Folded, weights: Weights) -> _Part:
    rules: list[int] = []
    triggers: list[str] = []
    for pattern, _, _ in database().find(folded.encode()):
        if pattern < len(RULES):
            rules.append(pattern)
        else:
            triggers.append(TRIGGER_NAMES[pattern - len(RULES)])
    return _Part(scorer.score(folded, weights), rules, triggers)


def examine(text: str, weights: Weights) -> Examination:
    """Linear in the length of ``text``; never raises for a ``str``."""
    normalised = normalise(text)
    folded = fold(normalised.text)
    main = _look(folded, weights)
    rules = set(main.rules)
    best, view_best, span = main.scores, NOTHING, (main.scores.start, main.scores.end)
    evidence = normalised.original_span(*span) if span[1] else (0, 0)
    for view, original in _views(normalised, folded, main.triggers):
        part = _look(fold(normalise(view.text).text), weights)
        rules.update(part.rules)
        if part.scores.best > view_best.best:
            view_best = part.scores
            if part.scores.best > best.best:
                evidence = original
    return Examination(_values(main.scores, view_best, sorted(rules), normalised), tuple(sorted(rules)), *evidence)


def _views(normalised: Normalised, folded: Folded, triggers: list[str]) -> list[tuple[View, tuple[int, int]]]:
    found = [
        (view, normalised.original_span(view.start, view.end)) for view in open_views(normalised.text, folded, triggers)
    ]
    hidden = [
        (View("hidden", text.text[:8192], text.start, text.end), (text.start, text.end))
        for text in normalised.hidden[:8]
    ]
    return found + hidden


def _values(main: Scores, view: Scores, rules: list[int], normalised: Normalised) -> NDArray[np.float64]:
    values = np.zeros(len(FEATURES))
    best = max(main.best, view.best, _FLOOR)
    families = np.zeros(len(FAMILIES), np.bool_)
    families[_FAMILY_OF[rules]] = True
    values[: len(MEASURES)] = (
        best, max(best, 0.0), max(main.top, view.top, _FLOOR), max(main.mean, _FLOOR), max(main.whole, view.whole, _FLOOR), math.log1p(main.words), main.surprise, main.surprise_peak,
        max(0.0, view.best - max(main.best, _FLOOR)) if view.words else 0.0, max(view.best, _FLOOR), bool(normalised.hidden), math.log1p(normalised.invisible), math.log1p(normalised.lookalikes),
        math.log1p(len(rules)), int(families.sum()),
    )  # fmt: skip
    values[len(MEASURES) : len(MEASURES) + len(FAMILIES)] = families
    values[len(MEASURES) + len(FAMILIES) :][rules] = 1.0
    return values
