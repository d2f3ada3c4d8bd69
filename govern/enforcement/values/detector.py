"""All kinds of values in one pass, and where in an unfinished text a value may be in the making."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from govern.enforcement.clock import EVERY, check
from govern.enforcement.folding import DIGIT_WINDOW, Folded
from govern.enforcement.kernel.viewing import NOTHING
from govern.enforcement.scanner import Found, Pattern, PatternDatabase, Stretches
from govern.enforcement.values.beginnings import Beginnings
from govern.enforcement.values.cues import CueIndex, CueSightings
from govern.enforcement.values.gates import EVERYWHERE
from govern.enforcement.values.judging import AFTER_CUE, CERTAIN_ENOUGH, MOST_AROUND, Hit, Rule, is_cut_off, skip
from govern.enforcement.values.kind import CONTEXT, REACH_AFTER, REACH_BEFORE, ValueKind
from govern.enforcement.values.owners import PatternOwners
from govern.enforcement.values.rivals import without_rivals
from govern.enforcement.values.spans import before_straddling, covering
from govern.enforcement.values.where import Places, Where

_BLOCK = 65_536
_LONGER = 16
"""So many times as long is the next block where values overlap each other all through one: twice would read most of a text twice."""
_NO_CUES = CueSightings(())
_WORTH_LOCATING = 2048
"""From so many characters on cues are looked for first, and weak values near them alone: digits without end hold a million of these."""


class Sweep(NamedTuple):
    """``hits`` that end at or before ``open_from`` are final whatever follows, and nothing before it can become part of another value."""

    hits: list[Hit]
    open_from: int


class ValueDetector:
    """Finds values of ``kinds``. Immutable; share it between threads and calls."""

    def __init__(self, kinds: Sequence[ValueKind], *, cache_directory: Path | None = None) -> None:
        self.kinds = tuple(kinds)
        weak = [kind.alone < CERTAIN_ENOUGH for kind in self.kinds]
        self._rules = [Rule(number, kind) for number, kind in enumerate(self.kinds)]
        self._patterns = PatternOwners(self.kinds, weak)
        self._where = Where(self._patterns.expressions, self._patterns.cued)
        with ThreadPoolExecutor(2) as pool:  # the first time each of them takes a second to compile
            closed = pool.submit(
                PatternDatabase,
                [Pattern("", *key) for key in self._where.expressions],
                longest_only=self._patterns.whole_runs,
                parts=self._where.parts,
                cache_directory=cache_directory,
            )
            opened = pool.submit(
                Beginnings, self._patterns.expressions, self._patterns.longest, cache_directory=cache_directory
            )
            self._cues = CueIndex(self.kinds, cache_directory=cache_directory)
            self._closed, self._beginnings = closed.result(), opened.result()
        self.version = self._closed.version[:6] + self._cues.version[:6]

    def find(
        self, folded: Folded, *, begins: bool = True, deadline: float | None = None, alone: bool = True
    ) -> list[Hit]:
        """Values in a text that is complete, or in the rest of one that began before (``begins=False``; see ``sweep``).

        ``alone``: that a weak value is all of the text speaks for it, as where somebody was asked for one and sends nothing else.
        """
        if len(folded.data) > _BLOCK * 2:
            return self._find_by_blocks(folded, begins=begins, deadline=deadline)
        return self._complete(folded, begins=begins, deadline=deadline, alone=alone)

    def _complete(self, folded: Folded, *, begins: bool, deadline: float | None, alone: bool = True) -> list[Hit]:
        data = folded.data
        cues, near = self._located(folded)
        places = self._where.first(folded.survey, len(data), near)
        if self._where.asks_for_cues(places) and not (begins and alone and _can_be_whole(data)):
            if cues is None:
                cues = self._cues.locate(folded)
            places = self._where.named(places, cues.kinds)
        matches = self._matches(data, places, deadline)
        if not matches:
            return []
        return self._judge(folded, matches, cues, begins=begins, complete=True, deadline=deadline, alone=alone).hits

    def sweep(self, folded: Folded, *, begins: bool, since: int = 0, deadline: float | None = None) -> Sweep:
        """Values in a text that goes on. ``begins`` tells that the text starts here.

        Values and open candidates are looked for from ``since`` on; the ``CONTEXT`` characters before it may name them.
        """
        data = folded.data
        open_from = self._beginnings.open_from(data, since)
        first = max(0, since - 1)  # one character more tells whether a word starts at ``since``
        cues, near = self._located(folded)
        if first:
            survey = folded.survey
            if survey is not NOTHING:
                survey = folded.piece(first, len(data)).survey
            if near is not None:
                near = [(max(0, start - first), end - first) for start, end in near if end > first]
            found = self._matches(data[first:], self._where.first(survey, len(data) - first, near), deadline)
            matches = [(pattern, start + first, end + first) for pattern, start, end in found if start]
        else:
            matches = self._matches(data, self._where.first(folded.survey, len(data), near), deadline)
        if not matches:
            return Sweep([], open_from)
        hits, settled = self._judge(folded, matches, cues, begins=begins, complete=False, deadline=deadline)
        return Sweep(hits, min(open_from, settled))

    def open_from(self, folded: Folded, since: int) -> int | None:
        """As `sweep`, of a short piece in which nothing matches: from where on a value may be in the making; None if anything matches."""
        if self._matches(folded.data, self._where.first(folded.survey, len(folded.data)), None):
            return None
        return self._beginnings.open_from(folded.data, since)

    def _located(self, folded: Folded) -> tuple[CueSightings | None, Stretches | None]:
        """The cues of a long view and where alone weak values can count; else neither."""
        if len(folded.data) < _WORTH_LOCATING or folded.survey is NOTHING:
            return None, EVERYWHERE
        cues = self._cues.locate(folded)
        return cues, _near(cues, folded.data)

    def _matches(self, data: bytes, places: Places, deadline: float | None) -> list[Found]:
        """What matches in a view, in an order that does not depend on how the patterns are compiled."""
        words = self._where.words
        matches = self._closed.find(data, where=places, deadline=deadline)
        matches.sort()
        if matches and matches[-1][0] == words:  # the last of all expressions, and reported once
            matches.pop()
            matches += self._closed.find(data, where=self._where.behind_words, deadline=deadline)
            matches.sort()
        return matches

    def _find_by_blocks(self, folded: Folded, *, begins: bool, deadline: float | None) -> list[Hit]:
        """A long text as a stream of blocks, so that memory stays bounded whatever stands in it."""
        size = len(folded.data)
        hits: list[Hit] = []
        done = context = 0
        length = _BLOCK
        while True:
            end = min(done + length, size)
            piece = folded.piece(context, end)
            starts_here = begins and context == 0
            if end == size:
                sweep = Sweep(self._complete(piece, begins=starts_here, deadline=deadline), end - context)
            else:
                sweep = self.sweep(piece, begins=starts_here, since=done - context, deadline=deadline)
            until = before_straddling([(hit.anchor, hit.end) for hit in sweep.hits], sweep.open_from) + context
            hits += [
                Hit(kind, start + context, end + context, score, distance, anchor + context)
                for kind, start, end, score, distance, anchor in sweep.hits
                if start + context >= done and end + context <= until
            ]
            if end == size:
                return hits
            length = _BLOCK if until > done else length * _LONGER
            done = until
            context = max(0, done - CONTEXT)

    def _judge(
        self,
        folded: Folded,
        matches: list[Found],
        cues: CueSightings | None,
        *,
        begins: bool,
        complete: bool,
        deadline: float | None,
        alone: bool = True,
    ) -> Sweep:
        data = folded.data
        size = len(data)
        owners = self._patterns
        if cues is None:
            cues = self._cues.locate(folded) if any(owners.has_cues[pattern] for pattern, _, _ in matches) else _NO_CUES
        whole_from = skip(data, 0) if begins and alone else -1
        settled_before = size if complete else size - AFTER_CUE
        present = cues.kinds
        named, glue = owners.named(present), owners.glue
        last, usual = -1, owners.all(0, 0)
        grouped: dict[tuple[int, int], list[int]] = {}
        for step, (pattern, start, end) in enumerate(matches):
            if not step % EVERY:
                check(deadline)
            # what needs a cue is passed over quickly where nothing in the text names it
            if start == whole_from or end > settled_before:
                numbers = owners.all(pattern, end - start)
            elif start > 1 and is_cut_off(data, start, glue[pattern]):
                continue  # nothing that a mark joins to what stands before is a value, where that is known already
            elif pattern == last:
                numbers = usual
            else:
                numbers = named(pattern, end - start)
                if pattern != owners.number_pattern:
                    last, usual = pattern, numbers
            for number in numbers:
                grouped.setdefault((number, start), []).append(end)
        hits: list[Hit] = []
        open_from = size
        rules = self._rules
        for step, ((number, start), ends) in enumerate(grouped.items()):
            if not step % EVERY:
                check(deadline)
            if not start and not begins:
                continue  # the middle of something that began before
            near = cues if number in present else None
            hit, waits = rules[number].judge(data, start, ends, cues, near, start == whole_from, complete)
            if waits and start < open_from:
                open_from = start
            if hit is not None:
                hits.append(hit)
        return Sweep(without_rivals(hits), open_from)


def _near(cues: CueSightings, data: bytes) -> Stretches:
    """Where a weak value can count: around cues, where it may be all of the text, and at the end, which more may follow.

    None is longer than a window. One window more before it, so that what the edge cuts off there is not taken for a value itself.
    """
    size = len(data)
    first = skip(data, 0)
    before, behind = REACH_AFTER + 2 * DIGIT_WINDOW + 2, REACH_BEFORE + DIGIT_WINDOW + 2
    spots = [(start - before, end + behind) for start, end in cues.places]
    spots += [(first - before, first + behind), (size - AFTER_CUE - 2 * DIGIT_WINDOW - 2, size)]
    return covering(spots, size)


def _can_be_whole(data: bytes) -> bool:
    """Whether a weak value may be all of a text, so that it counts without a cue."""
    return len(data) - skip(data, 0) <= DIGIT_WINDOW + MOST_AROUND
