"""Measures the detectors and writes ``docs/detection.md`` with its charts: ``python -m training.evaluate``."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from govern.enforcement.injection.detector import InjectionDetector
from training import meta
from training.examples import read_corpora
from training.figures import SourceFigures, of_source
from training.folds import FOLDS, HeldOut, cut_all, hold_out, training_set
from training.latency import measure_latency
from training.overdefence import MENTIONS
from training.personal_data import measure_personal_data
from training.report import Report, write_report
from training.strangers import strangers
from training.train import JUDGES, fit_meta

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "detection.md"


def held_out_scores(held: HeldOut) -> np.ndarray:
    """Scores in [0, 1]; scorer, meta model and thresholds of each fold were made without it."""
    scores = np.zeros(len(held.examples))
    for number in range(len(FOLDS)):
        fitted = fit_meta(held, without=number)
        inside = held.fold == number
        logits = fitted.slope * (meta.logits(fitted, held.values[inside]) - fitted.shift)
        scores[inside] = 1 / (1 + np.exp(-np.clip(logits, -60, 60)))
    return scores


def summarise(
    held: HeldOut, scores: np.ndarray, flag_at: float, block_at: float
) -> tuple[list[SourceFigures], list[tuple[str, int, float, float]], int]:
    """Figures of attacks by source, of honest texts by source, and how many attacks were dropped as no strangers."""
    source = np.array([example.source for example in held.examples])
    attack = np.array([example.attack for example in held.examples])
    real = np.array([not example.source.startswith(JUDGES) for example in held.examples])
    new = strangers(held.examples, held.fold)
    honest = scores[real & ~attack]
    names = sorted(set(source[real & attack]))
    attacks = [
        of_source(name, scores[attack & new & (source == name)], honest, flag_at, block_at)
        for name in names
        if (attack & new & (source == name)).any()
    ]
    everything = scores[real & attack & new]
    attacks.append(of_source("all sources", everything, honest, flag_at, block_at))
    restraint = [
        (
            name,
            int((~attack & (source == name)).sum()),
            float((scores[~attack & (source == name)] >= flag_at).mean()),
            float((scores[~attack & (source == name)] >= block_at).mean()),
        )
        for name in sorted(set(source[real & ~attack]))
    ]
    return attacks, restraint, int((real & attack & ~new).sum())


def main() -> None:
    corpora = read_corpora()
    examples = training_set(corpora)
    print(f"{len(examples)} texts; leaving sources out", flush=True)
    held = hold_out(examples, cut_all(examples))
    detector = InjectionDetector()
    manifest = detector.manifest
    attacks, restraint, dropped = summarise(held, held_out_scores(held), manifest.flag_at, manifest.block_at)
    mentions = np.array([detector.inspect(text).score for text in MENTIONS])
    print("latency and personal data", flush=True)
    report = Report(
        manifest, attacks, restraint, dropped, len(MENTIONS), float((mentions >= manifest.flag_at).mean()), float((mentions >= manifest.block_at).mean()),
        measure_latency(detector), measure_personal_data(),
    )  # fmt: skip
    write_report(report, DOCUMENT)
    print(f"wrote {DOCUMENT}")


if __name__ == "__main__":
    main()
