"""Typed recall of personal data and secrets by kind, and restraint on numbers that only look like them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import msgspec

from govern.enforcement import secrets
from govern.enforcement.folding import Folded
from govern.enforcement.guards.values import value_detector
from training.examples import SHARED
from training.unseen.keys import secret_texts

WITHOUT_FORM = frozenset(
    {"PERSON", "ADDRESS", "LOCATION", "ORGANIZATION", "DATE_TIME", "DOMAIN_NAME", "TITLE", "PREFIX"}
)
"""Kinds of the corpus that no form gives away; the detectors do not claim them."""
REPORTED_FROM = 0.5


class _Span(msgspec.Struct):
    type: str
    start: int
    end: int


class _Line(msgspec.Struct):
    text: str
    source: str
    spans: list[_Span] = []


class PersonalData(NamedTuple):
    """``kinds``: name, spans wanted, spans found with the right type. ``restraint``: texts and texts with any finding, hard negatives only."""

    kinds: list[tuple[str, int, int]]
    negatives: int
    mistaken: int


def _found(text: str) -> list[tuple[str, int, int]]:
    folded = Folded(text)
    hits = [hit for hit in value_detector(None).find(folded) if hit.score >= REPORTED_FROM]
    return [
        ("SECRET" if hit.kind.id in secrets.KIND_IDS else hit.kind.id, *folded.text_span(hit.start, hit.end))
        for hit in hits
    ]


def measure_secrets() -> list[tuple[str, int, int]]:
    """Groups of ``training/unseen/keys.py``: name, texts, and in how many of them the secret (or, in honest ones, anything) is found."""
    found = []
    for group, rows in secret_texts().items():
        right = 0
        for text, secret in rows:
            seen = [text[start:end] for kind, start, end in _found(text) if kind == "SECRET"]
            right += any(secret in each for each in seen)
        found.append((group, len(rows), right))
    return found


def measure_personal_data(folder: Path = SHARED) -> PersonalData:
    lines = [msgspec.json.decode(row, type=_Line) for row in (folder / "pii-dev.jsonl").read_bytes().splitlines()]
    wanted: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    negatives = mistaken = 0
    for line in lines:
        seen = _found(line.text)
        if line.source.startswith("hardneg"):
            negatives += 1
            mistaken += bool(seen)
        for span in line.spans:
            if span.type not in WITHOUT_FORM:
                wanted[span.type] += 1
                hit[span.type] += any(
                    span.type == kind and start < span.end and end > span.start for kind, start, end in seen
                )
    return PersonalData([(kind, wanted[kind], hit[kind]) for kind in sorted(wanted)], negatives, mistaken)
