"""What an expression cannot do without is read off its syntax, and never more than that."""

from __future__ import annotations

import pytest

from govern.enforcement.values.gates import Gate, gate_of, words_before


@pytest.mark.parametrize(
    ("expression", "gate"),
    [
        (r"[a-z]+@[a-z]+\.com", Gate(at_signs=1)),
        (r"\d{3}-\d{4}", Gate(digits=2)),
        (r"\d{3}[a-z]{6}\d{4}", Gate(digits=0, numbered=True)),
        (r"\d{3}(?:[a-z]{2}|[a-z]?\d)[a-z]{3}\d", Gate(digits=1)),
        (r"\d{3}(?:[a-z]{3}|[a-z]?\d)[a-z]{3}\d", Gate(digits=0, numbered=True)),
        (r"\d{2}(?:[a-z]{0,3}\d){4}", Gate(digits=2)),
        (r"\d{2}(?:[a-z]{0,3}\d[a-z]{3}){4}", Gate(digits=0)),
        (r"[A-Z]{2}\d{2}[a-z]{1,9}", Gate(digits=0, numbered=True)),
        (r"(?:[A-Z]|-)\d{2}[a-z]{1,9}", Gate(digits=0)),
        (r"[A-Z]{2} ?\d{2}[a-z]{1,9}", Gate(digits=0)),
        (r"(?:b[A-Z]{2}\d|a1)[a-z]{1,9}", Gate(digits=0, numbered=True)),
        (r"[13][1-9A-Za-z]{25,34}", Gate(tokens=True)),
        (r"[0-9a-f]{1,4}:(?:[0-9a-f]{0,4}:){1,6}x", Gate(colons=True)),
        (r"[0-9a-f]{1,4}:[0-9a-z]{0,5}:x", Gate()),
        (r"ghp_[A-Za-z0-9]{36}", Gate(tokens=True)),
        (r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b", Gate(capitals=True)),
        (r"(?:AT ?U|BE ?0|DE) ?[0-9A-Z]{8,12}", Gate(capitals=True)),
        (r"(?:[A-Z]{4}|[A-Z]{9})[A-Z]{4}", Gate(capitals=True)),
        (r"(?:[A-Z]{4}|x)[A-Z]{4} [a-z]", Gate()),
        (r"[A-Z]{4}(?: [A-Z]{2})?[A-Z]{4}", Gate()),
        (r"(?:pass|code) is [a-z]+", Gate(words=True)),
        (r"\bbasic {1,3}[a-z]", Gate(words=True)),
        (r"\bHR[AB] ?\d{1,6}\b", Gate(words=True)),
        (r"(?:cvv2?|cvc2?) \d{3}", Gate(words=True)),
        (r"(?:pw|code) is [a-z]+", Gate()),
        (r"(?:pass)? is [a-z]+", Gate()),
        (r"pa?ssword is", Gate()),
    ],
)
def test_gates(expression: str, gate: Gate) -> None:
    assert gate_of(expression) == gate


def test_letters_in_either_case_are_no_capitals() -> None:
    assert gate_of("[A-Z]{9} ", caseless=True) == Gate()
    assert gate_of("[A-Z]{9} ") == Gate(capitals=True)


def test_words_are_written_out() -> None:
    assert words_before(["(?:ab.|abc) x", "abcd+"]) == r"\x61\x62\x63"
    assert words_before([r"abc\. x"]) == r"\x61\x62\x63\x2e\x20\x78"
    assert words_before([r"\bab[cd]x"]) == r"\b\x61\x62\x63|\b\x61\x62\x64"
    assert words_before([r"(?:abc2?|abd|ae.) x"]) == ""
