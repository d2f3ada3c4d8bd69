"""Whether what matched is a value."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from govern.enforcement.values.cues import CueSightings
from govern.enforcement.values.kind import CHECKED, REACH_AFTER, ValueKind, always

CERTAIN_ENOUGH = 0.5
"""Kinds whose form says less are weak: a cue has to name them."""
BEYOND_DOUBT = 0.9
AFTER_CUE = REACH_AFTER + 50
MOST_AROUND = 16
_SETTLED = 2  # characters after a value that decide whether it is part of something longer
_AROUND_WHOLE = b" \t\r\n.,;:!?\"'`()[]{}<>"
_COLON = ord(":")
_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_ENDLESS = 1 << 60


class Hit(NamedTuple):
    """A value: its kind and its place in the view of the text. ``anchor`` is where that which makes it one begins, its own cue included."""

    kind: ValueKind
    start: int
    end: int
    score: float
    cue_distance: int | None
    anchor: int


class Rule:
    """How a candidate of one kind is judged. What a million candidates of a long text ask of their kind is laid out for them."""

    __slots__ = (
        "_alone",
        "_around",
        "_asks_behind",
        "_check",
        "_cued",
        "_glue",
        "_kind",
        "_locate",
        "_longest",
        "_number",
        "_weak",
        "_whole",
        "_whole_run",
    )

    def __init__(self, number: int, kind: ValueKind) -> None:
        self._number = number
        self._kind = kind
        self._weak = kind.alone < CERTAIN_ENOUGH
        self._asks_behind = self._weak and kind.reach_after >= 0
        self._longest = kind.longest or _ENDLESS
        self._whole_run = kind.whole_run
        self._glue = kind.glue.encode()
        self._check = None if kind.check is always else kind.check
        self._around = kind.around
        self._locate = kind.locate
        self._alone = kind.alone
        self._cued = max(kind.cued, kind.alone)
        self._whole = max(kind.whole, kind.alone)

    def judge(
        self,
        data: bytes,
        start: int,
        ends: list[int],
        cues: CueSightings,
        near: CueSightings | None,
        first: bool,
        complete: bool,
    ) -> tuple[Hit | None, bool]:
        """The value at one place, if there is one, and whether what follows may still decide about it.

        ``ends`` are those of all matches there, ``near`` the cues where some of them name the kind; ``first``: nothing stands before it.
        """
        if len(ends) > 1:
            ends.sort(reverse=True)
        longest_end = ends[0]
        distance = near.distance(self._number, self._kind, start, longest_end) if near is not None else None
        whole = waits = False
        if not complete:
            waits = longest_end + _SETTLED > len(data)
            if self._asks_behind and (distance is None or distance > self._kind.reach_before):
                waits = waits or longest_end + AFTER_CUE > len(data)
        if first:
            tail = skip(data, longest_end)
            whole = tail == len(data) and tail - longest_end <= MOST_AROUND
            waits = waits or (not complete and whole)
        if distance is None and self._weak and not whole:
            return None, waits
        for end in ends:
            if end - start > self._longest:
                if self._whole_run:
                    break
                continue
            if _stands_alone(data, start, end, self._glue):
                if self._check is None or self._check(data[start : min(end, start + CHECKED)].decode()):
                    if self._around is not None and not (stands := self._around(data, start, end, complete)):
                        return None, waits or stands is None
                    return self._scored(data, start, end, distance, whole and end == longest_end, cues), waits
                if self._whole_run:
                    break
        return None, waits

    def _scored(
        self, data: bytes, start: int, end: int, distance: int | None, whole: bool, cues: CueSightings
    ) -> Hit | None:
        if distance is not None:
            score = self._cued
        elif whole:
            score = self._whole
        else:
            score = self._alone
            if score < BEYOND_DOUBT and cues.unlikely(start):
                return None
        if score <= 0.0:
            return None
        if self._locate is None:
            return Hit(self._kind, start, end, score, distance, start)
        part = self._locate(data[start:end].decode())
        return Hit(self._kind, start + part[0], start + part[1], score, distance, start) if part is not None else None


def skip(data: bytes, position: int) -> int:
    """The next place at or after ``position`` where something else stands than spaces and marks."""
    size = len(data)
    while position < size and data[position] in _AROUND_WHOLE:
        position += 1
    return position


def is_cut_off(data: bytes, start: int, glue: Container[int]) -> bool:
    """Whether what begins at ``start``, from the third character on, is the rest of a longer number or name: 00-1234 of 2024-00-1234."""
    before = data[start - 1]
    return (before in glue and data[start - 2] in _WORD) or (
        data[start] == _COLON and (before == _COLON or before in _WORD)
    )


def _stands_alone(data: bytes, start: int, end: int, glue: bytes) -> bool:
    """Whether the value is not the middle of a longer number or name such as 2024-00-1234, 0.123456789 or std::max."""
    if start > 1 and is_cut_off(data, start, glue):
        return False
    if start == 1 and data[1] == _COLON and (data[0] == _COLON or data[0] in _WORD):
        return False
    if end + 1 >= len(data) or data[end] not in glue:
        return True
    return data[end + 1] not in _WORD and not (data[end] == data[end + 1] == _COLON)
