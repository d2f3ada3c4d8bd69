"""What an expression cannot do without, so that only those places are scanned where it can match.

Of every expression the fewest digits, the shortest token, the longest run of capitals and the marks that each of its matches holds are read
off its syntax, and the words with which they begin. Expressions with like needs are compiled as one part; a survey of the text
(``folding.Folded.survey``) tells where each part has to look, and one expression for all of the words whether any is there. Without a
survey every part looks at everything, and finds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from re import _constants as syntax  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from govern.enforcement.folding import CAPITAL_BYTES, CAPITALS, DIGIT_LEVELS, DIGIT_WINDOW, TOKEN_BYTES, TOKEN_LENGTH
from govern.enforcement.kernel.viewing import Survey
from govern.enforcement.scanner import Stretches

EVERYWHERE: Stretches | None = None
NOWHERE: Stretches = ()
_DIGITS = frozenset(range(0x30, 0x3A))
_TOKEN = frozenset(TOKEN_BYTES)
_CAPITALS = frozenset(CAPITAL_BYTES)
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
_SHORTEST_WORD = 3


class Needs(NamedTuple):
    """Of every match: so many digits at least, so many at-signs and colons; ``token``: it has no other characters than those of tokens."""

    digits: int
    at_signs: int
    colons: int
    token: bool


class Gate(NamedTuple):
    """Where a part looks: ``digits`` is a level of the survey, ``tokens`` that matches are long tokens; else where so many marks are, a run
    of capitals, or a word with which one of its matches begins (``words``). ``named``: each match is a value only near a cue."""

    digits: int = -1
    tokens: bool = False
    at_signs: int = 0
    colons: int = 0
    capitals: bool = False
    words: bool = False
    named: bool = False

    def stretches(self, survey: Survey, size: int) -> Stretches | None:
        """The only places of a view of ``size`` bytes that need to be looked at; None for all of them."""
        if survey.at_signs < self.at_signs or survey.colons < self.colons or survey.capitals < self.capitals:
            return NOWHERE
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


def gate_of(expression: str, *, caseless: bool = False) -> Gate:
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
    if not caseless and _run_of_capitals(tree) >= CAPITALS:
        return Gate(capitals=True)
    return Gate(words=bool(_beginnings(tree)))


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
    words = dict.fromkeys(word for expression in expressions for word in _beginnings(parser.parse(expression)))
    return "|".join("".join(f"\\x{ord(letter):02x}" for letter in word) for word in words)


def _beginnings(nodes: Any) -> tuple[str, ...]:
    """Words of which each match begins with one; none where that is not known."""
    items = [item for item in nodes if item[0] is not syntax.AT]
    if items and items[0][0] is syntax.SUBPATTERN:
        return _beginnings(items[0][1][3])
    if items and items[0][0] is syntax.BRANCH:
        found = tuple(_word(choice) for choice in items[0][1][1])
    else:
        found = (_word(items),)
    return found if all(len(word) >= _SHORTEST_WORD for word in found) else ()


def _word(nodes: Any) -> str:
    """The letters that come first and are always the same."""
    return "".join(chr(argument) for _, argument in takewhile(lambda item: item[0] is syntax.LITERAL, nodes))


def _run_of_capitals(nodes: Any) -> int:
    """So many capitals and digits stand in a row in every match, or more."""
    most = run = 0
    for operation, argument in nodes:
        if operation is syntax.AT:
            continue
        inner, width, within = _look_into(operation, argument)
        if within:
            run += width
        else:
            most, run = max(most, run, inner), 0
    return max(most, run)


def _look_into(operation: Any, argument: Any) -> tuple[int, int, bool]:
    """Of one item: the longest run within it, its fewest characters, and whether it holds nothing but capitals and digits."""
    if operation in (syntax.MAX_REPEAT, syntax.MIN_REPEAT, syntax.POSSESSIVE_REPEAT):
        least, _, nodes = argument
        return _run_of_capitals(nodes) if least else 0, least * nodes.getwidth()[0], _all_capitals(nodes)
    if operation is syntax.SUBPATTERN:
        return _run_of_capitals(argument[3]), argument[3].getwidth()[0], _all_capitals(argument[3])
    if operation is syntax.BRANCH:
        choices = argument[1]
        fewest = min(choice.getwidth()[0] for choice in choices)
        return min(map(_run_of_capitals, choices)), fewest, all(map(_all_capitals, choices))
    return 0, 1, _members(operation, argument) <= _CAPITALS


def _all_capitals(nodes: Any) -> bool:
    return all(operation is syntax.AT or _look_into(operation, argument)[2] for operation, argument in nodes)


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
