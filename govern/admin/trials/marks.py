"""A text cut where findings begin and end, so that a page can show who saw what where."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from audit.presentation.words import Word

MOST_MARKED = 250
"""Findings that are marked in the text; the table counts all of them."""


class Mark(NamedTuple):
    """One finding in the text: what it is called, and what would become of it."""

    start: int
    end: int
    kind: str
    word: Word
    strictness: int


class Piece(NamedTuple):
    """A stretch of text that the same findings cover, `depth` of them. `begins` are those that start with it."""

    text: str
    depth: int
    word: Word | None
    title: str
    begins: list[Mark]


def cut(text: str, marks: Sequence[Mark]) -> list[Piece]:
    """The text in pieces, in order; a piece has the word of the strictest finding that covers it."""
    shown = sorted(marks, key=lambda mark: (mark.start, -mark.end))[:MOST_MARKED]
    edges = sorted({0, len(text), *(edge for mark in shown for edge in (mark.start, mark.end))})
    pieces = []
    for start, end in pairwise(edges):
        over = [mark for mark in shown if mark.start <= start and mark.end >= end]
        strictest = max(over, key=lambda mark: mark.strictness, default=None)
        title = ", ".join(dict.fromkeys(f"{mark.kind}: {mark.word.label}" for mark in over))
        begins = list({mark.kind: mark for mark in over if mark.start == start}.values())
        pieces.append(Piece(text[start:end], len(over), strictest.word if strictest else None, title, begins))
    return pieces
