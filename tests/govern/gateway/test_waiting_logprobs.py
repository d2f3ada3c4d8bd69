"""Log probabilities of a stream are looked at joined, whatever stood at their place in an earlier piece."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from govern.gateway.streams.waiting_deltas import WaitingDeltas
from routing.calls import Delta, Surface

SAID = "hello"
TOKENS = [[{"token": sign, "logprob": -0.1, "bytes": [ord(sign)], "top_logprobs": []}] for sign in SAID]


def seen(pieces: list[dict[str, Any]]) -> list[str]:
    """The texts that are looked at."""
    texts: list[str] = []

    def look(surfaces: Iterable[Surface]) -> Mapping[str, str]:
        texts.extend(surface.text for surface in surfaces)
        return {}

    waiting = WaitingDeltas()
    for piece in pieces:
        waiting.add(Delta(index=0, logprobs=piece))
    waiting.inspected(look)
    return texts


@pytest.mark.parametrize("first", [{"content": []}, {"content": None}, {"content": "none yet"}, {"content": {}}])
def test_tokens_after_something_else(first: dict[str, Any]) -> None:
    assert any(SAID in text for text in seen([first, *({"content": tokens} for tokens in TOKENS)]))


def test_every_text_of_another_form() -> None:
    texts = seen([{"note": "one"}, {"note": "two"}, {"note": "three"}, {"note": ["four"]}])
    assert all(any(word in text for text in texts) for word in ("one", "two", "three", "four"))


def test_the_pieces_stay_as_they_came() -> None:
    waiting = WaitingDeltas()
    for tokens in TOKENS:
        waiting.add(Delta(index=0, logprobs={"content": list(tokens)}))
    assert [delta.logprobs for delta in waiting.inspected(lambda _: {})] == [{"content": tokens} for tokens in TOKENS]
