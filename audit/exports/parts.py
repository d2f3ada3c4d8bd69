"""The files of an export, a part after the other, in a folder of its own. What is whole
stays when the process dies, and is not written again.

A part ends behind the group of checkpoints with which it has `PART_ROWS` rows, which depends on the trail and on what was asked alone.
`progress.json` says how far whole parts go; it is replaced at once. Everything beyond it is written anew.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from audit.exports import payloads
from audit.exports.asked import Asked
from audit.exports.event_row import read_row
from audit.exports.formats import FORMATS, Context, RowWriter
from audit.exports.proof import Gaps
from audit.exports.sealed_rows import SealedRow, groups, reader, rows_of
from audit.models.checkpoint import Checkpoint
from audit.payloads.sealing import PayloadSealer

PART_ROWS = 250_000
EVENTS, PROOF = "evidence/events-{0:05}.bin", "evidence/proof-{0:05}.bin"
DATA = "data/events-{0:05}.{1}"
_PROGRESS = "progress.json"
_CHUNK = 1 << 20


class Stopped(Exception):
    """Nobody wants the export any more."""


class WrittenFile(msgspec.Struct, frozen=True):
    """name: below the folder. rows: in it. said: by its format."""

    name: str
    bytes: int
    sha256: str
    rows: int
    said: dict[str, Any] = {}


class Progress(msgspec.Struct):
    """How far whole parts go. number: of the last checkpoint read. covered: leaves that the proof covers."""

    number: int = 0
    covered: int = 0
    rows: int = 0
    parts: int = 0
    files: list[WrittenFile] = []
    done: bool = False


class Work(NamedTuple):
    """What is to be written. checkpoint: the rows that it seals. told: hears how many rows are written, now and then, and
    may raise `Stopped`."""

    asked: Asked
    formats: Sequence[str]
    checkpoint: Checkpoint
    context: Context
    told: Callable[[int], None]
    sealer: PayloadSealer | None = None
    """Opens prompts and answers, which then are in the export, too."""


def write_parts(work: Work, folder: Path) -> Progress:
    """Writes what is missing. Raises `Stopped`, `audit.exports.sealed_rows.NotAsSealed`, `OSError`."""
    progress = _read_progress(folder)
    for name in ("data", "evidence", *(["payloads"] if work.sealer else [])):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    if progress.done:
        return progress
    gaps = Gaps(work.checkpoint.size)
    part: _Part | None = None
    with contextlib.ExitStack() as closing, reader() as reading:
        for group in groups(work.asked, work.checkpoint, after=progress.number):
            for row in rows_of(work.asked, group, reading):
                if part is None:
                    part = closing.enter_context(_Part(work, folder, progress))
                part.write(row, gaps)
            if part is not None and part.rows >= PART_ROWS:
                part.finish(group.number)
                part = None
        if part is None:
            part = closing.enter_context(_Part(work, folder, progress))
        part.finish(work.checkpoint.number, gaps.between(part.covered, work.checkpoint.size), last=True)
    return progress


class _Part:
    """Files of one part while they are written."""

    def __init__(self, work: Work, folder: Path, progress: Progress) -> None:
        self._work, self._folder, self._progress = work, folder, progress
        number = progress.parts + 1
        self._events = (folder / EVENTS.format(number)).open("wb")
        self._proof = (folder / PROOF.format(number)).open("wb")
        self._names = [EVENTS.format(number), PROOF.format(number)]
        self._writers: list[tuple[str, RowWriter]] = []
        for name in work.formats:
            file = DATA.format(number, FORMATS[name].suffix)
            self._writers.append((file, FORMATS[name].open(folder / file, work.context)))
        if work.sealer is not None:
            file = payloads.FILE.format(number)
            self._writers.append((file, payloads.PayloadLines(folder / file, work.sealer)))
        self.rows, self.covered = 0, progress.covered

    def __enter__(self) -> "_Part":
        return self

    def __exit__(self, *_: Any) -> None:
        self._events.close()
        self._proof.close()

    def write(self, row: SealedRow, gaps: Gaps) -> None:
        self._events.write(len(row.row).to_bytes(4) + row.row)
        self._proof.write(row.place.to_bytes(8) + row.leaf + gaps.between(self.covered, row.place))
        values = read_row(row.row)
        for _name, writer in self._writers:
            writer.write(values)
        self.covered = row.place + 1
        self.rows += 1
        if self.rows % 5_000 == 0:
            self._work.told(self._progress.rows + self.rows)

    def finish(self, checkpoint: int, last_gap: bytes = b"", *, last: bool = False) -> None:
        """Closes the files and keeps them as whole; they go up to this checkpoint."""
        self._proof.write(last_gap)
        self._events.close()
        self._proof.close()
        said = {name: writer.close() for name, writer in self._writers}
        progress = self._progress
        for name in (*self._names, *said):
            progress.files.append(_written(self._folder, name, self.rows, said.get(name, {})))
        progress.number, progress.covered = checkpoint, self.covered
        progress.rows += self.rows
        progress.parts += 1
        progress.done = last
        _keep(progress, self._folder)
        self._work.told(progress.rows)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    digest = sha256()
    for chunk in chunks_of(path):
        digest.update(chunk)
    return digest.hexdigest()


def chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _written(folder: Path, name: str, rows: int, said: dict[str, Any]) -> WrittenFile:
    path = folder / name
    with path.open("rb") as file:
        os.fsync(file.fileno())
    said = dict(said)
    return WrittenFile(name, path.stat().st_size, digest_of(path), said.pop("rows", rows), said)


def _read_progress(folder: Path) -> Progress:
    try:
        return msgspec.json.decode((folder / _PROGRESS).read_bytes(), type=Progress)
    except FileNotFoundError:
        return Progress()


def _keep(progress: Progress, folder: Path) -> None:
    new = folder / f"{_PROGRESS}.new"
    with new.open("wb") as file:
        file.write(msgspec.json.encode(progress))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / _PROGRESS)
