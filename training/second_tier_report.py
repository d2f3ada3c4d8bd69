"""The second tier's section of ``docs/detection.md``: alone and together with the first, by source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.second_tier.head import Combination, Manifest, logit
from training.examples import Example
from training.figures import auroc
from training.releases import SECOND_TIER, Release
from training.second_tier_fit import MOST_OF_A_SOURCE

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "detection.md"
HEADING = "## The second tier"
_SECTION = re.compile(rf"^{HEADING}\n.*?(?=^## )", re.MULTILINE | re.DOTALL)
FLAG_AT, BLOCK_AT = 0.5, 0.9
KINDS = {
    "own:translated": "translated overrides (generated)",
    "synth:multi": "attacks in nineteen languages (generated)",
    "own:planted": "overrides planted in documents (generated)",
    "synth:embedded": "instructions embedded in documents (generated)",
    "own:wrapped": "orders wrapped in honest text (generated)",
}
"""Generated attacks of which people ask; they set no threshold."""

Numbers = NDArray[np.float64]


def questions(examples: Sequence[Example]) -> NDArray[np.bool_]:
    """Which are harmful questions that inject nothing. The encoder takes them for attacks; no threshold is set by what other guards are for."""
    return np.array([example.source.startswith("harmful:") for example in examples])


class Judged(NamedTuple):
    """What tiers that saw nothing of a text or its relatives say: ``first`` as scores, ``second`` as logits; ``real`` texts set thresholds."""

    examples: list[Example]
    first: Numbers
    second: Numbers
    real: NDArray[np.bool_]
    combination: Combination
    grey_from: float

    def together(self, ask_from: float) -> Numbers:
        """The score of both tiers where the second is asked from this score of the first on."""
        both = np.array(
            [
                self.combination.score(logit(first), second)
                for first, second in zip(self.first, self.second, strict=True)
            ]
        )
        return np.where((self.first >= ask_from) & (self.first < BLOCK_AT), both, self.first)


def write_report(judged: Judged, manifest: Manifest, document: Path = DOCUMENT) -> None:
    """Puts the section in the place of the one that was there, or before the classifier's."""
    written = document.read_text(encoding="utf-8")
    section = "\n".join(_section(judged, manifest)) + "\n"
    if _SECTION.search(written):
        written = _SECTION.sub(lambda _: section, written)
    else:
        written = written.replace("## A second opinion", section + "## A second opinion", 1)
    document.write_text(written, encoding="utf-8")


def section_of(document: Path = DOCUMENT) -> str:
    """The section as it stands, for whoever writes the document anew."""
    found = _SECTION.search(document.read_text(encoding="utf-8")) if document.exists() else None
    return found[0] if found else ""


def figures_of(judged: Judged, first_tier: str) -> Release:
    """What both tiers together find of all sources, as figures of a release; its model is the first tier's."""
    attack = np.array([example.attack for example in judged.examples])
    wanted = judged.real & attack
    honest = judged.real & ~attack & ~questions(judged.examples)
    found, met = {}, {}
    for name, ask_from in (("grey", judged.grey_from), ("always", 0.0)):
        score = judged.together(ask_from)
        one, tenth = np.quantile(score[honest], [0.99, 0.999])
        found[f"{SECOND_TIER}{name}: AUROC"] = auroc(score[wanted], score[honest])
        found[f"{SECOND_TIER}{name}: at 1 %"] = float((score[wanted] > one).mean())
        found[f"{SECOND_TIER}{name}: at 0.1 %"] = float((score[wanted] > tenth).mean())
        met[f"{SECOND_TIER}{name}: flagged"] = float((score[honest] >= FLAG_AT).mean())
        met[f"{SECOND_TIER}{name}: blocked"] = float((score[honest] >= BLOCK_AT).mean())
    texts = {name: int(wanted.sum()) for name in found} | {name: int(honest.sum()) for name in met}
    return Release(first_tier, _rounded(found), _rounded(met), texts)


def _rounded(shares: dict[str, float]) -> dict[str, float]:
    return {name: round(share, 4) for name, share in shares.items()}


