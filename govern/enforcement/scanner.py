"""Multi-pattern databases: many expressions, one pass, linear time.

Expressions are regular: no look-around, no back-references. They are matched against bytes in which one byte is one character (see
``folding``) or against UTF-8, as the owner of the patterns decides. Compiling takes up to seconds, so a compiled database is kept,
serialised, in a cache directory under the hash of its patterns, engine and processor.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import tempfile
import threading
import time
from collections.abc import Collection, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import hyperscan

CASELESS = hyperscan.HS_FLAG_CASELESS
DOTALL = hyperscan.HS_FLAG_DOTALL
MULTILINE = hyperscan.HS_FLAG_MULTILINE
ONCE = hyperscan.HS_FLAG_SINGLEMATCH
START = hyperscan.HS_FLAG_SOM_LEFTMOST
"""Report where a match starts, too. Without it ``start`` is 0 and only ``end`` means anything."""

_CHECK_EVERY = 4096


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


class ScanTimeout(Exception):
    """A scan passed its deadline and was stopped."""


def default_cache_directory() -> Path:
    return Path(os.environ.get("GOVERN_HOME", ".govern")) / "scanner"


class PatternDatabase:
    """An immutable compiled database that any number of threads may scan with.

    Of the patterns ``longest_only`` only the longest of the matches that start at one place is reported.
    """

    def __init__(
        self, patterns: Sequence[Pattern], *, longest_only: Collection[int] = (), cache_directory: Path | None = None
    ) -> None:
        self.patterns = tuple(patterns)
        self._longest_only = frozenset(longest_only)
        self.version = _content_hash(self.patterns)
        self._database = _load_or_compile(self.patterns, self.version, cache_directory) if self.patterns else None
        self._scratches = threading.local()

    def scan(self, data: bytes, *, deadline: float | None = None) -> list[Match]:
        """All matches in ``data``. See ``find``."""
        return [Match(*found) for found in self.find(data, deadline=deadline)]

    def find(self, data: bytes, *, deadline: float | None = None) -> list[Found]:
        """All matches in ``data`` as plain tuples, which cost a quarter.

        ``deadline`` is a ``time.perf_counter`` reading; past it the scan stops with ``ScanTimeout``.
        """
        found: list[Found] = []
        if self._database is None or not data:
            return found
        longest: dict[tuple[int, int], int] = {}
        append, longest_only = found.append, self._longest_only
        countdown = _CHECK_EVERY

        def note(pattern: int, start: int, end: int, _flags: int, _context: object) -> bool | None:
            nonlocal countdown
            if pattern in longest_only:
                longest[pattern, start] = end
            else:
                append((pattern, start, end))
            countdown -= 1
            if not countdown:
                countdown = _CHECK_EVERY
                return deadline is not None and time.perf_counter() > deadline
            return None

        try:
            scratch = self._scratches.scratch
        except AttributeError:
            scratch = self._scratches.scratch = hyperscan.Scratch(self._database)
        try:
            self._database.scan(data, match_event_handler=note, scratch=scratch)
        except hyperscan.ScanTerminated:
            raise ScanTimeout from None
        found += [(pattern, start, end) for (pattern, start), end in longest.items()]
        return found


def check_expression(expression: str, flags: int = 0) -> None:
    """Raises ``PatternRefused`` with the engine's reason when ``expression`` cannot be matched in linear time."""
    _compile([Pattern("", expression, flags)])


def _content_hash(patterns: Sequence[Pattern]) -> str:
    digest = hashlib.sha256(f"{version('hyperscan')} {platform.machine()} {_processor_features()}".encode())
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


def _compile(patterns: Sequence[Pattern]) -> hyperscan.Database:
    database = hyperscan.Database()
    try:
        database.compile(
            expressions=[pattern.expression.encode() for pattern in patterns],
            ids=list(range(len(patterns))),
            flags=[pattern.flags for pattern in patterns],
        )
    except hyperscan.HyperscanError as failure:
        if len(patterns) == 1:
            raise PatternRefused(0, str(failure)) from None
        for index, pattern in enumerate(patterns):
            try:
                _compile([pattern])
            except PatternRefused as refused:
                raise PatternRefused(index, refused.reason) from None
        raise PatternRefused(-1, str(failure)) from None
    return database


def _load_or_compile(patterns: Sequence[Pattern], version: str, cache_directory: Path | None) -> hyperscan.Database:
    directory = cache_directory or default_cache_directory()
    path = directory / f"{version}.hsdb"
    with contextlib.suppress(OSError, ValueError, hyperscan.HyperscanError):
        stored = path.read_bytes()
        checksum, body = stored[:32], stored[32:]
        if hashlib.sha256(body).digest() == checksum:
            return hyperscan.loadb(body, hyperscan.HS_MODE_BLOCK)
    database = _compile(patterns)
    body = hyperscan.dumpb(database)
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time at the next start, nothing else
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=directory, delete=False) as file:
            file.write(hashlib.sha256(body).digest() + body)
        Path(file.name).replace(path)
    return database
