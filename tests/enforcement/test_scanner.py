"""Compiled databases: kept, checked, stopped in time; and the beginnings of patterns."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govern.enforcement import scanner
from govern.enforcement.clock import OutOfTime
from govern.enforcement.open_candidates import open_expression
from govern.enforcement.scanner import (
    START,
    Match,
    Pattern,
    PatternDatabase,
    PatternRefused,
)

WORDS = [Pattern("word", r"\bword\b", START), Pattern("number", r"\b\d{2,4}\b", START)]


def test_matches_with_their_places(tmp_path: Path) -> None:
    database = PatternDatabase(WORDS, cache_directory=tmp_path)
    assert sorted(database.scan(b"a word and 123")) == [Match(0, 2, 6), Match(1, 11, 14)]
    assert database.scan(b"") == []


def test_a_compiled_database_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    PatternDatabase(WORDS, cache_directory=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(scanner, "_compile", None)
    assert PatternDatabase(WORDS, cache_directory=tmp_path).scan(b"word")


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "short": lambda _: b"short",
    "nonsense": lambda _: b"x" * 4000,
    "cut off": lambda whole: whole[:-100],
    "a part lost": lambda whole: whole[: 4 + int.from_bytes(whole[:4])],
    "one byte changed": lambda whole: whole[:900] + bytes([whole[900] ^ 1]) + whole[901:],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_compiled_anew(tmp_path: Path, damage: str) -> None:
    PatternDatabase(WORDS, together=1, cache_directory=tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(DAMAGE[damage](whole))
    assert PatternDatabase(WORDS, together=1, cache_directory=tmp_path).scan(b"word")
    assert kept.read_bytes() == whole


@pytest.mark.parametrize("together", [1, 2, 3])
def test_parts_find_what_one_finds(tmp_path: Path, together: int) -> None:
    patterns = [*WORDS, Pattern("late", r"\bl[a-z]{3}\b", START)]
    for _ in range(2):  # compiled, and loaded
        database = PatternDatabase(patterns, together=together, cache_directory=tmp_path)
        assert sorted(database.scan(b"late word 12")) == [Match(0, 5, 9), Match(1, 10, 12), Match(2, 0, 4)]


def test_the_cache_directory_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVERN_PATTERN_CACHE", str(tmp_path / "kept"))
    PatternDatabase(WORDS)
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_directory_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert PatternDatabase(WORDS, cache_directory=tmp_path / "file").scan(b"word")


def test_other_patterns_are_another_file(tmp_path: Path) -> None:
    PatternDatabase(WORDS, cache_directory=tmp_path)
    PatternDatabase(WORDS[:1], cache_directory=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("expression", [r"(a)\1", r"(?=a)b", "(", "a{5000}{5000}"])
def test_what_is_not_linear_is_refused(expression: str) -> None:
    with pytest.raises(PatternRefused):
        PatternDatabase([Pattern("", expression, 0)])


def test_the_refused_pattern_is_named(tmp_path: Path) -> None:
    with pytest.raises(PatternRefused) as refused:
        PatternDatabase([*WORDS, Pattern("bad", r"(a)\1")], cache_directory=tmp_path)
    assert refused.value.index == 2
    with pytest.raises(PatternRefused) as refused:
        PatternDatabase([*WORDS, Pattern("bad", r"(a)\1")], together=1, cache_directory=tmp_path)
    assert refused.value.index == 2


def test_a_deadline_stops_a_scan(tmp_path: Path) -> None:
    database = PatternDatabase(WORDS, cache_directory=tmp_path)
    with pytest.raises(OutOfTime):
        database.scan(b"12 " * 100_000, deadline=time.thread_time())


def test_threads_scan_at_once(tmp_path: Path) -> None:
    database = PatternDatabase(WORDS, cache_directory=tmp_path)
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(len(database.scan(b"word 12 " * 5000)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [10_000] * 4


@pytest.mark.parametrize(
    ("expression", "whole"),
    [
        (r"\babc\b", "abc"),
        (r"\d{3}-\d{2}", "123-45"),
        (r"(?:ab|cd){2,3}e?", "abcdabe"),
        (r"x[a-c]+(?:,[a-c]+)*;", "xab,c,ca;"),
        (r"(?i:Key) ?= ?\w{2,4}", "kEY = ab1"),
        (r"a.c\x7f", "abc\x7f"),
        (r"[^a-z]{2}\s?!", "12 !"),
    ],
)
def test_every_beginning_of_a_match_is_open(expression: str, whole: str) -> None:
    assert re.fullmatch(expression, whole)
    beginnings = open_expression(expression)
    for size in range(1, len(whole) + 1):
        assert re.search(beginnings.replace(r"\z", r"\Z"), "- " + whole[:size])


@given(st.text(st.sampled_from("abc12-= "), max_size=9))
def test_only_beginnings_are_open(text: str) -> None:
    expression = r"ab+(?:-\d{1,2})?c"
    found = re.search(open_expression(expression).replace(r"\z", r"\Z"), text)
    completions = ["", *(f"{middle}c" for middle in ("", "-1", "1", "b", "b-1", "b1"))]
    becomes = [
        start for start in range(len(text)) if any(re.fullmatch(expression, text[start:] + end) for end in completions)
    ]
    assert (found.start() if found else None) == (min(becomes) if becomes else None)


@pytest.mark.parametrize("expression", [r"(a)\1", r"(?=a)b", r"a(?!b)"])
def test_beginnings_of_what_is_not_regular(expression: str) -> None:
    with pytest.raises(ValueError, match="not part of a regular expression"):
        open_expression(expression)
