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
from govern.enforcement.values.kind import CHECKED, CONTEXT, REACH_AFTER, REACH_BEFORE, ValueKind
from govern.enforcement.values.owners import PatternOwners
from govern.enforcement.values.spans import before_straddling, covering
from govern.enforcement.values.where import Places, Where

_BLOCK = 65_536
_LONGER = 16
"""So many times as long is the next block where values overlap each other all through one: twice would read most of a text twice."""
_CERTAIN_ENOUGH = 0.5
_BEYOND_DOUBT = 0.9
_NO_CUES = CueSightings(())
_SETTLED = 2  # characters after a value that decide whether it is part of something longer
_AROUND_WHOLE = b" \t\r\n.,;:!?\"'`()[]{}<>"
_COLON = ord(":")
_MOST_AROUND = 16
_CROWD = (
    64  # of so many that overlap each other all stay: to compare each with each would take the square of their number
)
_AFTER_CUE = REACH_AFTER + 50
_WORTH_LOCATING = 2048
"""From so many characters on cues are looked for first, and weak values near them alone: digits without end hold a million of these."""


class Hit(NamedTuple):
    """A value: its kind and its place in the view of the text. ``anchor`` is where that which makes it one begins, its own cue included."""

    kind: ValueKind
    start: int
    end: int
    score: float
    cue_distance: int | None
    anchor: int


class Sweep(NamedTuple):
    """``hits`` that end at or before ``open_from`` are final whatever follows, and nothing before it can become part of another value."""

    hits: list[Hit]
    open_from: int


class ValueDetector:
    """Finds values of ``kinds``. Immutable; share it between threads and calls."""

    def __init__(self, kinds: Sequence[ValueKind], *, cache_directory: Path | None = None) -> None:
        self.kinds = tuple(kinds)
        self._weak = [kind.alone < _CERTAIN_ENOUGH for kind in self.kinds]
        self._patterns = PatternOwners(self.kinds, self._weak)
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
        whole_from = _skip(data, 0) if begins and alone else -1
        settled_before = size if complete else size - _AFTER_CUE
        present = cues.kinds
        named = owners.named(present)
        last, usual = -1, owners.all(0, 0)
        grouped: dict[tuple[int, int], list[int]] = {}
        for step, (pattern, start, end) in enumerate(matches):
            if not step % EVERY:
                check(deadline)
            # what needs a cue is passed over quickly where nothing in the text names it
            if start == whole_from or end > settled_before:
                numbers = owners.all(pattern, end - start)
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
        for step, ((number, start), ends) in enumerate(grouped.items()):
            if not step % EVERY:
                check(deadline)
            if not begins and start == 0:
                continue  # the middle of something that began before
            near = cues if number in present else None
            hit, waits = self._judge_one(number, data, start, ends, cues, near, start == whole_from, complete)
            if waits and start < open_from:
                open_from = start
            if hit is not None:
                hits.append(hit)
        return Sweep(_without_rivals(hits), open_from)

    def _judge_one(
        self,
        number: int,
        data: bytes,
        start: int,
        ends: list[int],
        cues: CueSightings,
        near: CueSightings | None,
        first: bool,
        complete: bool,
    ) -> tuple[Hit | None, bool]:
        """The value of one kind at one place, if there is one, and whether what follows may still decide about it.

        ``near`` are the cues where some of them name the kind.
        """
        kind = self.kinds[number]
        size = len(data)
        if len(ends) > 1:
            ends.sort(reverse=True)
        longest_end = ends[0]
        waits = not complete and longest_end + _SETTLED > size
        distance = near.distance(number, kind, start, longest_end) if near is not None else None
        if (
            not complete
            and self._weak[number]
            and kind.reach_after >= 0
            and (distance is None or distance > kind.reach_before)
        ):
            waits = waits or longest_end + _AFTER_CUE > size
        whole = False
        if first:
            tail = _skip(data, longest_end)
            whole = tail == size and tail - longest_end <= _MOST_AROUND
            waits = waits or (not complete and whole)
        if self._weak[number] and distance is None and not whole:
            return None, waits
        for end in ends:
            if kind.longest and end - start > kind.longest:
                if kind.whole_run:
                    break
                continue
            if _stands_alone(data, start, end, kind.glue):
                value = data[start : min(end, start + CHECKED)].decode()
                if kind.check(value):
                    if kind.around is not None and not (stands := kind.around(data, start, end, complete)):
                        return None, waits or stands is None
                    return self._scored(
                        kind, data[start:end], start, end, distance, whole and end == longest_end, cues
                    ), waits
                if kind.whole_run:
                    break
        return None, waits

    def _scored(
        self, kind: ValueKind, value: bytes, start: int, end: int, distance: int | None, whole: bool, cues: CueSightings
    ) -> Hit | None:
        if distance is not None:
            score = max(kind.cued, kind.alone)
        else:
            score = max(kind.alone, kind.whole if whole else 0.0)
            if not whole and score < _BEYOND_DOUBT and cues.unlikely(start):
                return None
        if score <= 0.0:
            return None
        anchor = start
        if kind.locate is not None:
            part = kind.locate(value.decode())
            if part is None:
                return None
            start, end = start + part[0], start + part[1]
        return Hit(kind, start, end, score, distance, anchor)


