"""What an expression cannot do without, so that only those places are scanned where it can match.

Of every expression the fewest digits, the shortest token and the marks that each of its matches holds are read off its syntax. Expressions
with like needs are compiled as one part; a survey of the text (``folding.Folded.survey``) tells where each part has to look. Without a
survey every part looks at everything, and finds the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from re import _constants as syntax  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from govern.enforcement.folding import DIGIT_LEVELS, DIGIT_WINDOW, TOKEN_BYTES, TOKEN_LENGTH
from govern.enforcement.kernel.viewing import Survey
from govern.enforcement.scanner import Stretches

EVERYWHERE: Stretches | None = None
_NOWHERE: Stretches = ()
_DIGITS = frozenset(range(0x30, 0x3A))
_TOKEN = frozenset(TOKEN_BYTES)
_BYTES = frozenset(range(256))
_CLASSES = {
    syntax.CATEGORY_DIGIT: _DIGITS,
    syntax.CATEGORY_SPACE: frozenset(b" \t\n\r\f\v"),
    syntax.CATEGORY_WORD: frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"),
}
_OPPOSITE = {
    syntax.CATEGORY_NOT_DIGIT: syntax.CATEGORY_DIGIT,
    syntax.CATEGORY_NOT_SPACE: syntax.CATEGORY_SPACE,
    syntax.CATEGORY_NOT_WORD: syntax.CATEGORY_WORD,
}
_WORTH_A_STRETCH = 32
"""What it costs to begin a scan, in bytes scanned."""


class Needs(NamedTuple):
    """Of every match: so many digits at least, so many at-signs and colons; ``token``: it has no other characters than those of tokens."""

    digits: int
    at_signs: int
    colons: int
    token: bool


class Gate(NamedTuple):
    """Where a part looks: ``digits`` is a level of the survey, ``tokens`` that matches are long tokens; else where so many marks are."""

    digits: int = -1
    tokens: bool = False
    at_signs: int = 0
    colons: int = 0

    def stretches(self, survey: Survey, size: int) -> Stretches | None:
        """The only places of a view of ``size`` bytes that need to be looked at; None for all of them."""
        if survey.at_signs < self.at_signs or survey.colons < self.colons:
            return _NOWHERE
        if self.tokens:
            found = survey.tokens
        elif self.digits >= 0:
            found = survey.digits[self.digits]
        else:
            return EVERYWHERE
        if not found:
            return found
        covered = sum(end - start for start, end in found) + _WORTH_A_STRETCH * len(found)
        return EVERYWHERE if covered >= size else found


def gate_of(expression: str) -> Gate:
    """The gate before an expression."""
    tree = parser.parse(expression)
    shortest, longest = tree.getwidth()
    needs = _of_all(tree)
    if needs.at_signs:
        return Gate(at_signs=1)
    if needs.colons > 1:
        return Gate(colons=2)
    if needs.digits and longest <= DIGIT_WINDOW:
        return Gate(digits=max(level for level, least in enumerate(DIGIT_LEVELS) if least <= needs.digits))
    if needs.token and shortest >= TOKEN_LENGTH:
        return Gate(tokens=True)
    return Gate()


def parts_of(expressions: Sequence[str], together: int) -> tuple[list[list[int]], list[Gate]]:
    """The positions of the expressions in parts of at most ``together``, and the gate of each part."""
    by_gate: dict[Gate, list[int]] = {}
    for number, expression in enumerate(expressions):
        by_gate.setdefault(gate_of(expression), []).append(number)
    parts: list[list[int]] = []
    gates: list[Gate] = []
    for gate, numbers in by_gate.items():
        for first in range(0, len(numbers), together):
            parts.append(numbers[first : first + together])
            gates.append(gate)
    return parts, gates


def _of_all(nodes: Any) -> Needs:
    """Of what follows one another."""
    digits = at_signs = colons = 0
    token = True
    for operation, argument in nodes:
        one = _of_one(operation, argument)
        digits += one.digits
        at_signs += one.at_signs
        colons += one.colons
        token = token and one.token
    return Needs(digits, at_signs, colons, token)


def _of_one(operation: Any, argument: Any) -> Needs:
    if operation is syntax.AT:
        return _NOTHING
    if operation in (syntax.MAX_REPEAT, syntax.MIN_REPEAT, syntax.POSSESSIVE_REPEAT):
        least, _, inner = argument
        once = _of_all(inner)
        return Needs(once.digits * least, once.at_signs * least, once.colons * least, once.token)
    if operation is syntax.SUBPATTERN:
        return _of_all(argument[3])
    if operation is syntax.BRANCH:
        choices = [_of_all(choice) for choice in argument[1]]
        return Needs(
            min(each.digits for each in choices),
            min(each.at_signs for each in choices),
            min(each.colons for each in choices),
            all(each.token for each in choices),
        )
    members = _members(operation, argument)
    return Needs(members <= _DIGITS, members <= {ord("@")}, members <= {ord(":")}, members <= _TOKEN)


def _members(operation: Any, argument: Any) -> frozenset[int]:
    """The bytes that a node for one character stands for; all of them where it is none that is known."""
    if operation is syntax.LITERAL:
        return frozenset((argument,))
    if operation is not syntax.IN:
        return _BYTES
    found: set[int] = set()
    negated = False
    for kind, value in argument:
        if kind is syntax.NEGATE:
            negated = True
        elif kind is syntax.LITERAL:
            found.add(value)
        elif kind is syntax.RANGE:
            found.update(range(value[0], value[1] + 1))
        elif value in _OPPOSITE:
            found |= _BYTES - _CLASSES[_OPPOSITE[value]]
        else:
            found |= _CLASSES[value]
    return frozenset(_BYTES - found if negated else found)


_NOTHING = Needs(0, 0, 0, True)
