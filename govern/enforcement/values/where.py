"""The expressions of all values in parts, and which parts have to look where in a text."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from govern.enforcement.folding import DIGIT_LEVELS
from govern.enforcement.kernel.viewing import NOTHING, Survey
from govern.enforcement.scanner import CASELESS, ONCE, Stretches
from govern.enforcement.values.gates import EVERYWHERE, Gate, parts_of, words_before, worth

_TOGETHER = 32
_AS_DEAR_AS_CUES = 3
"""To look for so many parts costs what it costs to look for cues."""

Places = Sequence[tuple[int, Stretches | None]]
"""Parts by their position, and where each of them looks."""


class Where:
    """``expressions`` are those that it was made from and, at position ``words``, one for the words that some of them wait for.

    ``cued`` are the kinds of each of which nothing counts that no cue names; none where some of its kinds need no cue.
    """

    def __init__(self, expressions: Sequence[tuple[str, int]], cued: Sequence[Collection[int]]) -> None:
        self.parts, gates = parts_of(
            [(expression, bool(flags & CASELESS)) for expression, flags in expressions],
            _TOGETHER,
            [bool(kinds) for kinds in cued],
        )
        self.words = len(expressions)
        waiting = [number for number, gate in enumerate(gates) if gate.words]
        self.behind_words: Places = [(part, EVERYWHERE) for part in waiting]
        """What has to look as well once a word was seen."""
        words = words_before(expressions[number][0] for part in waiting for number in self.parts[part])
        self.expressions = [*expressions, (words or "\\A\\b\\B", CASELESS | ONCE)]
        if Gate() not in gates:
            self.parts.append([])
            gates.append(Gate())
        self.parts[gates.index(Gate())].append(self.words)
        self._named = {
            part: frozenset(kind for number in self.parts[part] for kind in cued[number])
            for part, gate in enumerate(gates)
            if gate.named
        }
        """Parts in which nothing counts without a cue, and the kinds that a cue has to name."""
        self._everywhere = [(part, EVERYWHERE) for part in range(len(gates)) if part not in waiting]
        by_gate = [
            (gate, [part for part, _ in self._everywhere if gates[part] == gate])
            for gate in dict.fromkeys(gates)
            if not gate.words
        ]
        self._by_level = [
            [(gate.numbered, part) for gate, parts in by_gate if gate.digits == level for part in parts]
            for level in range(len(DIGIT_LEVELS))
        ]
        self._without_digits = [(gate, parts) for gate, parts in by_gate if gate.digits < 0]
        self._in_prose = self._first(NOTHING, 0)

    def first(self, survey: Survey | None, size: int, near: Stretches | None = EVERYWHERE) -> Places:
        """Where to look in a view of ``size`` bytes before it is known whether any of the words is there; ``near`` for what is weak."""
        if survey is NOTHING:
            return self._in_prose
        places = self._everywhere if survey is None else self._first(survey, size)
        if near is EVERYWHERE:
            return places
        return [(part, near if part in self._named else stretches) for part, stretches in places]

    def asks_for_cues(self, places: Places) -> bool:
        """Whether in so many of these nothing counts without a cue that it is cheaper to look for cues first."""
        return len([part for part, _ in places if part in self._named]) >= _AS_DEAR_AS_CUES

    def named(self, places: Places, kinds: Collection[int]) -> Places:
        """These without the parts in which nothing counts where cues name no other ``kinds``."""
        named = self._named
        return [one for one in places if one[0] not in named or not named[one[0]].isdisjoint(kinds)]

    def _first(self, survey: Survey, size: int) -> Places:
        places: list[tuple[int, Stretches | None]] = []
        for gate, parts in self._without_digits:
            stretches = gate.stretches(survey, size)
            if stretches is EVERYWHERE or stretches:
                places += [(part, stretches) for part in parts]
        for found, parts_of_level in zip(survey.digits, self._by_level, strict=True):
            if not found:
                break  # a chain of the next level is one of this
            stretches = worth(found, size)
            places += [(part, stretches) for numbered, part in parts_of_level if survey.numbered or not numbered]
        return places
