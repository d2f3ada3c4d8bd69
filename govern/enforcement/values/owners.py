"""Which kinds stand behind which expression."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from govern.enforcement.scanner import CASELESS, START
from govern.enforcement.values.kind import ValueKind

UNBOUNDED = 4096
_PLAIN_NUMBER = re.compile(r"\\b\\d\{(\d+)(?:,(\d+))?\}\\b")
_MOST_DIGITS = 19
_ANY_NUMBER = (rf"\b\d{{6,{_MOST_DIGITS}}}\b", START)

Chosen = Callable[[int, int], Sequence[int]]


class PatternOwners:
    """Expressions without doubles, and the numbers of the kinds that each of them may be.

    Plain numbers of so many digits, which dozens of kinds are, share one expression and are told apart by their length.
    """

    def __init__(self, kinds: Sequence[ValueKind], weak: Sequence[bool]) -> None:
        owners: dict[tuple[str, int], list[int]] = {}
        self._by_digits: list[list[int]] = [[] for _ in range(_MOST_DIGITS + 1)]
        for number, kind in enumerate(kinds):
            for expression in kind.expressions:
                plain = _PLAIN_NUMBER.fullmatch(expression)
                if plain and int(plain[1]) >= 6 and int(plain[2] or plain[1]) <= _MOST_DIGITS:
                    for length in range(int(plain[1]), int(plain[2] or plain[1]) + 1):
                        self._by_digits[length].append(number)
                else:
                    owners.setdefault((expression, START | (CASELESS if kind.caseless else 0)), []).append(number)
        self._weak = weak
        self._owners = list(owners.values())
        self.number_pattern = len(owners)
        self.expressions = [*owners, _ANY_NUMBER]
        self.whole_runs = [
            index for index, numbers in enumerate(self._owners) if all(kinds[number].whole_run for number in numbers)
        ]
        self.longest = [max(kinds[number].longest or UNBOUNDED for number in numbers) for numbers in self._owners]
        self.longest.append(_MOST_DIGITS)
        numbers_of_all = [*self._owners, sorted({number for numbers in self._by_digits for number in numbers})]
        self.cued = [numbers if all(weak[number] for number in numbers) else [] for numbers in numbers_of_all]
        """The kinds of each expression where all of them need a cue, else none."""
        self.glue = [
            frozenset.intersection(*(frozenset(kinds[number].glue.encode()) for number in numbers))
            for numbers in numbers_of_all
        ]
        """The marks of each expression that make all of its kinds part of something longer."""
        self.has_cues = [any(kinds[number].cues for number in numbers) for numbers in self._owners] + [True]

    def all(self, pattern: int, length: int) -> Sequence[int]:
        """Every kind that a match of ``pattern`` with ``length`` characters may be."""
        return self._by_digits[length] if pattern == self.number_pattern else self._owners[pattern]

    def named(self, present: Collection[int]) -> Chosen:
        """The same without those that need a cue and have none in the text."""
        known: dict[tuple[int, int], Sequence[int]] = {}
        weak = self._weak

        def chosen(pattern: int, length: int) -> Sequence[int]:
            key = (pattern, length if pattern == self.number_pattern else 0)
            numbers = known.get(key)
            if numbers is None:
                numbers = known[key] = [
                    number for number in self.all(pattern, length) if not weak[number] or number in present
                ]
            return numbers

        return chosen
