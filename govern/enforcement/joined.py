"""Texts that a model reads as one: the parts of a message and of consecutive messages of one role, and the fields of one object.

A secret, a word or an order can be split over them, so where one ends and the next begins both are looked at together as well, once as
they stand and once with a blank between them. Of long texts only what lies near a seam is: their middles were looked at already.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Literal, NamedTuple

import msgspec

from govern.enforcement.clock import EVERY, check
from govern.enforcement.injection.own_turn import by_a_program

Kind = Literal["", "field", "values", "framed"]
"""How a text is looked at: as something said, as ids and settings, or for values alone, where a blank would stand in a sentence."""
SEAM_CHARACTERS = 1_024
"""How much of a text on either side of a seam is looked at."""
_RUN_CHARACTERS = 160
"""Of a run of texts, how much of each is looked at: more than a value has."""
_TOGETHER_CHARACTERS = 65_536
"""So many characters of runs are looked at as one text."""
_MOST_SAID = 6
_MOST_FIELDS = 3
_SAID = re.compile(r"messages\[\d+\]\.content(?:\[\d+\]\.text)?\Z")
_EMBEDDED = re.compile(r"input(?:\[\d+\])?\Z")
"""Each is embedded for itself."""
_OBJECT = re.compile(r"(?:native\.)?[^.\[]*(?:\[\d+\])?")
_FIELD_ROLES = frozenset(("parameter", "tool_definition", "sealed"))
_FIELD = re.compile(r"\.(?:\w*id|name|filename|type|format|voice|detail|#\w+)(?:\[\d+\])*\Z")
_SAYS = (".content", ".text")
"""Most places end so, and none of these is a field."""
_LIST_OF_NAMES = ("#names", "#numbers")


class Read(msgspec.Struct, frozen=True):
    """A text as the guards read it."""

    role: str
    location: str
    text: str

    @property
    def is_field(self) -> bool:
        """Whether it is an id, a number, a name or a setting rather than something that somebody says."""
        if self.role in _FIELD_ROLES:
            return True
        return not self.location.endswith(_SAYS) and _FIELD.search(self.location) is not None


class Group(NamedTuple):
    """Texts in order, and whether they are what somebody says in messages."""

    said: bool
    texts: list[Read]

    def content(self) -> str:
        """All that decides what is found in it."""
        shape = [(len(read.text), read.location.endswith(_LIST_OF_NAMES)) for read in self.texts]
        return "\0".join((self.texts[0].role, str(self.said), str(shape), *(read.text for read in self.texts)))


class Piece(NamedTuple):
    """A stretch of a joined text: its characters ``start:end`` are those of the text at ``location`` from ``offset`` on."""

    location: str
    start: int
    end: int
    offset: int


class Joined(NamedTuple):
    """Stretches of several texts as one; none of them is empty."""

    role: str
    text: str
    pieces: tuple[Piece, ...]
    kind: Kind = ""

    def spread(self, start: int, end: int) -> list[tuple[str, int, int]]:
        """Where the characters ``start:end`` stand: (location, start, end) in each text that has some of them."""
        places = []
        for number in range(bisect_right(self.pieces, start, key=_END), len(self.pieces)):
            location, first, last, offset = self.pieces[number]
            if first >= end:
                break
            places.append((location, offset + max(start, first) - first, offset + min(end, last) - first))
        return places


_END = attrgetter("end")


def groups(texts: Sequence[Read]) -> Iterator[Group]:
    """Texts that a model reads together; those that stand alone are in none."""
    if len(texts) == 1 and not texts[0].location.endswith(_LIST_OF_NAMES):
        return
    for said, members in _groups(texts):
        if len(members) > 1 or members[0].location.endswith(_LIST_OF_NAMES):
            yield Group(said, members)


def joined(group: Group, *, deadline: float | None = None) -> Iterator[Joined]:
    """What is to be read of a group besides its texts. Raises `OutOfTime` past the deadline."""
    kind: Kind = "" if group.said else "field"
    for segment in _segments(group.texts):
        apart = any(not (a[1][-1:].isspace() or b[1][:1].isspace()) for a, b in itertools.pairwise(segment))
        yield _join(segment, "", "values" if apart and not group.said else kind)
        if apart:
            yield _join(segment, " ", kind)
            if len(segment) > 2:
                yield from _runs(segment, _MOST_SAID if group.said else _MOST_FIELDS, deadline)


def _groups(texts: Iterable[Read]) -> Iterator[tuple[bool, list[Read]]]:
    """Groups, and whether they are what somebody says in messages."""
    said: list[Read] = []
    fields: dict[tuple[str, str], list[Read]] = {}
    for text in texts:
        if _SAID.match(text.location):
            if said and said[-1].role != text.role:
                yield True, said
                said = []
            said.append(text)
        elif text.role != "sealed" and text.role != "document" and not _EMBEDDED.match(text.location):
            place = _OBJECT.match(text.location) if text.role != "parameter" else None
            where = place[0] if place else ""
            if text.location.endswith(_LIST_OF_NAMES):
                where = "#names" if text.location.endswith("#names") else text.location
            fields.setdefault((text.role, where), []).append(text)
    if said:
        yield True, said
    for group in fields.values():
        yield False, group


_Stretch = tuple[Read, str, int]
"""A text, the characters of it, and where they begin in it."""


def _segments(group: Iterable[Read]) -> Iterator[list[_Stretch]]:
    """The group cut where the middle of a long text need not be read again."""
    segment: list[_Stretch] = []
    for read in group:
        text = read.text
        if read.location.endswith(_LIST_OF_NAMES):
            segment += _names(read)
        elif len(text) <= 2 * SEAM_CHARACTERS:
            segment.append((read, text, 0))
        else:
            segment.append((read, text[:SEAM_CHARACTERS], 0))
            if len(segment) > 1:
                yield segment
            segment = [(read, text[-SEAM_CHARACTERS:], len(text) - SEAM_CHARACTERS)]
    if len(segment) > 1:
        yield segment


def _names(read: Read) -> list[_Stretch]:
    """The names or numbers of a list, each for itself."""
    between = "\n" if read.location.endswith("#names") else " "
    stretches: list[_Stretch] = []
    offset = 0
    for name in read.text.split(between):
        stretches.append((read, name, offset))
        offset += len(name) + 1
    return stretches


def _runs(segment: Sequence[_Stretch], most: int, deadline: float | None) -> Iterator[Joined]:
    """Each few texts that follow one another, by themselves: what stands before or after a split value must not hide where it begins."""
    role = segment[0][0].role
    parts: list[str] = []
    pieces: list[Piece] = []
    position = 0
    for first in range(len(segment) - 1):
        if not first % EVERY:
            check(deadline)
        if position > _TOGETHER_CHARACTERS:
            yield Joined(role, "\n".join(parts), tuple(pieces), "values")
            parts, pieces, position = [], [], 0
        run: list[_Stretch] = [_end(segment[first])]
        for last in range(first + 1, min(first + most, len(segment))):
            read, text, offset = segment[last]
            if (
                run[-1][1][-1:].isspace()
                or text[:1].isspace()
                or (last > first + 1 and len(run[-1][1]) == _RUN_CHARACTERS)
            ):
                break
            run.append((read, text[:_RUN_CHARACTERS], offset))
            if (first, last) != (0, len(segment) - 1):
                joined_run = _join(run, "", "values")
                parts.append(joined_run.text)
                pieces += [
                    piece._replace(start=piece.start + position, end=piece.end + position)
                    for piece in joined_run.pieces
                ]
                position += len(joined_run.text) + 1
    if parts:
        yield Joined(role, "\n".join(parts), tuple(pieces), "values")


def _end(stretch: _Stretch) -> _Stretch:
    read, text, offset = stretch
    cut = max(0, len(text) - _RUN_CHARACTERS)
    return read, text[cut:], offset + cut


def _join(segment: Iterable[_Stretch], between: str, kind: Kind) -> Joined:
    parts: list[str] = []
    pieces: list[Piece] = []
    position = 0
    role = ""
    segment = list(segment)
    if not kind and any(by_a_program(read.role, read.text) for read, _, _ in segment):
        kind = "framed"
    for read, text, offset in segment:
        if parts and between:
            parts.append(between)
            position += len(between)
        role = read.role
        parts.append(text)
        if text:
            pieces.append(Piece(read.location, position, position + len(text), offset))
        position += len(text)
    return Joined(role, "".join(parts), tuple(pieces), kind)
