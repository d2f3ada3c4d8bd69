"""Trains the task classifier and writes its weights and manifest: ``python -m training.tasks``."""

from __future__ import annotations

import argparse
import hashlib
import os
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the order of sums decides bits; set before NumPy loads

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from routing.ngrams import BUCKETS, ask_of
from routing.outcome_model import FOLDER, Source
from routing.task_model import FORMAT, TaskManifest, TaskModel, pack
from routing.tasks import TOLD
from training.outcome_fit import quantised, scaled
from training.outcome_rows import prompts_of
from training.task_fit import fit_classes, weights_of
from training.task_rows import FILE, TaskRow, read_tasks
from training.task_texts import ASKED, asked_about, carriers, generate

FOLDS = 2
"""Sources that leave together, to learn how sure a guess about strangers may be."""


def sharpness(rows: Sequence[TaskRow], odds: NDArray[np.float64]) -> float:
    """By what log odds are to be multiplied so that they say how often they are right (one temperature for all)."""
    places = np.array([TOLD.index(row.task) for row in rows])
    weights = weights_of(rows)

    def loss(factor: float) -> float:
        scaled_odds = factor * odds
        return float((weights * (logsumexp(scaled_odds, axis=1) - scaled_odds[np.arange(len(rows)), places])).sum())

    return float(minimize_scalar(loss, bounds=(0.05, 2.0), method="bounded").x)


def fold_of(source: str) -> int:
    """Sources of one origin leave together."""
    return zlib.crc32(source.partition("-")[0].encode()) % FOLDS


def train(rows: Sequence[TaskRow], folder: Path) -> TaskManifest:
    """Same rows and packages, same bytes."""
    grams = prompts_of([ask_of(row.text) for row in rows]).grams
    strangers, odds = [], []
    folds = np.array([-1 if row.source.startswith("own:") else fold_of(row.source) for row in rows])
    for fold in sorted(set(folds.tolist()) - {-1}):
        outside, inside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        held = fit_classes(grams[outside], [rows[place] for place in outside])
        strangers += [rows[place] for place in inside]
        odds.append(scaled(grams[inside]) @ held.grams + held.constant)
        print(
            f"  without fold {fold}: {(odds[-1].argmax(axis=1) == [TOLD.index(rows[p].task) for p in inside]).mean():.3f}"
        )
    factor = sharpness(strangers, np.vstack(odds)) if odds else 1.0
    found = fit_classes(grams, rows)
    whole, step = quantised(found.grams)
    model = TaskModel(_manifest(rows, whole, step, found.constant, factor), whole)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tasks.bin").write_bytes(pack(model.weights))
    (folder / "tasks.json").write_bytes(msgspec.json.format(msgspec.json.encode(model.manifest), indent=1) + b"\n")
    return model.manifest


def _manifest(
    rows: Sequence[TaskRow], weights: NDArray[np.int8], step: float, constant: NDArray[np.float64], factor: float
) -> TaskManifest:
    counts = Counter((row.source, row.licence) for row in rows)
    sources = [Source(name, licence, count) for (name, licence), count in sorted(counts.items())]
    digest = hashlib.sha256(pack(weights)).hexdigest()
    plain = TaskManifest(FORMAT, "", digest, BUCKETS, list(TOLD), step, constant.tolist(), factor, sources)
    settings = hashlib.sha256(msgspec.json.encode(plain)).hexdigest()
    return msgspec.structs.replace(plain, version=f"tasks-{settings[:10]}")


def training_rows(recorded: Sequence[TaskRow]) -> list[TaskRow]:
    """Recorded prompts, generated ones, and generated asks about recorded texts."""
    english, chinese = carriers(recorded)
    return [*recorded, *generate(), *asked_about(english, "en", ASKED), *asked_about(chinese, "zh", ASKED)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=Path, default=FILE)
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    started = time.monotonic()
    manifest = train(training_rows(read_tasks(options.tasks)), options.out)
    size = (options.out / "tasks.bin").stat().st_size
    print(f"{manifest.version}: {size} bytes of weights in {options.out} after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
