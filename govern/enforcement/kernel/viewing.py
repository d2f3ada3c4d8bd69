"""The view of a text by the kernel (see ``folding``), and where in one values may stand."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.kernel.loading import Library, Workspace, as_text

Stretches = tuple[tuple[int, int], ...]
_HEAD = struct.Struct("12q")
_LEVELS = 4
_NO_DIGITS: tuple[Stretches, ...] = ((),) * _LEVELS
_VIEW_AT, _POINTS_AT, _REMOVED_AT, _STRETCHES_AT = range(16, 20)


class Survey(NamedTuple):
    """What stands in a view. ``colons``: whether two are near each other; ``capitals``: whether a run of them is there; ``numbered``:
    whether a digit stands right behind a letter; ``tokens``: where long runs of characters of tokens are; ``digits``: where chains of
    digits are, by level."""

    at_signs: int
    colons: int
    capitals: int
    numbered: int
    tokens: Stretches
    digits: tuple[Stretches, ...]


View = tuple[Survey, bytes, bytes | None, Sequence[int]]
"""A survey, the bytes of a view, its code points (none where the view is the text), and what was removed, as in ``folding``."""


class _Tables(ctypes.Structure):
    _fields_ = [
        ("becomes", ctypes.c_void_p),
        ("in_tokens", ctypes.c_void_p),
        ("token_length", ctypes.c_int64),
        ("capitals", ctypes.c_int64),
        ("colon_gap", ctypes.c_int64),
        ("window", ctypes.c_int64),
        ("levels", ctypes.c_int64),
        ("digits", ctypes.c_int64 * _LEVELS),
        ("between", ctypes.c_int64 * _LEVELS),
    ]


class Viewer:
    """Makes views with ``becomes``, the table of ``folding``, and surveys as ``values.gates`` wants them."""

    def __init__(
        self,
        becomes: NDArray[np.uint32],
        token_bytes: bytes,
        token_length: int,
        capitals: int,
        colon_gap: int,
        window: int,
        levels: tuple[tuple[int, int], ...],
    ) -> None:
        assert len(levels) == _LEVELS
        self._becomes = np.ascontiguousarray(becomes, np.uint32)
        self._in_tokens = np.zeros(256, np.uint8)
        self._in_tokens[list(token_bytes)] = 1
        self._tables = _Tables(
            self._becomes.ctypes.data,
            self._in_tokens.ctypes.data,
            token_length,
            capitals,
            colon_gap,
            window,
            _LEVELS,
            (ctypes.c_int64 * _LEVELS)(*(digits for digits, _ in levels)),
            (ctypes.c_int64 * _LEVELS)(*(between for _, between in levels)),
        )
        self._address = ctypes.addressof(self._tables)

    def view(self, library: Library, text: str) -> View | None:
        """None where there is no memory for it."""
        work = library.workspace()
        data, size, width = as_text(text)
        if library.view(self._address, work.address, data, size, width) < 0:
            return None
        same, length, gone, *counts = _HEAD.unpack_from(work.head)
        survey = _survey(work, *counts)
        view: View = survey, data, None, ()
        if not same:
            head = work.head
            removed = _numbers(head[_REMOVED_AT], gone) if gone else ()
            points = ctypes.string_at(head[_POINTS_AT], 4 * length)
            view = survey, ctypes.string_at(head[_VIEW_AT], length), points, removed
        library.done(work, size)
        return view

    def survey(self, library: Library, data: bytes) -> Survey | None:
        """Of a view that was cut out of another."""
        work = library.workspace()
        if library.survey(self._address, work.address, data, len(data)) < 0:
            return None
        survey = _survey(work, *_HEAD.unpack_from(work.head)[3:])
        library.done(work, len(data))
        return survey


NOTHING = Survey(0, 0, 0, 0, (), _NO_DIGITS)
"""The one survey of every view in which nothing stands that any value needs."""


def _survey(
    work: Workspace, at_signs: int, colons: int, capitals: int, numbered: int, tokens: int, *levels: int
) -> Survey:
    if not (levels[0] or tokens):
        if not (at_signs or colons or capitals):
            return NOTHING
        return Survey(at_signs, colons, capitals, 0, (), _NO_DIGITS)
    edges = iter(_numbers(work.head[_STRETCHES_AT], 2 * (tokens + sum(levels))))
    pairs = tuple(zip(edges, edges, strict=True))
    digits = []
    done = tokens
    for count in levels:
        digits.append(pairs[done : done + count])
        done += count
    return Survey(at_signs, colons, capitals, numbered, pairs[:tokens], tuple(digits))


def _numbers(address: int, count: int) -> tuple[int, ...]:
    return struct.unpack(f"{count}i", ctypes.string_at(address, 4 * count))
