"""Checks that several kinds of personal data share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from types import ModuleType

_NO_DIGITS = bytes(byte for byte in range(256) if byte not in b"0123456789")
_LETTERS_AND_DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")


def _turned(first: int, second: int) -> int:
    """One turn or flip of a pentagon after another: what the digits stand for in Verhoeff's scheme."""
    if first < 5:
        return (first + second) % 5 if second < 5 else 5 + (first + second) % 5
    return 5 + (first - second) % 5 if second < 5 else (first - second) % 5


_PERIOD = 8


@cache
def _turned_together() -> tuple[dict[str, bytes], ...]:
    """Where a check ends, by the place of two digits from the right, by them, from the right as well, and by where it began."""
    permuted = [tuple(range(10))]
    while len(permuted) < _PERIOD:
        permuted.append(tuple((1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit] for digit in permuted[-1]))
    tables = []
    for place in range(0, _PERIOD, 2):
        first, second = permuted[place], permuted[place + 1]
        ends = {str(digit): bytes(_turned(check, first[digit]) for check in range(10)) for digit in range(10)}
        for two in range(100):
            tens, units = divmod(two, 10)
            ends[f"{two:02d}"] = bytes(_turned(check, second[units]) for check in ends[str(tens)])
        tables.append(ends)
    return tuple(tables)


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
    tables = _turned_together()
    backwards = number[::-1]
    for place in range(0, len(number), 2):
        check = tables[place // 2 % len(tables)][backwards[place : place + 2]][check]
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
