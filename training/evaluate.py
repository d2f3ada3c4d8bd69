"""Measures the detectors and writes ``docs/detection.md`` with its charts: ``python -m training.evaluate``."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from govern.enforcement.guards.values import value_detector
from govern.enforcement.injection.detector import InjectionDetector, bounded
from govern.enforcement.injection.examination import FEATURES
from training import releases
from training.examples import read_corpora
from training.figures import Sight, SourceFigures, of_source
from training.folds import FOLDS, HeldOut, held_out, training_set
from training.latency import measure_hostile, measure_latency
from training.personal_data import measure_personal_data, measure_secrets
from training.report import Report, write_report
from training.source_files import lines_with_a_rule, source_files
from training.strangers import strangers
from training.train import JUDGES, fit_meta
from training.unseen.measure import of_the_library, written

_BEST, _NEAR = FEATURES.index("best"), FEATURES.index("families_near")
DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "detection.md"


def see_held_out(held: HeldOut, block_at: float) -> Sight:
    """Scorer, meta model and thresholds of each fold were made without it."""
    margins, scores = np.zeros(len(held.examples)), np.zeros(len(held.examples))
    for number in range(len(FOLDS)):
        fitted = fit_meta(held, without=number)
        inside = held.fold == number
        for place in np.flatnonzero(inside):
            rows = held.values[place]
            logits = rows @ np.array(fitted.weights) + fitted.bias
            worst = int(logits.argmax())
            margins[place] = logits[worst] - fitted.shift
            scores[place] = bounded(
                fitted.calibrated(float(logits[worst])), rows[worst][_BEST], rows[worst][_NEAR], block_at
            )
    return Sight(margins, scores)


def summarise(
    held: HeldOut, seen: Sight, flag_at: float, block_at: float
) -> tuple[list[SourceFigures], list[tuple[str, int, float, float]], int]:
    """Figures of attacks by source, of honest texts by source, and how many attacks were dropped as no strangers."""
    source = np.array([example.source for example in held.examples])
    attack = np.array([example.attack for example in held.examples])
    real = np.array([not example.source.startswith(JUDGES) for example in held.examples])
    new = strangers(held.examples, held.fold)
    honest = real & ~attack
    attacks = []
    for name in sorted(set(source[real & attack & new])):
        judged = attack & new & (source == name)
        rivals = seen.margins[honest & (held.fold == held.fold[judged][0])]
        attacks.append(of_source(name, seen.of(judged), seen.of(honest), flag_at, block_at, rivals))
    everything = seen.of(real & attack & new)
    attacks.append(of_source("all sources", everything, seen.of(honest), flag_at, block_at, seen.margins[honest]))
    restraint = []
    for name in sorted(set(source[honest])):
        scores = seen.scores[~attack & (source == name)]
        restraint.append((name, len(scores), float((scores >= flag_at).mean()), float((scores >= block_at).mean())))
    return attacks, restraint, int((real & attack & ~new).sum())


def main() -> None:
    corpora = [*read_corpora(), *source_files(), *lines_with_a_rule()]
    examples = training_set(corpora)
    print(f"{len(examples)} texts; leaving sources out", flush=True)
    write_figures(held_out(examples))


def write_figures(held: HeldOut) -> None:
    detector = InjectionDetector()
    manifest = detector.manifest
    attacks, restraint, dropped = summarise(
        held, see_held_out(held, manifest.block_at), manifest.flag_at, manifest.block_at
    )
    print("texts that nobody trained on", flush=True)
    unseen = written(detector) | of_the_library(detector)
    print("personal data and secrets", flush=True)
    personal_data, secrets = measure_personal_data(), measure_secrets()
    before = releases.entry(manifest.version)
    releases.write(releases.of(manifest.version, attacks, restraint, unseen, personal_data, secrets, before))
    print("latency", flush=True)
    report = Report(
        manifest, attacks, restraint, dropped, unseen,
        measure_latency(detector), measure_hostile(detector, value_detector(None)), personal_data, secrets,
    )  # fmt: skip
    write_report(report, DOCUMENT)
    print(f"wrote {DOCUMENT}")


if __name__ == "__main__":
    main()