def _near(cues: CueSightings, data: bytes) -> Stretches:
    """Where a weak value can count: around cues, where it may be all of the text, and at the end, which more may follow.

    None is longer than a window. One window more before it, so that what the edge cuts off there is not taken for a value itself.
    """
    size = len(data)
    first = _skip(data, 0)
    before, behind = REACH_AFTER + 2 * DIGIT_WINDOW + 2, REACH_BEFORE + DIGIT_WINDOW + 2
    spots = [(start - before, end + behind) for start, end in cues.places]
    spots += [(first - before, first + behind), (size - _AFTER_CUE - 2 * DIGIT_WINDOW - 2, size)]
    return covering(spots, size)


def _can_be_whole(data: bytes) -> bool:
    """Whether a weak value may be all of a text, so that it counts without a cue."""
    return len(data) - _skip(data, 0) <= DIGIT_WINDOW + _MOST_AROUND


def _skip(data: bytes, position: int) -> int:
    """The next place at or after ``position`` where something else stands than spaces and marks."""
    size = len(data)
    while position < size and data[position] in _AROUND_WHOLE:
        position += 1
    return position


def _stands_alone(data: bytes, start: int, end: int, glue: str) -> bool:
    """Whether the value is not the middle of a longer number or name such as 2024-00-1234, 0.123456789 or std::max."""
    if start and data[start] == _COLON and (_is_word(data[start - 1]) or data[start - 1] == _COLON):
        return False
    if start >= 2 and chr(data[start - 1]) in glue and _is_word(data[start - 2]):
        return False
    if end + 1 >= len(data) or chr(data[end]) not in glue:
        return True
    return not _is_word(data[end + 1]) and not (data[end] == data[end + 1] == _COLON)


def _is_word(byte: int) -> bool:
    return 48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122


def _without_rivals(hits: list[Hit]) -> list[Hit]:
    """Of kinds that claim the same characters, those that a cue names win, the nearest cue first; without cues all stay."""
    if len(hits) < 2:
        return hits
    hits.sort(key=lambda hit: (hit.start, -hit.end, -hit.score))
    kept: list[Hit] = []
    cluster: list[Hit] = []
    reach = -1
    for hit in hits:
        if hit.start >= reach and cluster:
            kept += _winners(cluster)
            cluster = []
        cluster.append(hit)
        reach = max(reach, hit.end)
    return kept + _winners(cluster)


def _winners(cluster: list[Hit]) -> list[Hit]:
    if len(cluster) > 1:
        cluster = _without_repeats(cluster)
    if len(cluster) == 1 or len(cluster) > _CROWD or all(hit.cue_distance is None for hit in cluster):
        return cluster
    return [
        hit
        for hit in cluster
        if hit.kind.alone >= _BEYOND_DOUBT or not any(_displaces(other, hit) for other in cluster)
    ]


def _without_repeats(cluster: list[Hit]) -> list[Hit]:
    """Without those that lie within one of the same kind before them that is no less certain. In order of start, longest first."""
    kept: list[Hit] = []
    last: dict[str, Hit] = {}
    for hit in cluster:
        before = last.get(hit.kind.id)
        if before is None or before.end < hit.end or before.score < hit.score:
            kept.append(hit)
            last[hit.kind.id] = hit
    return kept


def _displaces(winner: Hit, loser: Hit) -> bool:
    """Only what covers all of another can make it superfluous: the rest of a longer value must not stay behind."""
    if winner.cue_distance is None or winner.start > loser.start or winner.end < loser.end:
        return False
    return loser.cue_distance is None or winner.cue_distance < loser.cue_distance
