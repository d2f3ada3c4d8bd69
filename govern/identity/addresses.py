"""E-mail addresses that decide who somebody is. They are compared here, letter by letter, and never by what a database folds.

Only a plain address counts: one `@`, no quotes, comments, blanks, control characters or list, and no letters that a normal form
turns into others (a full-width o, the Kelvin sign, ß). Letters that only look alike (a dotless i, a Cyrillic o) stay what they are:
other letters. A domain in punycode and the same in Unicode are two, and what follows a `+` counts.
"""

import unicodedata
from typing import Any

from govern.models import Person

LONGEST = 254
"""Characters of an address (RFC 5321, with RFC 3696 erratum 1690)."""
_SPECIAL = frozenset('"(),:;<>[\\]`')


def canonical_address(given: Any) -> str | None:
    """The form in which two addresses are one if they are equal; None for what is no plain address."""
    if not isinstance(given, str) or not 3 <= len(given) <= LONGEST:
        return None
    local, at, domain = given.partition("@")
    if not (local and at and domain) or "@" in domain or any(not label for label in domain.split(".")):
        return None
    if any(letter in _SPECIAL or letter.isspace() or unicodedata.category(letter)[0] == "C" for letter in given):
        return None
    folded = given.casefold()
    # What folds into other letters, or into more of them, than its lower case is a way to write somebody else's address.
    if unicodedata.normalize("NFKC", given) != given or folded != given.lower() or len(folded) != len(given):
        return None
    return folded if unicodedata.normalize("NFKC", folded) == folded else None


def person_of_address(given: Any) -> Person | None:
    """Who has this address and may sign in; None if nobody has, or more than one. Reads every address: it runs at first links only."""
    wanted = canonical_address(given)
    if wanted is None:
        return None
    everyone = Person.objects.filter(is_active=True).exclude(email="").values_list("pk", "email")
    found = [number for number, address in everyone if canonical_address(address) == wanted]
    return Person.objects.get(pk=found[0]) if len(found) == 1 else None
