"""Many small texts cost no more than their number: what is read joined, and what is redacted, is looked for once.

Work is counted, in steps of the interpreter or in characters that are copied, so that a busy machine changes nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, SupportsIndex

import pytest

from govern.enforcement import Surface
from govern.enforcement.joined import Group, Read, joined
from govern.enforcement.redaction import Replacement, rewrite
from govern.enforcement.tool_arguments import quoted_where_bare
from govern.enforcement.vault import Vault

from .conftest import Build

BETWEEN_FOUR_AND_SIXTEEN = 6
"""Four times as much is four times the work where it is linear and sixteen times where it is quadratic."""


def steps(work: Callable[[], Any]) -> int:
    """How many instructions the interpreter executes, those of loops within an expression too."""
    seen = 0

    def count(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal seen
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        seen += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return seen


class Watched(str):
    """Counts the characters that are copied out of it."""

    copied = 0

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        piece = super().__getitem__(key)
        self.copied += len(piece)
        return piece


@pytest.mark.parametrize("place", ["messages[{}].content", "messages[0].content[{}].text", "native.notes[{}].text"])
def test_texts_that_are_read_together(enforcement: Build, place: str) -> None:
    redacting = enforcement({"guard": "pii", "action": "redact"}, time_limit_ms=60_000)
    redacting.warm_up()

    def inspection(count: int) -> Callable[[], Any]:
        surfaces = [Surface("user", place.format(number), "a@b.co") for number in range(count)]
        return lambda: redacting.inspect_input(surfaces, {}, remember=False)

    assert steps(inspection(600)) < BETWEEN_FOUR_AND_SIXTEEN * steps(inspection(150))


def test_where_a_finding_stands_is_not_looked_for_from_the_start() -> None:
    def finding(count: int) -> Callable[[], Any]:
        texts = [Read("user", f"messages[{number}].content", "ab ") for number in range(count)]
        whole = next(joined(Group(True, texts)))
        return lambda: [whole.spread(at, at + 2) for at in range(0, 3 * count, 3)]

    assert steps(finding(800)) < BETWEEN_FOUR_AND_SIXTEEN * steps(finding(200))


def test_empty_texts_between_are_no_places() -> None:
    texts = [Read("user", f"messages[{number}].content", "ab" if number in (0, 99) else "") for number in range(100)]
    assert next(joined(Group(True, texts))).spread(1, 3) == [
        ("messages[0].content", 1, 2),
        ("messages[99].content", 0, 1),
    ]


def test_numbers_in_json_become_strings_without_copies_of_the_rest() -> None:
    text = Watched(json.dumps(["4111"] * 1_000).replace('"', ""))
    quoted = quoted_where_bare(text, [Replacement(at, at + 4, "<CARD>") for at in range(1, len(text) - 1, 6)])
    assert {item.around + item.text + item.around for item in quoted} == {'"<CARD>"'}
    assert text.copied <= 2 * len(text)


@pytest.mark.parametrize(
    ("text", "start", "new"),
    [
        ("[ 41 , 42]", 2, '"<A>"'),
        ('{"a": 41\n}', 6, '"<A>"'),
        ("41", 0, "<A>"),
        ("a 41,", 2, "<A>"),
        ("[41 b]", 1, "<A>"),
    ],
)
def test_which_numbers_become_strings(text: str, start: int, new: str) -> None:
    quoted = quoted_where_bare(text, [Replacement(start, start + 2, "<A>")])
    assert rewrite(text, quoted) == text[:start] + new + text[start + 2 :]


def test_a_beginning_of_a_placeholder_is_compared_with_its_neighbours_alone() -> None:
    def piece(count: int) -> Callable[[], Any]:
        vault = Vault()
        for number in range(count):
            vault.put("EMAIL", f"{number}@example.com")
        vault.open_from("<")
        return lambda: vault.open_from("as <EMAIL_1x")

    assert steps(piece(1_000)) == steps(piece(10))


def test_beginnings_of_placeholders() -> None:
    vault = Vault()
    for number in range(12):
        vault.put("EMAIL", f"{number}@example.com")
    assert vault.open_from("see <EMAIL_1") == len("see ")  # <EMAIL_10>
    assert vault.open_from("see <") == len("see ")
    for whole in ("see <EMAIL_1>", "see <EMAIL_3x", "see <PHONE", "see"):
        assert vault.open_from(whole) == len(whole)


@pytest.mark.parametrize("on_error", ["block", "flag"])
def test_texts_that_no_time_is_left_to_join_end_as_on_error_says(
    enforcement: Build, monkeypatch: pytest.MonkeyPatch, on_error: str
) -> None:
    built = enforcement({"guard": "pii", "action": "flag"}, on_error=on_error)
    built.warm_up()
    texts = [Surface("user", f"messages[{number}].content", "Good morning.") for number in range(2_000)]
    assert built.inspect_input(texts, {}, remember=False).action == "allow"
    monkeypatch.setattr("govern.enforcement.inspection.Clock.__init__.__defaults__", (0.0,))
    verdict = built.inspect_input(texts, {}, remember=False)
    assert (verdict.action, verdict.code) == (on_error, "guard_timeout")
    assert [run.result for run in verdict.runs] == ["timeout"]
    assert verdict.runs[0].unscanned_reason
