"""Trains the detector and writes its weights and manifest: ``python -m training.train``."""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the order of sums decides bits; set before NumPy loads

import django
import msgspec
import numpy as np
from numpy.typing import NDArray

from govern.enforcement.injection.patterns import patterns_digest
from govern.enforcement.injection.weights import FOLDER, Manifest, Source, Weights, pack
from training import linear, meta
from training.examples import SHARED, Example, read_corpora
from training.folds import CACHE, DEFAULT_SCALE, GENERATOR_SEED, HeldOut, cut_all, fit_scorer, held_out, training_set
from training.source_files import lines_with_a_rule, source_files, versions

JUDGES = ("own:", "synth:", "lines,")
"""Generated honest texts do not set thresholds, nor do lines that were chosen because a rule hits them: real texts do."""
_MOST_OF_A_SOURCE = 100
"""Attacks that choose thresholds."""


def fit_meta(held: HeldOut, without: int | None = None) -> meta.Meta:
    """The meta model of all folds but ``without``, calibrated on the real honest texts of the same."""
    kept = held.fold != without if without is not None else np.ones(len(held.fold), np.bool_)
    examples = [example for example, keep in zip(held.examples, kept, strict=True) if keep]
    attack = np.array([example.attack for example in examples])
    values = [rows for rows, keep in zip(held.values, kept, strict=True) if keep]
    fitted = meta.fit(values, attack, linear.balance(examples))
    real = np.array([not example.source.startswith(JUDGES) for example in examples])
    logits = meta.logits(fitted, values)
    return meta.calibrate(fitted, logits[real & ~attack], logits[_few_of_each(examples, real & attack)])


def _few_of_each(examples: list[Example], chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Places of the first of each source among the chosen, so that no large collection decides alone."""
    counts: Counter[str] = Counter()
    places = []
    for place in np.flatnonzero(chosen):
        counts[examples[place].source] += 1
        if counts[examples[place].source] <= _MOST_OF_A_SOURCE:
            places.append(place)
    return np.array(places, np.intp)


def sources_of(examples: list[Example]) -> list[Source]:
    counts = Counter((example.source, example.licence, example.attack) for example in examples)
    names = sorted({(name, licence) for name, licence, _ in counts})
    return [Source(name, licence, counts[name, licence, True], counts[name, licence, False]) for name, licence in names]


def write(folder: Path, weights: Weights, fitted: meta.Meta, examples: list[Example]) -> Manifest:
    body = pack(weights)
    digest = hashlib.sha256(body).hexdigest()
    settings = hashlib.sha256(digest.encode() + msgspec.json.encode(fitted)).hexdigest()
    packages = (
        {name: version(name) for name in ("numpy", "scipy", "hyperscan")} | {"django": django.__version__} | versions()
    )
    manifest = Manifest(
        f"injection-{settings[:10]}",
        digest,
        patterns_digest(),
        weights.scale,
        weights.bias,
        0.5,
        0.9,
        fitted,
        GENERATOR_SEED,
        packages,
        sources_of(examples),
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "weights.bin").write_bytes(body)
    (folder / "manifest.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    return manifest


def train(corpora: list[Example], folder: Path, scale: float = DEFAULT_SCALE, cache: Path = CACHE) -> Manifest:
    """Same corpora and packages, same bytes. ``scale`` shrinks the generated part; ``cache`` keeps what `held_out` finds."""
    examples = training_set(corpora, scale)
    print(f"{len(examples)} texts; leaving sources out", flush=True)
    held = held_out(examples, cache)
    print("  final scorer and meta model", flush=True)
    return write(folder, fit_scorer(examples, cut_all(examples)), fit_meta(held), examples)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=SHARED)
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    started = time.monotonic()
    manifest = train([*read_corpora(options.corpora), *source_files(), *lines_with_a_rule()], options.out)
    size = (options.out / "weights.bin").stat().st_size
    print(f"{manifest.version}: {size} bytes of weights in {options.out} after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
