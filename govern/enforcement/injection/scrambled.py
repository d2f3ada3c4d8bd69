"""Words of attacks whose inner letters changed places, or of which one is gone: people and models read them all the same.

`SCRAMBLED` are spellings that tell of it: all orders of the inner letters of short words, and of long ones two letters that changed places,
one that is gone, and all of them reversed. Where one stands, `restored` puts back every word with the letters of one that it knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations

_SHORT = ("ignore", "forget", "bypass", "reveal", "output", "repeat", "system", "prompt", "secret", "hidden", "rules")
_LONG = ("disregard", "override", "display", "previous", "earlier", "instructions", "instruction", "directions", "guidelines", "restrictions", "password", "commands", "everything")  # fmt: skip
_WORDS = frozenset(_SHORT + _LONG)
_WORD = re.compile(r"[A-Za-z]{4,14}")


def _without_one(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(1, len(word) - 1)}


def _spellings(word: str) -> set[str]:
    first, inner, last = word[0], word[1:-1], word[-1]
    if word in _SHORT:
        found = {f"{first}{''.join(order)}{last}" for order in permutations(inner)}
    else:
        swapped = (inner[:at] + inner[at + 1] + inner[at] + inner[at + 2 :] for at in range(len(inner) - 1))
        found = {f"{first}{letters}{last}" for letters in (*swapped, inner[::-1])}
    return found | (_without_one(word) if len(word) > 6 else set())


_SPELLINGS = frozenset(set().union(*map(_spellings, _WORDS)) - _WORDS - {"overide"})
"""One misspelling is so common that it tells nothing."""
SCRAMBLED = rf"\b(?:{'|'.join(sorted(_SPELLINGS))})\b"
"""For folded text."""
_KNOWN = {
    (spelling[0], spelling[-1], "".join(sorted(spelling[1:-1]))): word
    for word in sorted(_WORDS)
    for spelling in (word, *(_without_one(word) if len(word) > 6 else ()))
}


def scrambled_in(text: str) -> Iterator[tuple[int, int]]:
    """Where such words stand, from left to right."""
    return (found.span() for found in _WORD.finditer(text) if found[0].lower() in _SPELLINGS)


def restored(text: str) -> str:
    """The text with such words as they are meant; words that only look like one stay."""
    return _WORD.sub(lambda found: _meant(found[0]), text)


def _meant(written: str) -> str:
    word = written.lower()
    return written if word in _WORDS else _KNOWN.get((word[0], word[-1], "".join(sorted(word[1:-1]))), written)
