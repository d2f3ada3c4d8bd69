"""Checks that several kinds of personal data share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle
from types import ModuleType

_NO_DIGITS = bytes(byte for byte in range(256) if byte not in b"0123456789")
_LETTERS_AND_DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")


def _turned(first: int, second: int) -> int:
    """One turn or flip of a pentagon after another: what the digits stand for in Verhoeff's scheme."""
    if first < 5:
        return (first + second) % 5 if second < 5 else 5 + (first + second) % 5
    return 5 + (first - second) % 5 if second < 5 else (first - second) % 5


def _permuted() -> Iterator[bytes]:
    row = bytes(range(10))
    for _ in range(8):
        yield bytes.maketrans(b"0123456789", row)
        row = bytes(b"\x01\x05\x07\x06\x02\x08\x03\x00\x09\x04"[digit] for digit in row)


_TURNED = tuple(tuple(_turned(first, second) for second in range(10)) for first in range(10))
_PERMUTED = tuple(_permuted())
"""By the place of a digit from the right, modulo eight, and its character."""


def digits(value: str) -> str:
    return value.encode().translate(None, _NO_DIGITS).decode()


def by(module: ModuleType) -> Callable[[str], bool]:
    """The check of a python-stdnum module. Its ``is_valid`` ignores customary separators."""
    is_valid: Callable[[str], bool] = module.is_valid
    return lambda value: is_valid(value.upper())


def same_separator(value: str) -> bool:
    """078-05-1120 and 078 05 1120 but not 078-05 1120."""
    return len(set(value.encode().translate(None, _LETTERS_AND_DIGITS))) <= 1


def evenly(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """``check`` for values whose groups are all joined by the same separator."""
    return lambda value: same_separator(value) and check(value)


def luhn_valid(value: str) -> bool:
    """Of the digits in it, the last of which checks the others (ISO/IEC 7812-1). Summed in three steps, not digit by digit."""
    number = value.encode().translate(None, _NO_DIGITS)
    total = sum(number[::-2]) + sum(number[-2::-2].translate(_DOUBLED)) - ord("0") * len(number)
    return bool(number) and not total % 10


def verhoeff_valid(number: str) -> bool:
    """Of digits, the last of which checks the others (J. Verhoeff, Error Detecting Decimal Codes, 1969)."""
    check = 0
    for row, digit in zip(cycle(_PERMUTED), reversed(number.encode()), strict=False):
        check = _TURNED[check][row[digit]]
    return not check


def is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def has_digit(value: str) -> bool:
    return any(character.isdigit() for character in value)


def has_letter_and_digit(value: str) -> bool:
    return has_digit(value) and any(character.isalpha() for character in value)


def not_uniform(value: str) -> bool:
    """Not one digit repeated, which is what people write for "some number"."""
    return len(set(digits(value))) > 1
