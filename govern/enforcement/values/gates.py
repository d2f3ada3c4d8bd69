"""What an expression cannot do without, so that only those places are scanned where it can match.

Of every expression the fewest digits and how far apart they stand, the shortest token, the longest run of capitals and the marks that
each of its matches holds are read off its syntax, and the words with which they begin. Expressions with like needs are compiled as one
part; a survey of the text (``folding.Folded.survey``) tells where each part has to look, and one expression for all of the words whether
any is there. Without a survey every part looks at everything, and finds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from re import _constants as syntax  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import NamedTuple

from govern.enforcement.folding import (
    CAPITALS,
    COLON_GAP,
    DIGIT_LEVELS,
    DIGIT_WINDOW,
    TOKEN_LENGTH,
)
from govern.enforcement.kernel.viewing import Survey
from govern.enforcement.scanner import Stretches
from govern.enforcement.values.expression_needs import (
    COLON,
    DIGITS,
    Chain,
    beginnings,
    chain,
    is_numbered,
    needs_of,
    run_of_capitals,
)

EVERYWHERE: Stretches | None = None
NOWHERE: Stretches = ()
_WORTH_A_STRETCH = 32
"""What it costs to begin a scan, in bytes scanned."""
_FEW_DIGITS = 4
"""Fewer of them stand in most texts."""


class Gate(NamedTuple):
    """Where a part looks: ``digits`` is a level of the survey, with ``numbered`` only if a digit stands right behind a letter; ``tokens``
    that matches are long tokens; else where so many marks are, a run of capitals, or a word with which one of its matches begins
    (``words``). ``colons``: two of them near each other. ``named``: each match is a value only near a cue."""

    digits: int = -1
    numbered: bool = False
    tokens: bool = False
    at_signs: int = 0
    colons: bool = False
    capitals: bool = False
    words: bool = False
    named: bool = False

    def stretches(self, survey: Survey, size: int) -> Stretches | None:
        """The only places of a view of ``size`` bytes that need to be looked at; None for all of them."""
        if survey.at_signs < self.at_signs or survey.colons < self.colons or survey.capitals < self.capitals:
            return NOWHERE
        if survey.numbered < self.numbered:
            return NOWHERE
        if self.tokens:
            return worth(survey.tokens, size)
        return worth(survey.digits[self.digits], size) if self.digits >= 0 else EVERYWHERE


def worth(stretches: Stretches, size: int) -> Stretches | None:
    """These, or all of a view of ``size`` bytes where that is no dearer."""
    covered = _WORTH_A_STRETCH * len(stretches)
    for start, end in stretches:
        covered += end - start
    return EVERYWHERE if covered >= size and stretches else stretches


def gate_of(expression: str, *, caseless: bool = False) -> Gate:
    """The gate before an expression."""
    tree = parser.parse(expression)
    shortest, longest = tree.getwidth()
    needs = needs_of(tree)
    if needs.at_signs:
        return Gate(at_signs=1)
    colons = chain(tree, COLON)
    if colons.number > 1 and colons.between <= COLON_GAP:
        return Gate(colons=True)
    token = needs.token and shortest >= TOKEN_LENGTH
    words = bool(beginnings(tree))
    if needs.digits and longest <= DIGIT_WINDOW:
        level = _level(chain(tree, DIGITS))
        if needs.digits >= _FEW_DIGITS or not (token or words):
            return Gate(digits=level, numbered=not level and is_numbered(tree))
    if token:
        return Gate(tokens=True)
    if not caseless and run_of_capitals(tree) >= CAPITALS:
        return Gate(capitals=True)
    return Gate(words=words)


def parts_of(
    expressions: Sequence[tuple[str, bool]], together: int, weak: Sequence[bool]
) -> tuple[list[list[int]], list[Gate]]:
    """The positions of the expressions in parts of at most ``together``, and the gate of each part.

    Beside each whether it is caseless, and in ``weak`` whether all that it finds needs a cue.
    """
    by_gate: dict[Gate, list[int]] = {}
    for number, (expression, caseless) in enumerate(expressions):
        gate = gate_of(expression, caseless=caseless)
        if weak[number] and gate.digits >= 0:  # no match of these is longer than a window
            gate = gate._replace(named=True)
        by_gate.setdefault(gate, []).append(number)
    parts: list[list[int]] = []
    gates: list[Gate] = []
    for gate, numbers in by_gate.items():
        for first in range(0, len(numbers), together):
            parts.append(numbers[first : first + together])
            gates.append(gate)
    return parts, gates


def words_before(expressions: Iterable[str]) -> str:
    """An expression for the words with which matches begin of those that wait for one, to be matched without regard to case."""
    words = dict.fromkeys(
        (edge, word)
        for expression in expressions
        for tree in [parser.parse(expression)]
        for edge in ["\\b" if tree[0] == (syntax.AT, syntax.AT_BOUNDARY) else ""]
        for word in beginnings(tree)
    )
    return "|".join(edge + "".join(f"\\x{ord(letter):02x}" for letter in word) for edge, word in words)


def _level(digits: Chain) -> int:
    """The highest level of the survey that each match reaches."""
    return max(
        level
        for level, (least, between) in enumerate(DIGIT_LEVELS)
        if not level or (least <= digits.number and digits.between <= between)
    )
