"""What recorded outcomes taught: a file of weights and its manifest, loaded once and refused where it is not what the manifest says."""

import hashlib
import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from routing.ngrams import BUCKETS, COUNTS, Features

FOLDER = Path(__file__).parent / "learned"
FORMAT = 1
"""Of the manifest. A file of another one is refused: its numbers would be read as something else."""


class OutcomesDamaged(RuntimeError):
    """The predictor's files are not those that their manifest describes, or are of another version of Govern."""


class Measured(msgspec.Struct, frozen=True):
    """What is known of one model.

    ability: log odds above the middling model's, over all groups. groups: group → log odds of a good answer to its middling prompt.
    tasks: the same by task. slope: how much of a prompt's hardness it feels; 1 is usual. usd_per_token: in and out; None where no
    cost was recorded. output_tokens: group → mean of its answers; the key "" is the mean of all. rows: how many outcomes say so.
    """

    ability: float
    groups: dict[str, float]
    tasks: dict[str, float]
    slope: float = 1.0
    usd_per_token: tuple[float, float] | None = None
    output_tokens: dict[str, float] = {}
    rows: int = 0


class Group(msgspec.Struct, frozen=True):
    """Prompts of one kind. Weights of counts are of the deviations of `Features.counts`.

    middle: log odds of a good answer by the middling model. like, like_constant: what the counts, and nothing, say for a prompt being of
    this group rather than of none. counts: what they add to a good answer beside the hardness that all groups share. length: the same
    for the logarithm of an answer's length. share: how much of the general hardness is felt here.
    """

    name: str
    middle: float
    like: list[float]
    like_constant: float
    counts: list[float]
    length: list[float]
    characters_per_token: float
    share: float = 1.0
    rows: int = 0


class Source(msgspec.Struct, frozen=True):
    """Where prompts and outcomes came from."""

    name: str
    licence: str
    rows: int


class Manifest(msgspec.Struct, frozen=True):
    """digest: SHA-256 of the weights file. scales: one a column of it: hardness, then likeness to each group. counts: weights of the
    deviations of `Features.counts` from `means`. tasks: log odds of a good answer by the middling model. newcomer: ability of a model
    without rows.
    """

    format: int
    version: str
    digest: str
    buckets: int
    counted: list[str]
    scales: list[float]
    counts: list[float]
    means: list[float]
    deviations: list[float]
    groups: list[Group]
    tasks: dict[str, float]
    models: dict[str, Measured]
    newcomer: float
    sources: list[Source]


class Anchors(NamedTuple):
    """A few of the prompts that were trained on, as features: what new groups have to be told from. group: its place, -1 for none."""

    features: list[Features]
    group: list[int]


class OutcomeModel:
    """A manifest and its weights, as arrays. columns: a row a bucket of the n-grams, a column for each scale of the manifest."""

    def __init__(self, manifest: Manifest, columns: NDArray[np.int8], anchors: Anchors) -> None:
        self.manifest = manifest
        self.columns = columns
        self.anchors = anchors
        self.scales = np.array(manifest.scales)
        self.counts = np.array(manifest.counts)
        self.means = np.array(manifest.means)
        self.deviations = np.array(manifest.deviations)
        self.group_like = np.array([group.like for group in manifest.groups])
        self.group_constant = np.array([group.like_constant for group in manifest.groups])
        self.group_counts = np.array([group.counts for group in manifest.groups])
        self.group_length = np.array([group.length for group in manifest.groups])
        self.group_share = np.array([group.share for group in manifest.groups])
        self.group_characters = np.array([group.characters_per_token for group in manifest.groups])

    def deviations_of(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Counts of one text or of a row each, as deviations from the usual."""
        return ((counts - self.means) / self.deviations).clip(-4.0, 4.0)


class _Anchor(msgspec.Struct, frozen=True, array_like=True):
    group: int
    buckets: bytes
    counts: list[float]


def pack(columns: NDArray[np.int8], anchors: Anchors) -> bytes:
    """The weights file: columns, then anchors."""
    kept = [
        _Anchor(group, each.buckets.astype("<u2").tobytes(), each.counts.round(3).tolist())
        for each, group in zip(anchors.features, anchors.group, strict=True)
    ]
    return zlib.compress(columns.tobytes() + msgspec.msgpack.encode(kept), 9)


def _unpack(body: bytes, columns: int) -> tuple[NDArray[np.int8], Anchors]:
    plain = zlib.decompress(body)
    size = BUCKETS * columns
    kept = msgspec.msgpack.decode(plain[size:], type=list[_Anchor])
    anchors = Anchors(
        [Features(np.frombuffer(each.buckets, "<u2").astype(np.intp), np.array(each.counts), 0) for each in kept],
        [each.group for each in kept],
    )
    return np.frombuffer(plain[:size], np.int8).reshape(BUCKETS, columns), anchors


def read(folder: Path) -> OutcomeModel:
    """Raises OutcomesDamaged, saying what to do, and OSError where there is no file."""
    file = folder / "outcomes.json"
    try:
        said = msgspec.json.decode(file.read_bytes(), type=dict[str, msgspec.Raw])
        found = msgspec.json.decode(said["format"], type=int)
        if found != FORMAT:
            raise OutcomesDamaged(f"{file} is of format {found}, and this version of Govern reads {FORMAT}. {_RESTORE}")
        manifest = msgspec.json.decode(file.read_bytes(), type=Manifest)
    except (msgspec.DecodeError, KeyError) as fault:
        raise OutcomesDamaged(f"{file} is no manifest of recorded outcomes ({fault}). {_RESTORE}") from None
    if manifest.buckets != BUCKETS or manifest.counted != list(COUNTS):
        raise OutcomesDamaged(f"{file} was made for other features than this version of Govern reads. {_RESTORE}")
    body = (folder / "outcomes.bin").read_bytes()
    if hashlib.sha256(body).hexdigest() != manifest.digest:
        raise OutcomesDamaged(f"{folder / 'outcomes.bin'} does not have the digest of its manifest. {_RESTORE}")
    return OutcomeModel(manifest, *_unpack(body, len(manifest.scales)))


_RESTORE = "Restore outcomes.json and outcomes.bin from one release, or run make train-routing."


@cache
def shipped() -> OutcomeModel:
    """What ships with this version. Raises as `read` does."""
    return read(FOLDER)
