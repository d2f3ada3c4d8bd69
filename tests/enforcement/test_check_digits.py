"""Check digits are summed as python-stdnum sums them, in fewer steps."""

from __future__ import annotations

import random

from stdnum import luhn, verhoeff
from stdnum.in_ import aadhaar

from govern.enforcement.pii.checks import luhn_valid, verhoeff_valid
from govern.enforcement.pii.south_asia import _aadhaar


def test_the_same_numbers_hold() -> None:
    draw = random.Random(5)
    held = 0
    for _ in range(2_000):
        number = "".join(draw.choice("0123456789") for _ in range(draw.randint(1, 19)))
        held += luhn_valid(number) + verhoeff_valid(number)
        assert (luhn_valid(number), verhoeff_valid(number)) == (luhn.is_valid(number), verhoeff.is_valid(number))
    assert held > 200
    assert not luhn_valid("")


def test_aadhaar_numbers_are_no_palindromes() -> None:
    draw = random.Random(6)
    for _ in range(2_000):
        half = draw.choice("23456789") + "".join(draw.choice("01") for _ in range(5))
        number = half + draw.choice((half[::-1], "".join(draw.choice("0123456789") for _ in range(6))))
        written = draw.choice(("", " ", "-")).join((number[:4], number[4:8], number[8:]))
        assert _aadhaar(written) == aadhaar.is_valid(written)
