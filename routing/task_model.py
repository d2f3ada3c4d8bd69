"""Tells what a text asks for: a linear classifier over hashed n-grams of its two ends, where long texts say what is to be done.

Weights are bytes and sums are whole numbers until the last step, so every machine tells the same.
"""

import hashlib
import math
import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from routing.ngrams import BUCKETS, ask_of, buckets
from routing.outcome_model import FOLDER, Source
from routing.tasks import TOLD

FORMAT = 1


class TasksDamaged(RuntimeError):
    """The classifier's files are not those that their manifest describes, or are of another version of Govern."""


class TaskManifest(msgspec.Struct, frozen=True):
    """digest: SHA-256 of the weights file. scale: of every weight. constants: log odds of each task without any word. sharpness: by which
    log odds are multiplied, so that the confidence is the share of such texts that are told right."""

    format: int
    version: str
    digest: str
    buckets: int
    tasks: list[str]
    scale: float
    constants: list[float]
    sharpness: float
    sources: list[Source]


class TaskModel(NamedTuple):
    """weights: a row a bucket, a column a task."""

    manifest: TaskManifest
    weights: NDArray[np.int8]


class Told(NamedTuple):
    """confidence: 0 to 1, that this is the task."""

    task: str
    confidence: float


_RESTORE = "Restore tasks.json and tasks.bin from one release, or run make train-routing."


def pack(weights: NDArray[np.int8]) -> bytes:
    return zlib.compress(weights.tobytes(), 9)


def read(folder: Path) -> TaskModel:
    """Raises TasksDamaged, saying what to do, and OSError where there is no file."""
    file = folder / "tasks.json"
    try:
        manifest = msgspec.json.decode(file.read_bytes(), type=TaskManifest)
    except msgspec.DecodeError as fault:
        raise TasksDamaged(f"{file} is no manifest of a task classifier ({fault}). {_RESTORE}") from None
    if (manifest.format, manifest.buckets, tuple(manifest.tasks)) != (FORMAT, BUCKETS, TOLD):
        raise TasksDamaged(f"{file} is not of this version of Govern, which reads format {FORMAT}. {_RESTORE}")
    body = (folder / "tasks.bin").read_bytes()
    if hashlib.sha256(body).hexdigest() != manifest.digest:
        raise TasksDamaged(f"{folder / 'tasks.bin'} does not have the digest of its manifest. {_RESTORE}")
    return TaskModel(manifest, np.frombuffer(zlib.decompress(body), np.int8).reshape(BUCKETS, len(TOLD)))


@cache
def shipped() -> TaskModel:
    """What ships with this version. Raises as `read` does."""
    return read(FOLDER)


def tell(text: str, model: TaskModel | None = None) -> Told:
    """The likeliest task of a text and how sure that is."""
    manifest, weights = model or shipped()
    seen = buckets(ask_of(text))
    sums = weights.take(seen, axis=0).sum(axis=0, dtype=np.int32).tolist()
    step = manifest.scale / math.sqrt(max(1, len(seen)))
    odds = [
        manifest.sharpness * (whole * step + constant) for whole, constant in zip(sums, manifest.constants, strict=True)
    ]
    best = max(odds)
    return Told(TOLD[odds.index(best)], 1.0 / sum([math.exp(each - best) for each in odds]))
