"""An organisation's own words."""

from __future__ import annotations

from typing import Any

import pytest

from govern.enforcement import Surface

from .conftest import Build


def found(enforcement: Build, text: str, **fields: Any) -> list[str]:
    verdict = enforcement({"guard": "topics", **fields}).inspect_input([Surface("user", "m", text)], {})
    return [text[finding.start : finding.end] for finding in verdict.findings]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("insider information", "It is INSIDER\n information.", ["INSIDER\n information"]),
        ("insider information", "insiders information", []),
        ("併購案", "這是併購案的文件", ["併購案"]),
        ("Łódź", "we met in łódź.", ["łódź"]),
        ("СЕКРЕТ", "это секрет!", ["секрет"]),
        ("c++", "I like C++ a lot", ["C++"]),
        ("merger", "the mer\u200bger", ["mer\u200bger"]),
        ("merger", "the ｍｅｒｇｅｒ", ["ｍｅｒｇｅｒ"]),
    ],
)
def test_terms(enforcement: Build, term: str, text: str, expected: list[str]) -> None:
    assert found(enforcement, text, terms=[term]) == expected


def test_patterns(enforcement: Build) -> None:
    assert found(enforcement, "about Project Falcon-77 now", patterns=[r"project [a-z]{2,20}-\d{2}"]) == [
        "Project Falcon-77"
    ]


def test_flags_by_default_and_blocks_when_told(enforcement: Build) -> None:
    surfaces = [Surface("user", "m", "the merger")]
    assert enforcement({"guard": "topics", "terms": ["merger"]}).inspect_input(surfaces, {}).action == "flag"
    blocked = enforcement({"guard": "topics", "terms": ["merger"], "action": "block", "topic": "deals"}).inspect_input(
        surfaces, {}
    )
    assert (blocked.action, blocked.code, blocked.rule) == ("block", "topic_blocked", "deals")


def test_redacts_under_the_name_of_the_topic(enforcement: Build) -> None:
    built = enforcement({"guard": "topics", "terms": ["merger"], "action": "redact", "topic": "deals"})
    assert built.inspect_input([Surface("user", "m", "the merger.")], {}).replacements == {"m": "the <DEALS>."}
