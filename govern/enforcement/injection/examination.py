"""Everything the meta model looks at, measured from one text: scores, matched rules, decoding views, hidden and disguised characters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.clock import check
from govern.enforcement.injection.patterns import found_in
from govern.enforcement.injection.reading import Reading, TextReader
from govern.enforcement.injection.rules import RULES
from govern.enforcement.injection.scorer import NOTHING, Scores
from govern.enforcement.injection.views import ENCODINGS, View, open_views
from govern.enforcement.injection.windows import STEP_CHARACTERS
from govern.enforcement.normalise import Normalised

FAMILIES = tuple(dict.fromkeys(rule.name.partition(".")[0] for rule in RULES))
MEASURES = (
    "best", "best_positive", "top", "mean", "whole", "log_words", "log_blocks", "view_best", "hidden", "invisible", "lookalikes", "rules_matched", "families_matched",
)  # fmt: skip
FEATURES = (*MEASURES, *(f"family.{family}" for family in FAMILIES), *(rule.name for rule in RULES))
_FAMILY_OF = [FAMILIES.index(rule.name.partition(".")[0]) for rule in RULES]
_FLOOR = -4.0
_MOST_BLOCKS = 4  # training texts have no more: what a longer text weighs must not be guessed from them

_MOST_DEEPER = 4
"""Views that are opened within views, once more and no further."""


class Row(NamedTuple):
    """What was measured of one block: a number each of ``MEASURES``, positions in ``FAMILIES`` and in ``RULES`` of what matched, ascending.

    ``evidence`` is its span in the original.
    """

    measures: tuple[float, ...]
    families: list[int]
    rules: list[int]
    evidence: tuple[int, int]


def dense(rows: list[Row]) -> NDArray[np.float64]:
    """The rows as an array, columns in the order of ``FEATURES``."""
    values = np.zeros((len(rows), len(FEATURES)))
    for number, row in enumerate(rows):
        values[number, : len(MEASURES)] = row.measures
        values[number, [len(MEASURES) + family for family in row.families]] = 1.0
        values[number, [len(MEASURES) + len(FAMILIES) + rule for rule in row.rules]] = 1.0
    return values


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


def examine(text: str, reader: TextReader, *, deadline: float | None = None) -> list[Row]:
    """A row a block. Linear in the length of ``text``; never fails on a ``str``. Raises `OutOfTime` past the deadline."""
    reading = reader.read(text, deadline=deadline)
    normalised = reading.normalised
    found: list[_Block] = []
    triggered: set[str] = set()
    deeper = 0
    for scores, _, first, last in reading.blocks:
        check(deadline)
        rules, triggers = found_in(reading.folded[first:last], encoded=reading.encoded)
        triggered |= triggers
        evidence = normalised.original_span(scores.start, scores.end) if scores.end else (0, 0)
        found.append(_Block(scores, rules, evidence))
    if triggered or reading.leet or normalised.hidden:
        for view, original in _views(reading, sorted(triggered), deadline):
            check(deadline)
            around = found[min(view.start // STEP_CHARACTERS, len(found) - 1)]
            inside = reader.read(view.text, deadline=deadline)
            rules, triggers = found_in(inside.folded, encoded=inside.encoded)
            around.add_view(inside.scores, rules, original)
            if deeper < _MOST_DEEPER and triggers & ENCODINGS and view.kind in ENCODINGS:
                plain, layers = inside.normalised.text, sorted(triggers & ENCODINGS)
                for inner in open_views(plain, inside.leet, layers, deadline=deadline):
                    check(deadline)
                    deeper += 1
                    innermost = reader.read(inner.text, deadline=deadline)
                    rules, _ = found_in(innermost.folded, encoded=False)
                    around.add_view(innermost.scores, rules, original)
    return [_row(block, len(found), normalised) for block in found]


def _views(reading: Reading, triggers: list[str], deadline: float | None) -> Iterator[tuple[View, tuple[int, int]]]:
    normalised = reading.normalised
    for view in open_views(normalised.text, reading.leet, triggers, deadline=deadline):
        yield view, normalised.original_span(view.start, view.end)
    for text in normalised.hidden:
        yield View("hidden", text.text[:8192], normalised.position(text.start), 0), (text.start, text.end)


def _row(block: _Block, count: int, normalised: Normalised) -> Row:
    main, view, rules = block.scores, block.view, sorted(block.rules)
    families = sorted({_FAMILY_OF[rule] for rule in rules})
    best = max(main.best, view.best, _FLOOR)
    measures = (
        best, max(best, 0.0), max(main.top, view.top, _FLOOR), max(main.mean, _FLOOR), max(main.whole, view.whole, _FLOOR), math.log1p(main.words), math.log(min(count, _MOST_BLOCKS)),
        max(view.best, _FLOOR), float(bool(normalised.hidden)), math.log1p(normalised.invisible), math.log1p(normalised.lookalikes), math.log1p(len(rules)), float(len(families)),
    )  # fmt: skip
    return Row(measures, families, rules, block.evidence)
