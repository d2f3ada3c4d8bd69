"""Checks that several kinds of personal data share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from types import ModuleType

from stdnum import luhn

_NOT_DIGIT = re.compile(r"[^0-9]")


def digits(value: str) -> str:
    return _NOT_DIGIT.sub("", value)


def by(module: ModuleType) -> Callable[[str], bool]:
    """The check of a python-stdnum module. Its ``is_valid`` ignores customary separators."""
    is_valid: Callable[[str], bool] = module.is_valid
    return lambda value: is_valid(value.upper())


def same_separator(value: str) -> bool:
    """078-05-1120 and 078 05 1120 but not 078-05 1120."""
    return len(set(re.sub(r"[0-9A-Za-z]", "", value))) <= 1


def evenly(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """``check`` for values whose groups are all joined by the same separator."""
    return lambda value: same_separator(value) and check(value)


def luhn_valid(value: str) -> bool:
    return luhn.is_valid(digits(value))


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