def _section(judged: Judged, manifest: Manifest) -> Iterator[str]:
    source = np.array([example.source for example in judged.examples])
    attack = np.array([example.attack for example in judged.examples])
    harmless = judged.real & ~attack
    honest = harmless & ~questions(judged.examples)
    asked = (judged.first >= judged.grey_from) & (judged.first < BLOCK_AT)
    grey, always = judged.together(judged.grey_from), judged.together(0.0)
    yield HEADING + "\n"
    yield (
        f"Made by `make train-deep`. Weights `{manifest.version}`, fitted to the first tier `{manifest.first_tier}` and to the encoder of {manifest.encoder_version} (Apache-2.0, six layers in int8, English, 384 numbers a window). "
        "A policy turns it on with `second_tier: {ask: grey}` at the guard `prompt_injection`; `requirements/second-tier.txt` brings the encoder. "
        f"The grey zone begins at a first score of {manifest.grey_from:.3f} and ends where the first tier blocks: {asked[honest].mean():.1%} of the honest texts and {asked[judged.real & attack].mean():.1%} of the attacks below are asked about.\n"
    )
    yield (
        f"The encoder is frozen; a direction over its vectors and its sum with the first tier's score are ours. Both tiers' figures are of models made without the source and its relatives, as above, on at most {MOST_OF_A_SOURCE} attacks and {MOST_OF_A_SOURCE} honest texts of a source. "
        "What StackOne trained the encoder on is not ours to leave out: its list names public collections of jailbreaks, so sources here may have been among them, and its figures alone are flattered. "
        "AUROC and recall are over the real honest texts together, but for harmful questions that inject nothing: they set no threshold here, and stand below. *Grey* is what ships for `grey`; *always* asks about every text that the first tier does not block.\n"
    )
    heads = ("first tier", "second alone", "grey", "always")
    scores = (judged.first, judged.second, grey, always)
    yield "| attacks | texts | asked | " + " | ".join(f"AUROC {name}" for name in heads) + " | " + " | ".join(f"recall at 1 % / 0.1 %, {name}" for name in heads) + " |"  # fmt: skip
    yield "|" + " --- |" * (3 + 2 * len(heads))
    wanted = judged.real & attack
    rows = [(name, wanted & (source == name)) for name in sorted(set(source[wanted]))]
    rows += [("all sources", wanted), *((label, attack & (source == name)) for name, label in KINDS.items())]
    for label, inside in rows:
        if inside.any():
            yield _row(label, inside, honest, asked, scores)
    yield ""
    yield "Honest texts that are flagged and blocked, first tier alone → with the second in the grey zone → always asked:\n"
    yield "| honest texts | texts | asked | flagged | blocked |"
    yield "| --- | --- | --- | --- | --- |"
    for label, inside in [(name, harmless & (source == name)) for name in sorted(set(source[harmless]))] + [
        ("all but harmful questions", honest)
    ]:
        shares = [
            " → ".join(f"{(score[inside] >= at).mean():.4f}" for score in (judged.first, grey, always))
            for at in (FLAG_AT, BLOCK_AT)
        ]
        yield f"| {label} | {inside.sum()} | {asked[inside].mean():.3f} | {shares[0]} | {shares[1]} |"
    yield ""
    yield from _limits()


def _row(
    label: str,
    inside: NDArray[np.bool_],
    honest: NDArray[np.bool_],
    asked: NDArray[np.bool_],
    scores: Sequence[Numbers],
) -> str:
    cells = [f"{auroc(score[inside], score[honest]):.3f}" for score in scores]
    for score in scores:
        one, tenth = np.quantile(score[honest], [0.99, 0.999])
        cells.append(f"{(score[inside] > one).mean():.3f} / {(score[inside] > tenth).mean():.3f}")
    return f"| {label} | {inside.sum()} | {asked[inside].mean():.3f} | " + " | ".join(cells) + " |"


def _limits() -> Iterator[str]:
    yield (
        "What it costs: about 12 ms of processor time for each window of 128 tokens on the machine of these figures, at most eight windows a text, one after the other in one thread of a process, "
        "and some 150 MB of memory a process. Of a text of more than 8,192 characters its beginning, its end and what stands around the first tier's evidence are encoded.\n"
    )
    yield "Limits of the second tier, plainly:\n"
    yield from (
        "- It is English. In other languages it adds nothing that can be relied on, and in the grey zone it takes some flags of translated attacks back.",
        "- What the first tier scores below the grey zone is never asked about in `grey`: an attack without a trace of form stays unfound.",
        "- It can take a flag of the first tier back. Whoever knows the encoder can write words that quieten it; a block of the first tier is not up to it.",
        "- Its weights hold for one version of the first tier. After `make train` run `make train-deep`; until then every text it would be asked about is told as failed, and is up to `on_error`.\n",
    )
