"""Expressions made into one say the same of an unfinished text as each of them by itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from govern.enforcement.guards.values import value_detector

PIECES = (
    *"aB9@.-_ :/+=<\n",
    *("word ", "4111 ", "DE89", "sk-", "password is ", "-----BEGIN ", "jan 4, ", "AKIA", "eyJ", "x" * 20, "9" * 18),
)


@settings(deadline=None, max_examples=400)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12), since=st.integers(0, 40))
def test_the_first_place(pieces: list[str], since: int) -> None:
    data = "".join(pieces).encode()
    since = min(since, len(data))
    beginnings = value_detector(None)._beginnings
    skipped = max(0, since - 1)
    assert beginnings.open_from(data, since) == beginnings._one_by_one(data[skipped:], since, skipped)
    assert since <= beginnings.open_from(data, since) <= len(data)
