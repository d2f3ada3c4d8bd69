"""Multi-pattern databases: many expressions, one pass, linear time.

Expressions are regular: no look-around, no back-references. They are matched against bytes in which one byte is one character (see
``folding``) or against UTF-8, as the owner of the patterns decides. The engine merges the automata of all the patterns it compiles
together, in more than quadratic time, so a large set is compiled in parts and scanned part by part: a fifth of the time for a few
microseconds more a scan. A compiled database is kept, serialised, in a cache directory under the hash of its patterns, engine and
processor.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import hyperscan

from govern.enforcement.clock import OutOfTime

CASELESS = hyperscan.HS_FLAG_CASELESS
DOTALL = hyperscan.HS_FLAG_DOTALL
MULTILINE = hyperscan.HS_FLAG_MULTILINE
ONCE = hyperscan.HS_FLAG_SINGLEMATCH
START = hyperscan.HS_FLAG_SOM_LEFTMOST
"""Report where a match starts, too. Without it ``start`` is 0 and only ``end`` means anything."""

_CHECK_EVERY = 4096
_LENGTH_BYTES = 4

Stretches = Sequence[tuple[int, int]]
"""Pieces of a text: start and end of each, in bytes, from left to right."""

Found = tuple[int, int, int]
"""The position of the pattern in the sequence that was compiled, and the byte offsets of the match's start and end."""


class Match(NamedTuple):
    """What ``Found`` is, with names."""

    pattern: int
    start: int
    end: int


class Pattern(NamedTuple):
    """One expression that a detector contributes. ``flags`` is an or of the constants of this module."""

    id: str
    expression: str
    flags: int = 0


class PatternRefused(ValueError):
    """The engine cannot compile an expression. ``index`` is its position, ``reason`` the engine's words."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index
        self.reason = reason


def default_cache_directory() -> Path:
    """``GOVERN_PATTERN_CACHE``, or ``scanner`` in ``GOVERN_HOME``."""
    chosen = os.environ.get("GOVERN_PATTERN_CACHE")
    return Path(chosen) if chosen else Path(os.environ.get("GOVERN_HOME", ".govern")) / "scanner"


class PatternDatabase:
    """An immutable compiled database that any number of threads may scan with.

    Of the patterns ``longest_only`` only the longest of the matches that start at one place is reported. ``together`` is how many
    patterns are compiled as one part, where ``parts`` does not name the positions in each.
    """

    def __init__(
        self,
        patterns: Sequence[Pattern],
        *,
        longest_only: Collection[int] = (),
        together: int = 1024,
        parts: Sequence[Sequence[int]] | None = None,
        cache_directory: Path | None = None,
    ) -> None:
        self.patterns = tuple(patterns)
        self._longest_only = frozenset(longest_only)
        if parts is None:
            parts = [range(first, min(first + together, len(patterns))) for first in range(0, len(patterns), together)]
        self.version = _content_hash(self.patterns, parts)
        self._parts = _load_or_compile(self.patterns, parts, self.version, cache_directory)
        self._everywhere = tuple((number, None) for number in range(len(self._parts)))
        self._scratches = threading.local()

    def scan(self, data: bytes, *, deadline: float | None = None) -> list[Match]:
        """All matches in ``data``. See ``find``."""
        return [Match(*found) for found in self.find(data, deadline=deadline)]

    def find(
        self, data: bytes, *, where: Sequence[tuple[int, Stretches | None]] | None = None, deadline: float | None = None
    ) -> list[Found]:
        """All matches in ``data`` as plain tuples, which cost a quarter.

        ``where`` tells which parts are looked for and the stretches where alone there can be matches of each (None: anywhere); what touches
        the edge of one is none, except at the edges of ``data``; every pattern of such a part must have ``START``. ``deadline`` is a
        ``time.thread_time`` reading; past it the scan stops with ``OutOfTime``.
        """
        found: list[Found] = []
        if not self._parts or not data:
            return found
        longest: dict[tuple[int, int], int] = {}
        append, longest_only = found.append, self._longest_only
        countdown = _CHECK_EVERY
        offset, edge = 0, -1

        def note(pattern: int, start: int, end: int, _flags: int, _context: object) -> bool | None:
            nonlocal countdown
            if offset or edge >= 0:
                if end == edge or (offset and not start):
                    return None
                start, end = start + offset, end + offset
            if pattern in longest_only:
                longest[pattern, start] = end
            else:
                append((pattern, start, end))
            countdown -= 1
            if not countdown:
                countdown = _CHECK_EVERY
                return deadline is not None and time.thread_time() > deadline
            return None

        try:
            scratches = self._scratch()
            for number, places in self._everywhere if where is None else where:
                part, scratch = self._parts[number], scratches[number]
                if places is None:
                    offset, edge = 0, -1
                    part.scan(data, match_event_handler=note, scratch=scratch)
                    continue
                for offset, last in places:
                    edge = last - offset if last < len(data) else -1
                    part.scan(data[offset:last], match_event_handler=note, scratch=scratch)
        except hyperscan.ScanTerminated:
            raise OutOfTime from None
        if longest:
            found += [(pattern, start, end) for (pattern, start), end in longest.items()]
        return found

    def _scratch(self) -> list[hyperscan.Scratch]:
        """The working memory of this thread, by part."""
        try:
            own: list[hyperscan.Scratch] = self._scratches.by_part
        except AttributeError:
            own = self._scratches.by_part = [hyperscan.Scratch(part) for part in self._parts]
        return own


def _content_hash(patterns: Sequence[Pattern], parts: Sequence[Sequence[int]]) -> str:
    layout = [list(part) for part in parts]
    digest = hashlib.sha256(f"{version('hyperscan')} {platform.machine()} {_processor_features()} {layout}".encode())
    for pattern in patterns:
        digest.update(f"\0{pattern.expression}\0{pattern.flags}".encode())
    return digest.hexdigest()[:32]


def _processor_features() -> str:
    """A database is tuned to the instruction sets of the machine that compiled it."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
        for line in info:
            if line.startswith("flags"):
                return " ".join(sorted({"avx2", "avx512f", "avx512vbmi"} & set(line.split())))
    return ""


