"""The trained model: loading, and checking that it is the one that was trained."""

from __future__ import annotations

import hashlib
import math
import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "model"
_CLIP = 60.0


class Weights(NamedTuple):
    """``words`` and ``characters``: one signed byte a bucket, times ``scale``."""

    words: NDArray[np.int8]
    characters: NDArray[np.int8]
    scale: float
    bias: float


class Meta(msgspec.Struct, frozen=True):
    """Logistic model over named features: ``logit = bias + sum(weight * x)`` of a block; ``calibrated`` makes it a score."""

    features: list[str]
    weights: list[float]
    bias: float
    slope: float
    shift: float

    def calibrated(self, logit: float) -> float:
        """A score in [0, 1]: 0.5 at ``shift``; above it ``slope`` decides how fast it rises, below it falls as in every model."""
        above = logit - self.shift
        return 1.0 / (1.0 + math.exp(-max(-_CLIP, min(_CLIP, above * self.slope if above > 0 else above))))


class Source(msgspec.Struct, frozen=True):
    name: str
    licence: str
    attacks: int
    honest: int


class Manifest(msgspec.Struct, frozen=True):
    """What the weights are and where they come from. ``digest`` is the SHA-256 of the weights file, ``patterns`` that of the patterns
    whose matches it learned to weigh."""

    version: str
    digest: str
    patterns: str
    scale: float
    bias: float
    flag_at: float
    block_at: float
    meta: Meta
    seed: int
    packages: dict[str, str]
    sources: list[Source]


class WeightsDamaged(RuntimeError):
    """The weights file is not the one the manifest describes."""


def pack(weights: Weights) -> bytes:
    return zlib.compress(weights.words.tobytes() + weights.characters.tobytes(), 9)


@cache
def load(folder: Path = FOLDER) -> tuple[Weights, Manifest]:
    """Raises WeightsDamaged when the file and its manifest differ."""
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    body = (folder / "weights.bin").read_bytes()
    if hashlib.sha256(body).hexdigest() != manifest.digest:
        raise WeightsDamaged(
            f"{folder / 'weights.bin'} does not have the digest of its manifest; restore both from one release"
        )
    plain = np.frombuffer(zlib.decompress(body), np.int8)
    words, characters = np.split(plain, 2)
    return Weights(words, characters, manifest.scale, manifest.bias), manifest
