"""The expressions of all values in parts, and which parts have to look where in a text."""

from __future__ import annotations

from collections.abc import Sequence

from govern.enforcement.kernel.viewing import NOTHING, Survey
from govern.enforcement.scanner import CASELESS, ONCE, Stretches
from govern.enforcement.values.gates import EVERYWHERE, Gate, parts_of, words_before

_TOGETHER = 32

Places = Sequence[tuple[int, Stretches | None]]
"""Parts by their position, and where each of them looks."""


class Where:
    """``expressions`` are those that it was made from and, at position ``words``, one for the words that some of them wait for.

    Of those that are ``weak`` nothing counts that no cue names.
    """

    def __init__(self, expressions: Sequence[tuple[str, int]], weak: Sequence[bool]) -> None:
        self.parts, gates = parts_of(
            [(expression, bool(flags & CASELESS)) for expression, flags in expressions], _TOGETHER, weak
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
        self._named = frozenset(part for part, gate in enumerate(gates) if gate.named)
        self._everywhere = [(part, EVERYWHERE) for part in range(len(gates)) if part not in waiting]
        self._by_gate = [
            (gate, [part for part, _ in self._everywhere if gates[part] == gate])
            for gate in dict.fromkeys(gates)
            if not gate.words
        ]
        self._in_prose = self._first(NOTHING, 0)

    def first(self, survey: Survey | None, size: int, near: Stretches | None = EVERYWHERE) -> Places:
        """Where to look in a view of ``size`` bytes before it is known whether any of the words is there; ``near`` for what is weak."""
        if survey is NOTHING:
            return self._in_prose
        places = self._everywhere if survey is None else self._first(survey, size)
        if near is EVERYWHERE:
            return places
        return [(part, near if part in self._named else stretches) for part, stretches in places]

    def _first(self, survey: Survey, size: int) -> Places:
        places: list[tuple[int, Stretches | None]] = []
        for gate, parts in self._by_gate:
            stretches = gate.stretches(survey, size)
            if stretches is EVERYWHERE or stretches:
                places += [(part, stretches) for part in parts]
        return places
