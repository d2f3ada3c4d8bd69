"""Everything the meta model looks at, measured from one text: scores, matched rules, decoding views, hidden and disguised characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.clock import check
from govern.enforcement.injection.measures import MEASURES, measures_of
from govern.enforcement.injection.patterns import Matched, found_in
from govern.enforcement.injection.reading import Reading, TextReader, scores_of
from govern.enforcement.injection.rules import RULES
from govern.enforcement.injection.scorer import NOTHING, Scores
from govern.enforcement.injection.views import ENCODINGS, View, open_views
from govern.enforcement.injection.windows import STEP_CHARACTERS
from govern.enforcement.kernel.reading import BlockRow
from govern.enforcement.normalise import Normalised

FAMILIES = tuple(dict.fromkeys(rule.name.partition(".")[0] for rule in RULES))
FEATURES = (*MEASURES, *(f"family.{family}" for family in FAMILIES), *(rule.name for rule in RULES))
_FAMILY_OF = [FAMILIES.index(rule.name.partition(".")[0]) for rule in RULES]
_BESIDE = 64
"""Bytes: a match that begins in a window may end so far behind it."""
_MOST_DEEPER = 4
"""Views that are opened within views, once more and no further."""


def families_of(rules: Iterable[int]) -> list[int]:
    """Positions in ``FAMILIES`` of those that rules belong to, ascending."""
    return sorted({_FAMILY_OF[rule] for rule in rules})


def families_near(reading: Reading, row: BlockRow, rules: Mapping[int, int]) -> int:
    """How many families have a rule that matches in the best window of a block, or a few words beside it."""
    if not rules:
        return 0
    *_, start, end, offset, first, last = row
    before, behind = start - offset, end - offset
    block = reading.folded[first:last]
    if not block.isascii():
        characters = block.decode()
        before, behind = len(characters[:before].encode()), len(characters[:behind].encode())
    return len(families_of(rule for rule, at in rules.items() if before < at <= behind + _BESIDE))


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

    __slots__ = ("evidence", "near", "rules", "scores", "view")

    def __init__(self, scores: Scores, rules: Iterable[int], near: int, evidence: tuple[int, int]) -> None:
        self.scores = scores
        self.rules = set(rules)
        self.near = near
        self.evidence = evidence
        self.view = NOTHING

    def add_view(self, scores: Scores, rules: Iterable[int], place: tuple[int, int]) -> None:
        self.rules.update(rules)
        self.near = max(self.near, len(families_of(rules)))
        if scores.best > self.view.best:
            self.view = scores
            if scores.best > self.scores.best:
                self.evidence = place


def examine(text: str, reader: TextReader, *, deadline: float | None = None) -> list[Row]:
    """A row a block. Linear in the length of ``text``; never fails on a ``str``. Raises `OutOfTime` past the deadline."""
    reading = reader.read(text, deadline=deadline)
    return rows_of(reading, matched_in(reading, deadline), reader, deadline=deadline)


def matched_in(reading: Reading, deadline: float | None) -> list[Matched]:
    """What the patterns find in each block. Raises `OutOfTime` past the deadline."""
    matched: list[Matched] = []
    for row in reading.blocks:
        if matched:
            check(deadline)
        matched.append(found_in(reading.folded[row[-2] : row[-1]], encoded=reading.encoded))
    return matched


def rows_of(
    reading: Reading, matched: list[Matched], reader: TextReader, *, deadline: float | None = None
) -> list[Row]:
    """What there is to say of each block, views included. Raises `OutOfTime` past the deadline."""
    normalised = reading.normalised
    found: list[_Block] = []
    triggered: set[str] = set()
    deeper = 0
    for row, (rules, triggers) in zip(reading.blocks, matched, strict=True):
        scores = scores_of(row)
        triggered |= triggers
        evidence = normalised.original_span(scores.start, scores.end) if scores.end else (0, 0)
        found.append(_Block(scores, rules, families_near(reading, row, rules), evidence))
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
    families = families_of(block.rules)
    measures = measures_of(
        main, count, view, hidden=bool(normalised.hidden), invisible=normalised.invisible, lookalikes=normalised.lookalikes, rules=len(rules), families=len(families), near=block.near
    )  # fmt: skip
    return Row(measures, families, rules, block.evidence)
