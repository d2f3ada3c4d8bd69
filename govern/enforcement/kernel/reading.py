"""A text for the injection detector, by the kernel: what ``injection.reading`` makes of it, in one call."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from govern.enforcement.kernel.loading import Library, as_text

_HEAD = struct.Struct("20q")
_BLOCK = struct.Struct("5d6q")
_MEASURES = 14
"""``MEASURES`` of ``kernel.h``."""
BlockRow = tuple[float, float, float, float, float, int, int, int, int, int, int]
"""best, top, mean, whole; logit; words, start, end; offset; first and last byte of the folded text."""


class Sight(msgspec.Struct, frozen=True):
    """``normal``: the code points of the normal form, None where that is the text; ``places``: ``offsets`` of ``normalise``."""

    normal: bytes | None
    places: NDArray[np.int32] | None
    invisible: int
    lookalikes: int
    smuggled: bool
    folded: bytes
    blocks: list[BlockRow]
    leet: tuple[int, int] | None
    encoded: bool


class _Tables(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_void_p)
        for name in (
            "length",
            "first",
            "letters",
            "lookalike",
            "letter",
            "han",
            "folded",
            "classes",
            "power",
            "inverse",
        )
    ]


class _Model(ctypes.Structure):
    _fields_ = [
        ("words", ctypes.c_void_p),
        ("characters", ctypes.c_void_p),
        ("scale", ctypes.c_double),
        ("bias", ctypes.c_double),
        ("weights", ctypes.c_double * _MEASURES),
        ("log_words", ctypes.c_void_p),
        ("log_blocks", ctypes.c_void_p),
        ("most_blocks", ctypes.c_int64),
    ]


class Reader:
    """Reads with these tables and weights. They are kept as they are."""

    def __init__(
        self,
        tables: dict[str, NDArray[np.generic]],
        words: NDArray[np.int8],
        characters: NDArray[np.int8],
        scale: float,
        bias: float,
        measures: Sequence[float],
        logarithms: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> None:
        self._arrays = {name: np.ascontiguousarray(array) for name, array in tables.items()}
        self._weights = np.ascontiguousarray(words), np.ascontiguousarray(characters)
        self._tables = _Tables(**{name: array.ctypes.data for name, array in self._arrays.items()})
        self._logarithms = logarithms
        words_at, characters_at = (array.ctypes.data for array in self._weights)
        log_words, log_blocks = logarithms
        self._model = _Model(
            words_at,
            characters_at,
            scale,
            bias,
            (ctypes.c_double * _MEASURES)(*measures),
            log_words.ctypes.data,
            log_blocks.ctypes.data,
            len(log_blocks) - 1,
        )
        self._addresses = ctypes.addressof(self._tables), ctypes.addressof(self._model)

    def read(self, library: Library, text: str) -> Sight | None:
        """None where there is no memory for it."""
        work = library.workspace()
        data, size, width = as_text(text)
        if library.read(*self._addresses, work.address, data, size, width) < 0:
            return None
        (
            same, length, moved, invisible, lookalikes, smuggled, folded, blocks, start, end, encoded,
            _, _, _, _, _, normal_at, places_at, folded_at, blocks_at,
        ) = _HEAD.unpack_from(work.head)  # fmt: skip
        places = np.frombuffer(ctypes.string_at(places_at, 4 * length + 4), np.int32) if moved else None
        sight = Sight(
            None if same else ctypes.string_at(normal_at, 4 * length),
            places,
            invisible,
            lookalikes,
            bool(smuggled),
            ctypes.string_at(folded_at, folded),
            list(_BLOCK.iter_unpack(ctypes.string_at(blocks_at, _BLOCK.size * blocks))),
            None if start < 0 else (start, end),
            bool(encoded),
        )
        library.done(work, size)
        return sight
