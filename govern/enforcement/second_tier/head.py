"""Our weights over what the encoder sees and what the first tier says; trained by `make train-deep`, a few kB."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "model"
_CLIP = 30.0


class Combination(msgspec.Struct, frozen=True):
    """``logit = first * L1 + second * L2 + bias``, of the first tier's logit and the highest window of the second.

    It is a score of 0.5 at ``shift``; above it ``slope`` decides how fast it rises, so that 0.9 has the first tier's meaning too.
    """

    first: float
    second: float
    bias: float
    slope: float
    shift: float

    def score(self, first: float, second: float) -> float:
        above = self.first * first + self.second * second + self.bias - self.shift
        return 1.0 / (1.0 + math.exp(-max(-_CLIP, min(_CLIP, above * self.slope if above > 0 else above))))


class Counted(msgspec.Struct, frozen=True):
    """How many texts of a source it was trained on."""

    name: str
    licence: str
    attacks: int
    honest: int


class Manifest(msgspec.Struct, frozen=True):
    """What the weights are and what they hold for. ``digest`` is the SHA-256 of the weights file, ``encoder`` that of the encoder's files,
    ``first_tier`` the version whose scores they were fitted to."""

    version: str
    digest: str
    encoder: str
    encoder_version: str
    first_tier: str
    grey_from: float
    bias: float
    combination: Combination
    seed: int
    packages: dict[str, str]
    sources: list[Counted]


class HeadDamaged(RuntimeError):
    """The weights are not the ones that their manifest describes."""


class Head:
    """``direction`` is applied to each window's vector; the highest window counts."""

    def __init__(self, direction: NDArray[np.float32], manifest: Manifest) -> None:
        self._direction = direction
        self.manifest = manifest
        self.version = manifest.version
        self.grey_from = manifest.grey_from
        self.first_tier = manifest.first_tier

    def unfit(self, encoder_digest: str, encoder_version: str) -> str:
        """Why it does not belong to an encoder; empty where it does."""
        if encoder_digest == self.manifest.encoder:
            return ""
        return (
            f"the weights were fitted to {self.manifest.encoder_version}, and {encoder_version} is another encoder: "
            "install requirements/second-tier.txt or run `make train-deep`"
        )

    def score(self, vectors: NDArray[np.float32], first: float) -> float:
        """The score in [0, 1] of both tiers: ``vectors`` has a row for each window, ``first`` is the first tier's score. NaN stays NaN."""
        second = highest(vectors, self._direction, self.manifest.bias)
        return self.manifest.combination.score(logit(first), second) if math.isfinite(second) else math.nan


def highest(vectors: NDArray[np.float32], direction: NDArray[np.float32], bias: float) -> float:
    return float((vectors @ direction).max()) + bias


def logit(score: float) -> float:
    """Of a score in [0, 1], bounded."""
    return max(-_CLIP, min(_CLIP, math.log(max(score, 1e-13) / max(1.0 - score, 1e-13))))


def load_head(folder: Path = FOLDER) -> Head:
    """Raises `HeadDamaged`."""
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
        body = (folder / "weights.bin").read_bytes()
    except (OSError, msgspec.DecodeError) as fault:
        raise HeadDamaged(f"the weights of the second tier cannot be read ({type(fault).__name__})") from None
    if hashlib.sha256(body).hexdigest() != manifest.digest:
        raise HeadDamaged(
            "the weights of the second tier do not have the digest of their manifest; restore both from one release"
        )
    return Head(np.frombuffer(body, np.float32), manifest)
