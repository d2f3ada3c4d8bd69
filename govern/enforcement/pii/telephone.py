"""Whether a number in international form can be one, as ``phonenumbers`` has it, mostly without asking that library.

Its parser takes a dozen steps over the text, which a million numbers in one text cannot be given. Nearly all of them are decided by two
of its tables: the country's code, and how many digits its numbers have.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from govern.enforcement.pii.checks import digits

_LONGEST_CODE = 3
_FEWEST_DIGITS = 2
_MOST_DIGITS = 17


class _Country(NamedTuple):
    """``lengths`` of national numbers, and what people dial before them at home, which the library takes off where it can: one of few
    prefixes, or what only the library tells (None)."""

    lengths: frozenset[int]
    at_home: tuple[str, ...] | None


def is_possible(number: str) -> bool:
    """``number`` begins with a plus and has no other characters than digits, spaces, brackets, points and hyphens."""
    whole = digits(number)
    for size in range(1, _LONGEST_CODE + 1):
        country = _country(whole[:size])
        if country is not None:
            national = whole[size:]
            if country.at_home is None or national.startswith(country.at_home):
                return _as_the_library_says(number)
            return _FEWEST_DIGITS <= len(national) <= _MOST_DIGITS and len(national) in country.lengths
    return False


@cache
def _country(code: str) -> _Country | None:
    if code[:1] == "0" or int(code) not in COUNTRY_CODE_TO_REGION_CODE:
        return None
    region = phonenumbers.region_code_for_country_code(int(code))
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(int(code), region)
    if metadata is None or metadata.general_desc is None:
        return None
    described = metadata.general_desc
    prefixes = tuple((metadata.national_prefix_for_parsing or "").split("|"))
    return _Country(
        frozenset((*described.possible_length, *described.possible_length_local_only)),
        () if prefixes == ("",) else prefixes if all(map(str.isdigit, prefixes)) else None,
    )


def _as_the_library_says(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False
