"""What the shipped model says of texts that nobody trained on."""

from __future__ import annotations

import random
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import msgspec

from govern.enforcement.injection.detector import InjectionDetector
from training.overdefence import MENTIONS
from training.unseen.attacks import OVERRIDES, WORDED, disguised
from training.unseen.ordinary import ORDINARY_SENTENCES
from training.unseen.translated import TRANSLATED_ATTACKS, TRANSLATED_ORDINARY

_SIZES = (1000, 3000, 7000)
_PLANTED_OF_A_SIZE = 200
_SEED = 5


class Shares(msgspec.Struct, frozen=True):
    """Of so many texts of one kind, the shares that are flagged and that are blocked, four digits behind the point."""

    texts: int
    attacks: bool
    flagged: float
    blocked: float


def written(detector: InjectionDetector) -> dict[str, Shares]:
    """Of the texts in this folder: the same everywhere for the same model."""
    translated = [text for texts in TRANSLATED_ATTACKS.values() for text in texts]
    return {
        "ordinary short sentences with words of attacks": _shares(detector, ORDINARY_SENTENCES, attacks=False),
        "the same in other languages": _shares(detector, TRANSLATED_ORDINARY, attacks=False),
        "sentences that mention attacks": _shares(detector, MENTIONS, attacks=False),
        "plain overrides": _shares(detector, OVERRIDES, attacks=True),
        f"overrides in {len(TRANSLATED_ATTACKS)} languages and romanisations": _shares(
            detector, translated, attacks=True
        ),
        "attacks in other words": _shares(detector, WORDED, attacks=True),
        **{f"plain overrides: {shape}": _shares(detector, texts, attacks=True) for shape, texts in disguised().items()},
    }


def of_the_library(detector: InjectionDetector) -> dict[str, Shares]:
    """Of source files of Python's standard library, as they are and with a plain override planted in a stretch of them."""
    files = list(_library())
    chance = random.Random(_SEED)
    found = {"files of Python's standard library": _shares(detector, files, attacks=False)}
    for size in _SIZES:
        planted = [_planted(chance.choice(files), size, chance) for _ in range(_PLANTED_OF_A_SIZE)]
        found[f"plain overrides planted in {size // 1000} KB of them"] = _shares(detector, planted, attacks=True)
    return found


def _library() -> Iterable[str]:
    root = Path(sysconfig.get_path("stdlib"))
    for path in sorted(root.glob("**/*.py")):
        if "site-packages" not in path.parts and 1000 <= path.stat().st_size <= 200_000:
            yield path.read_text(encoding="utf-8", errors="replace")


def _planted(text: str, size: int, chance: random.Random) -> str:
    begin = chance.randrange(max(1, len(text) - size))
    text = text[begin : begin + size]
    places = [place + 1 for place, character in enumerate(text) if character in "\n."] or [0]
    place = chance.choice(places)
    before, behind = chance.choice(" \n"), chance.choice(" \n")
    return text[:place] + before + chance.choice(OVERRIDES) + behind + text[place:]


def _shares(detector: InjectionDetector, texts: Iterable[str], *, attacks: bool) -> Shares:
    manifest = detector.manifest
    scores = [detector.inspect(text).score for text in texts]
    flagged, blocked = (
        round(sum(score >= at for score in scores) / len(scores), 4) for at in (manifest.flag_at, manifest.block_at)
    )
    return Shares(len(scores), attacks, flagged, blocked)
