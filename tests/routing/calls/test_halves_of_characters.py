"""Halves of characters in escapes: joined where both stand together, U+FFFD where one stands alone."""

import json

import pytest

from routing.calls.characters import with_whole_characters


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'"\ud83d"', "\ufffd"),
        (r'"\ude00"', "\ufffd"),
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\uD83D\uDE00 and \uD83D."', "\U0001f600 and \ufffd."),
        (r'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (r'"\\ud83d"', r"\ud83d"),
        (r'"\\\ud83d"', "\\\ufffd"),
        (r'"\n\"\ude00\""', '\n"\ufffd"'),
    ],
)
def test_halves(written: str, read: str) -> None:
    assert json.loads(with_whole_characters(written.encode())) == read


def test_what_is_whole_is_left_as_it_is() -> None:
    body = '{"a": "\\u00e9 \\ud83d\\ude00 \U0001f600"}'.encode()
    assert with_whole_characters(body) == body
