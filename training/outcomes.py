"""Trains the predictor of good answers and writes its weights and manifest: ``python -m training.outcomes``."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the order of sums decides bits; set before NumPy loads

from routing.outcome_model import FOLDER
from training.outcome_fit import fit, write
from training.outcome_rows import FILE, as_arrays, prompts_of, read_outcomes
from training.task_rows import read_tasks

RECORDED_TOO = frozenset({"cruxeval", "gsm8k-train", "math-l5", "mmlu"})
"""Sources of prompts with a task that are those of the outcomes, too: no strangers to their groups."""


def strangers() -> list[str]:
    """Prompts that are of no group."""
    return [row.text for row in read_tasks() if row.source not in RECORDED_TOO]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outcomes", type=Path, default=FILE)
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    started = time.monotonic()
    model = fit(as_arrays(read_outcomes(options.outcomes)), prompts_of(strangers()))
    write(options.out, model)
    size = (options.out / "outcomes.bin").stat().st_size
    print(
        f"{model.manifest.version}: {size} bytes of weights in {options.out} after {time.monotonic() - started:.0f} s"
    )


if __name__ == "__main__":
    main()
