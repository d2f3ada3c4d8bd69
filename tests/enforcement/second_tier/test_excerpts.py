"""However long a text is, at most eight windows of it are encoded, and among them what the first tier saw."""

from __future__ import annotations

import pytest

from govern.enforcement.second_tier.excerpts import MOST_CHARACTERS, MOST_WINDOWS, WINDOW_TOKENS, excerpt, windows


def test_a_short_text_is_one_window() -> None:
    assert excerpt("Good morning.", None) == "Good morning."
    assert windows([1, 2, 3]) == [[1, 2, 3]]
    assert windows([]) == [[]]


@pytest.mark.parametrize("length", [127, 200, 500, 768, 769, 2_000, 100_000])
def test_windows_are_bounded_and_reach_from_the_first_token_to_the_last(length: int) -> None:
    found = windows(range(length))
    assert len(found) <= MOST_WINDOWS
    assert all(len(window) == WINDOW_TOKENS for window in found)
    assert (found[0][0], found[-1][-1]) == (0, length - 1)


def test_nothing_is_left_out_as_long_as_eight_windows_reach() -> None:
    tokens = range(WINDOW_TOKENS * MOST_WINDOWS - 200)
    assert {token for window in windows(tokens) for token in window} == set(tokens)


@pytest.mark.parametrize("place", [0, 2_000, 100_000, 199_990])
def test_what_the_first_tier_saw_is_in_the_excerpt_of_a_long_text(place: int) -> None:
    text = "x" * place + "OBEY THIS" + "y" * (200_000 - place)
    seen = excerpt(text, (place, place + 9))
    assert len(seen) <= MOST_CHARACTERS + 2
    assert "OBEY THIS" in seen
    assert seen[0] == text[0]
    assert seen[-1] == text[-1]


def test_evidence_at_the_edges_is_not_said_twice() -> None:
    text = "".join(chr(0x4E00 + number % 20_000) for number in range(20_000))
    for evidence in ((0, 10), (3_000, 3_100), (19_990, 20_000), None):
        seen = excerpt(text, evidence)
        assert len(set(seen)) == len(seen) - seen.count("\n") + bool(seen.count("\n"))