def _compile(patterns: Sequence[Pattern], part: Sequence[int]) -> hyperscan.Database:
    """The patterns at the positions ``part``, as which they report themselves."""
    database = hyperscan.Database()
    try:
        database.compile(
            expressions=[patterns[index].expression.encode() for index in part],
            ids=list(part),
            flags=[patterns[index].flags for index in part],
        )
    except hyperscan.HyperscanError as failure:
        if len(part) == 1:
            raise PatternRefused(part[0], str(failure)) from None
        for index in part:
            _compile(patterns, [index])
        raise PatternRefused(-1, str(failure)) from None
    return database


def _load_or_compile(
    patterns: Sequence[Pattern], parts: Sequence[Sequence[int]], version: str, cache_directory: Path | None
) -> list[hyperscan.Database]:
    directory = cache_directory or default_cache_directory()
    path = directory / f"{version}.hsdb"
    with contextlib.suppress(OSError, ValueError, hyperscan.HyperscanError):
        # the engine finds damage by a checksum in each part
        kept = [hyperscan.loadb(part, hyperscan.HS_MODE_BLOCK) for part in _unpacked(path.read_bytes())]
        if len(kept) == len(parts):
            return kept
    compiled = [_compile(patterns, part) for part in parts]
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time at the next start, nothing else
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=directory, delete=False) as file:
            file.writelines(_packed(hyperscan.dumpb(part)) for part in compiled)
        Path(file.name).replace(path)
    return compiled


def _packed(part: bytes) -> bytes:
    return len(part).to_bytes(_LENGTH_BYTES) + part


def _unpacked(body: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(body):
        end = start + _LENGTH_BYTES + int.from_bytes(body[start : start + _LENGTH_BYTES])
        yield body[start + _LENGTH_BYTES : end]
        start = end
