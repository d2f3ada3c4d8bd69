"""Recall and restraint on the corpora beside the repository, where they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from govern.enforcement import pii, secrets
from govern.enforcement.folding import Folded
from govern.enforcement.guards.values import value_detector

CORPORA = Path(__file__).parents[2] / "../shared/corpora"
WITHOUT_FORM = {"PERSON", "ADDRESS", "LOCATION", "ORGANIZATION", "DATE_TIME", "DOMAIN_NAME", "TITLE", "PREFIX"}
"""Kinds of the corpus that no form gives away."""


def lines(name: str) -> list[dict[str, Any]]:
    path = CORPORA / name
    if not path.exists():
        pytest.skip("the corpora are not beside the repository")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def found(text: str) -> list[tuple[str, int, int]]:
    folded = Folded(text)
    hits = [hit for hit in value_detector(None).find(folded) if hit.score >= 0.5]
    return [
        ("SECRET" if hit.kind.id in secrets.KIND_IDS else hit.kind.id, *folded.text_span(hit.start, hit.end))
        for hit in hits
    ]


def test_typed_recall() -> None:
    wanted: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    for line in lines("pii-dev.jsonl"):
        seen = found(line["text"])
        for span in line["spans"]:
            kind, start, end = span["type"], span["start"], span["end"]
            if kind not in WITHOUT_FORM:
                wanted[kind] += 1
                hit[kind] += any(kind == name and first < end and last > start for name, first, last in seen)
    assert hit.total() / wanted.total() >= 0.99
    assert min(hit[kind] / wanted[kind] for kind in wanted) >= 0.95


def test_hard_negatives() -> None:
    negatives = [line["text"] for line in lines("pii-dev.jsonl") if line["source"].startswith("hardneg")]
    assert sum(bool(found(text)) for text in negatives) / len(negatives) < 0.02


_WITHIN_A_NETWORK = re.compile(r"\b(?:10|0|127|255)\.|192\.168\.|169\.254\.|(?<![0-9a-f]):: |::1?(?:[ /]|$)")
"""Addresses that mean something within a network only are nobody's by default."""


def test_agreement_with_recogniser_cases() -> None:
    agreeing = covered = 0
    names = {"PH_MOBILE_NUMBER": "PHONE", "TR_PHONE_NUMBER": "PHONE"}
    for case in lines("presidio-cases-dev.jsonl"):
        entities = case["entities"] or (["PHONE_NUMBER"] if "phone" in case["file"] else [])
        kind = pii.kind_id(names.get(entities[0], entities[0])) if len(entities) == 1 else None
        if kind is None:
            continue
        if kind == "IP" and _WITHIN_A_NETWORK.search(case["text"]):
            continue
        accepted = {kind, "PASSPORT"} if kind.endswith("PASSPORT") else {kind}
        covered += 1
        agreeing += any(name in accepted for name, _, _ in found(case["text"])) == (case["expected_len"] > 0)
    assert agreeing / covered >= 0.95
