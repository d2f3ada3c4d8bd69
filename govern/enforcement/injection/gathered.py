"""A text whose words were drawn apart, by wide gaps or over many short lines, with them next to each other again.

People and models read it as one sentence, while what is learned from pairs of words sees none. Indented code and prose have neither.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

SHORTEST_GAP = 3
_GAP = re.compile(r"\s{3,}")
_ANYWHERE = 32
"""Characters of a gap that begins a line; up to here the line is indented. Others are gaps from ``SHORTEST_GAP`` on."""
_MOST_WORDS = 3
_FEWEST_LINES = 4
FEWEST_BREAKS = _FEWEST_LINES - 1
"""Between so many lines."""


class Gathered(NamedTuple):
    """``starts[n]``: where the stretch begins in ``text`` that stood at ``places[n]``."""

    text: str
    starts: list[int]
    places: list[int]

    def original(self, span: tuple[int, int] | None) -> tuple[int, int] | None:
        """A span of the text, in the one that it was made of."""
        if span is None:
            return None
        return self._place(span[0]), self._place(span[1] - 1) + 1

    def _place(self, position: int) -> int:
        number = bisect_right(self.starts, position) - 1
        return self.places[number] + position - self.starts[number]


def gathered(text: str) -> Gathered | None:
    """None where nothing is drawn apart. Takes time and memory linear in the text's length."""
    gaps = [found.span() for found in _GAP.finditer(text) if _is_gap(found)] + _short_lines(text)
    if not gaps:
        return None
    pieces: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    done = length = 0
    for start, end in sorted(gaps):
        if start < done:
            start = done
        if end <= start:
            continue
        starts.append(length)
        places.append(done)
        pieces += (text[done:start], " ")
        length += start - done + 1
        done = end
    starts.append(length)
    places.append(done)
    pieces.append(text[done:])
    return Gathered("".join(pieces), starts, places)


def _is_gap(blank: re.Match[str]) -> bool:
    size = blank.end() - blank.start()
    return size >= _ANYWHERE or (blank.start() > 0 and "\n" not in blank[0])


def _short_lines(text: str) -> list[tuple[int, int]]:
    """The gaps between lines of a few words each, where many such lines follow each other."""
    if text.count("\n") < FEWEST_BREAKS:
        return []
    gaps: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    written = end_of_last = position = 0
    for line in text.split("\n"):
        words = line.split(None, _MOST_WORDS)
        size = len(line)
        if len(words) > _MOST_WORDS:
            if written >= _FEWEST_LINES:
                gaps += run
            run, written = [], 0
        elif words:
            if written:
                run.append((end_of_last, position + size - len(line.lstrip())))
            written += 1
            end_of_last = position + len(line.rstrip())
        position += size + 1
    return gaps + run if written >= _FEWEST_LINES else gaps
