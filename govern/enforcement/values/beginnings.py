"""Where in an unfinished text a value may be in the making."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from govern.enforcement.open_candidates import open_expression
from govern.enforcement.scanner import Pattern, PatternDatabase

_TOGETHER = 32
_LONGEST_TAIL = 4096
_IN_ONE = 48
"""Of so many expressions one is made: in prose nearly all of them begin at the same word, and each would say so for itself."""
_PARTS_OF = 3
_LONGEST_MERGED = 12_000
"""Characters of a merged expression; the engine takes 16,000."""


class Beginnings:
    """The beginnings of expressions (each with its flags) of which none can match more than its ``longest`` characters.

    All are looked for in a few expressions that say where the first of many begins. Only where that is too long ago for one of them, or
    before what is asked for, each is looked for by itself.
    """

    def __init__(
        self, expressions: Sequence[tuple[str, int]], longest: Sequence[int], *, cache_directory: Path | None = None
    ) -> None:
        self._longest = longest
        opened = [(open_expression(expression), flags) for expression, flags in expressions]
        self._each = PatternDatabase(
            [Pattern("", *key) for key in opened], together=_TOGETHER, cache_directory=cache_directory
        )
        merged: list[Pattern] = []
        self._shortest: list[int] = []
        """Of each merged expression, what the shortest of its longest matches has."""
        by_length = sorted(range(len(opened)), key=lambda number: (opened[number][1], longest[number]))
        for flags in sorted({flags for _, flags in opened}):
            alike = [number for number in by_length if opened[number][1] == flags]
            for some in _groups(alike, [len(expression) for expression, _ in opened]):
                merged.append(Pattern("", "|".join(opened[number][0] for number in some), flags))
                self._shortest.append(min(longest[number] for number in some))
        self._merged = PatternDatabase(merged, together=_PARTS_OF, cache_directory=cache_directory)

    def open_from(self, data: bytes, since: int) -> int:
        """The first place from ``since`` on from which what stands may become a match; the size of ``data`` where there is none."""
        size = open_from = len(data)
        # one character more tells whether a word starts at ``since``
        skipped = max(0, since - 1, size - _LONGEST_TAIL)
        tail = data[skipped:]
        for number, start, _ in self._merged.find(tail):
            start += skipped
            if start < since or size - start > self._shortest[number]:
                return self._one_by_one(tail, since, skipped)
            open_from = min(open_from, start)
        return open_from

    def _one_by_one(self, tail: bytes, since: int, skipped: int) -> int:
        size = open_from = skipped + len(tail)
        for pattern, start, _ in self._each.find(tail):
            start += skipped
            if since <= start < open_from and size - start <= self._longest[pattern]:
                open_from = start
        return open_from


def _groups(numbers: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """The numbers in their order, in groups of at most ``_IN_ONE`` whose sizes come to no more than ``_LONGEST_MERGED``."""
    group: list[int] = []
    size = 0
    for number in numbers:
        if group and (len(group) == _IN_ONE or size + sizes[number] > _LONGEST_MERGED):
            yield group
            group, size = [], 0
        group.append(number)
        size += sizes[number] + 1
    if group:
        yield group
