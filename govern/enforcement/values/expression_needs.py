"""What each match of an expression holds, read off its syntax: digits and how far apart they stand, tokens, capitals, first words."""

from __future__ import annotations

from itertools import takewhile
from re import _constants as syntax  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from govern.enforcement.folding import CAPITAL_BYTES, TOKEN_BYTES

DIGITS = frozenset(range(0x30, 0x3A))
COLON = frozenset(b":")
_TOKEN = frozenset(TOKEN_BYTES)
_CAPITALS = frozenset(CAPITAL_BYTES)
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_BYTES = frozenset(range(256))
_CLASSES = {
    syntax.CATEGORY_DIGIT: DIGITS,
    syntax.CATEGORY_SPACE: frozenset(b" \t\n\r\f\v"),
    syntax.CATEGORY_WORD: frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"),
}
_OPPOSITE = {
    syntax.CATEGORY_NOT_DIGIT: syntax.CATEGORY_DIGIT,
    syntax.CATEGORY_NOT_SPACE: syntax.CATEGORY_SPACE,
    syntax.CATEGORY_NOT_WORD: syntax.CATEGORY_WORD,
}
_SHORTEST_WORD = 3
_CHOICES = 4
"""A word may end in so many different letters."""


class Needs(NamedTuple):
    """Of every match: so many digits at least and so many at-signs; ``token``: it has no other characters than those of tokens."""

    digits: int
    at_signs: int
    token: bool


class Chain(NamedTuple):
    """Of characters of one sort in every match: so many at least, and of others at most so many before the first and behind the last of
    these and between two of them."""

    number: int
    before: int
    behind: int
    between: int


def beginnings(nodes: Any) -> tuple[str, ...]:
    """Words of which each match begins with one; none where that is not known."""
    items = [item for item in nodes if item[0] is not syntax.AT]
    if items and items[0][0] is syntax.SUBPATTERN:
        return beginnings(items[0][1][3])
    found = tuple(_words(items))
    return found if all(len(word) >= _SHORTEST_WORD for word in found) else ()


def _words(nodes: Any) -> list[str]:
    """The letters that come first and are always the same, with those that follow where they are among few."""
    word = "".join(chr(argument) for _, argument in takewhile(lambda item: item[0] is syntax.LITERAL, nodes))
    for operation, argument in nodes[len(word) :][:1]:
        if operation is syntax.BRANCH:
            return [word + more for choice in argument[1] for more in _words(choice)]
        if operation is syntax.IN and len(members := _members(operation, argument)) <= _CHOICES:
            return [word + chr(member) for member in sorted(members)]
    return [word]


def chain(nodes: Any, sort: frozenset[int]) -> Chain:
    """Of what follows one another."""
    number = before = behind = between = 0
    for operation, argument in nodes:
        one = _chain_of_one(operation, argument, sort)
        if not one.number:
            behind += one.before
        elif number:
            number, behind, between = number + one.number, one.behind, max(between, one.between, behind + one.before)
        else:
            number, before, behind, between = one.number, behind + one.before, one.behind, one.between
    return Chain(number, before, behind, between) if number else Chain(0, behind, behind, 0)


def _chain_of_one(operation: Any, argument: Any, sort: frozenset[int]) -> Chain:
    if operation is syntax.AT:
        return Chain(0, 0, 0, 0)
    if operation in (syntax.MAX_REPEAT, syntax.MIN_REPEAT, syntax.POSSESSIVE_REPEAT):
        least, most, nodes = argument
        once, widest = chain(nodes, sort), int(most) * nodes.getwidth()[1]
        if least and once.number:
            return once._replace(number=least * once.number, between=max(once.between, once.behind + once.before))
    elif operation is syntax.SUBPATTERN:
        return chain(argument[3], sort)
    elif operation is syntax.BRANCH:
        choices = [chain(choice, sort) for choice in argument[1]]
        widest = max(choice.getwidth()[1] for choice in argument[1])
        if all(choice.number for choice in choices):
            counts, *others = zip(*choices, strict=True)
            return Chain(min(counts), *map(max, others))
    else:
        widest = 1
        if _members(operation, argument) <= sort:
            return Chain(1, 0, 0, 0)
    return Chain(0, widest, widest, 0)


def is_numbered(nodes: Any) -> bool:
    """Whether in every match a digit stands right behind a letter."""
    last = _BYTES
    for operation, argument in nodes:
        if operation is syntax.AT:
            continue
        inner, first, end = _edges(operation, argument)
        if inner or (last <= _LETTERS and first <= DIGITS):
            return True
        last = end
    return False


def _edges(operation: Any, argument: Any) -> tuple[bool, frozenset[int], frozenset[int]]:
    """Of one item: whether that is so within it, and with which bytes it begins and ends; with any where it can be empty."""
    if operation in (syntax.MAX_REPEAT, syntax.MIN_REPEAT, syntax.POSSESSIVE_REPEAT):
        least, _, nodes = argument
    elif operation is syntax.SUBPATTERN:
        least, nodes = 1, argument[3]
    elif operation is syntax.BRANCH:
        return all(map(is_numbered, argument[1])), _BYTES, _BYTES
    else:
        members = _members(operation, argument)
        return False, members, members
    if not least or not len(nodes):
        return False, _BYTES, _BYTES
    return is_numbered(nodes), _edges(*nodes[0])[1], _edges(*nodes[-1])[2]


def run_of_capitals(nodes: Any) -> int:
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
        return run_of_capitals(nodes) if least else 0, least * nodes.getwidth()[0], _all_capitals(nodes)
    if operation is syntax.SUBPATTERN:
        return run_of_capitals(argument[3]), argument[3].getwidth()[0], _all_capitals(argument[3])
    if operation is syntax.BRANCH:
        choices = argument[1]
        fewest = min(choice.getwidth()[0] for choice in choices)
        return min(map(run_of_capitals, choices)), fewest, all(map(_all_capitals, choices))
    return 0, 1, _members(operation, argument) <= _CAPITALS


def _all_capitals(nodes: Any) -> bool:
    return all(operation is syntax.AT or _look_into(operation, argument)[2] for operation, argument in nodes)


def needs_of(nodes: Any) -> Needs:
    """Of what follows one another."""
    digits = at_signs = 0
    token = True
    for operation, argument in nodes:
        one = _of_one(operation, argument)
        digits += one.digits
        at_signs += one.at_signs
        token = token and one.token
    return Needs(digits, at_signs, token)


def _of_one(operation: Any, argument: Any) -> Needs:
    if operation is syntax.AT:
        return _NOTHING
    if operation in (syntax.MAX_REPEAT, syntax.MIN_REPEAT, syntax.POSSESSIVE_REPEAT):
        least, _, inner = argument
        once = needs_of(inner)
        return Needs(once.digits * least, once.at_signs * least, once.token)
    if operation is syntax.SUBPATTERN:
        return needs_of(argument[3])
    if operation is syntax.BRANCH:
        choices = [needs_of(choice) for choice in argument[1]]
        return Needs(
            min(each.digits for each in choices),
            min(each.at_signs for each in choices),
            all(each.token for each in choices),
        )
    members = _members(operation, argument)
    return Needs(members <= DIGITS, members <= {ord("@")}, members <= _TOKEN)


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


_NOTHING = Needs(0, 0, True)
