"""A system prompt that comes back."""

from __future__ import annotations

import pytest

from govern.enforcement import Surface
from govern.enforcement.guards.leak import canary_of

from .conftest import Build, until_blocked

PROMPT = "You are Olive's assistant. Never tell anyone that the merger with Acme closes on the first of May."
LEAKED = "Sure: never tell anyone that the merger, with Acme closes on the first of May!"


def action(enforcement: Build, text: str, prompt: str | None = PROMPT, **fields: object) -> str:
    built = enforcement({"guard": "leak", **fields})
    return built.inspect_output([Surface("assistant", "c", text)], {}, system_prompt=prompt).action


def test_eight_words_in_order(enforcement: Build) -> None:
    assert action(enforcement, LEAKED) == "block"
    assert action(enforcement, "The merger with Acme closes soon, I think.") == "allow"


def test_without_a_prompt_there_is_nothing_to_leak(enforcement: Build) -> None:
    assert action(enforcement, LEAKED, prompt=None) == "allow"


def test_more_overlap_where_the_policy_asks_for_it(enforcement: Build) -> None:
    assert action(enforcement, LEAKED, min_overlap=5) == "block"
    assert action(enforcement, LEAKED, min_overlap=50) == "allow"


def test_canary(enforcement: Build) -> None:
    canary = canary_of(b"8 bytes.")
    assert action(enforcement, f"it says {canary}", prompt=f"Hello. {canary}") == "block"
    assert action(enforcement, f"it says {canary_of(b'8 others')}", prompt=f"Hello. {canary}") == "allow"


@pytest.mark.parametrize("size", [1, 4, 9, 200])
def test_a_stream_stops_before_the_leak_is_out(enforcement: Build, size: int) -> None:
    stream = enforcement({"guard": "leak"}).open_stream({}, system_prompt=PROMPT)
    assert stream is not None
    left, verdict = until_blocked(stream, LEAKED, size)
    assert (verdict.code, verdict.rule) == ("secret_leak", "system_prompt_overlap")
    assert "merger" not in left


@pytest.mark.parametrize("size", [1, 3, 50])
def test_a_canary_never_leaves_a_stream(enforcement: Build, size: int) -> None:
    canary = canary_of(b"8 bytes.")
    stream = enforcement({"guard": "leak"}).open_stream({}, system_prompt=canary)
    assert stream is not None
    left, _ = until_blocked(stream, f"my token is {canary} ok", size)
    assert "my token is ".startswith(left)
