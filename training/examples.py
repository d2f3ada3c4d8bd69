"""Labelled texts and where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "corpora"


class Example(NamedTuple):
    """``attack`` is the label; ``span`` marks the attack inside a longer honest text when it is known."""

    text: str
    attack: bool
    source: str
    language: str = "en"
    licence: str = "own"
    span: tuple[int, int] | None = None


class _Line(msgspec.Struct):
    text: str
    label: int | str
    source: str
    license: str
    lang: str


def read_corpora(folder: Path = SHARED) -> list[Example]:
    """The shared corpora in file order; harmful questions are honest texts here: they ask, they do not inject.

    Raises FileNotFoundError when the folder lacks them.
    """
    decoder = msgspec.json.Decoder(_Line)
    examples = []
    for name in ("injection-dev.jsonl", "harmful-plain.jsonl"):
        for row in (folder / name).read_bytes().splitlines():
            line = decoder.decode(row)
            prefix = "harmful:" if line.label == "harmful" else ""
            examples.append(Example(line.text, line.label == 1, prefix + line.source, line.lang, line.license))
    return examples
