"""Whether a backtracking engine reads an expression in a number of steps that grows no faster than the text.

An engine goes back where one character can continue a repeat or begin what follows it. Within another repeat that makes the steps
exponential, beside one quadratic. A search is quadratic too where what a repeat takes holds further beginnings of the expression, since
each of them goes over the rest of the text before it fails ("<[^>]*>" over "<<<<"). This looks for those three in the parsed expression.
It is careful rather than exact: it may reject what is linear, not the reverse.
"""

from __future__ import annotations

import re
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

ALPHABET = frozenset(map(chr, range(256))) | set("ıſКК中忽あ가अ\u0301\u200b\u2028🙂")
"""Stands for all characters: every class of an expression is told by which of these it takes."""

_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}
_MANY = 65
"""A repeat that may take so many is as good as one without bound."""

Characters = frozenset[str]


def faults(expression: str, *, searched: bool) -> list[str]:
    """Why the steps may grow faster than the text; empty if they do not. `searched`: it is not only matched at one place."""
    items = list(parser.parse(expression, re.IGNORECASE if expression.startswith("(?i") else 0))
    found: list[str] = []
    _walk(items, frozenset(), False, False, found)
    if searched:
        runs: list[_Run] = []
        _note_runs(items, [], False, runs)
        found += [
            f"quadratic: what a repeat takes ({_shown(run.taken)}, …) holds its own beginnings"
            for run in runs
            if run.may_fail and all(characters & run.taken for characters in run.before)
        ]
    return found


class _Run(NamedTuple):
    """A repeat without bound: what it takes, the characters that have to stand before it, and whether something must follow it."""

    taken: Characters
    before: tuple[Characters, ...]
    may_fail: bool


def _note_runs(items: list[Any], before: list[Characters], may_fail: bool, runs: list[_Run]) -> None:
    """Notes the runs of a sequence. `before` and `may_fail` tell what has to stand before it, and whether something must follow it."""
    before = list(before)
    for place, (op, argument) in enumerate(items):
        if op is sre.AT and argument in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING) and not place and not before:
            return  # it begins in one place alone
        fails = may_fail or any(
            item[0] in (sre.AT, sre.ASSERT, sre.ASSERT_NOT) or not _nullable([item]) for item in items[place + 1 :]
        )
        for body in _bodies(op, argument):
            if _is_repeat(op) and argument[1] >= _MANY:
                runs.append(_Run(_all(body), tuple(before), fails))
            _note_runs(body, before, fails or op in (sre.ASSERT, sre.ASSERT_NOT), runs)
        before += _needed(op, argument)


def _bodies(op: Any, argument: Any) -> list[list[Any]]:
    """The sequences in an item."""
    if _is_repeat(op):
        return [list(argument[2])]
    if op is sre.SUBPATTERN:
        return [list(argument[3])]
    if op is sre.ATOMIC_GROUP:
        return [list(argument)]
    if op is sre.BRANCH:
        return [list(branch) for branch in argument[1]]
    return [list(argument[1])] if op in (sre.ASSERT, sre.ASSERT_NOT) else []


def _needed(op: Any, argument: Any) -> list[Characters]:
    """The characters that an item needs, in order; of branches, any of them will do."""
    if op in (sre.AT, sre.ASSERT, sre.ASSERT_NOT) or _nullable([(op, argument)]):
        return []
    if op is sre.BRANCH:
        return [_all([(op, argument)])]
    bodies = _bodies(op, argument)
    return [each for item in bodies[0] for each in _needed(*item)] if bodies else [_class(op, argument)]


def _all(items: list[Any]) -> Characters:
    """Every character that the items can take."""
    taken: Characters = frozenset()
    for op, argument in items:
        if op not in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
            bodies = _bodies(op, argument)
            taken |= frozenset().union(*map(_all, bodies)) if bodies else _class(op, argument)
    return taken


def _walk(items: list[Any], follows: Characters, run_follows: bool, looped: bool, found: list[str]) -> None:
    """`follows` and `run_follows` tell what comes after the items: with what it may begin, and whether it begins with a run."""
    for place, (op, argument) in enumerate(items):
        after = items[place + 1 :]
        first = _first(after) | (follows if _nullable(after) else frozenset())
        run = _run_follows(after) or (run_follows and _nullable(after))
        if _is_repeat(op):
            least, most, body = argument[0], argument[1], list(argument[2])
            both = _first(body) & first
            if least != most and both and op is not sre.POSSESSIVE_REPEAT:
                if looped:
                    found.append(
                        f"exponential: {_shown(both)} continues a repeat or begins what follows, within a repeat"
                    )
                elif most >= _MANY and run:
                    found.append(f"quadratic: {_shown(both)} continues a repeat or begins the next one")
            loops = most >= _MANY and op is not sre.POSSESSIVE_REPEAT
            _walk(body, (_first(body) if most > 1 else frozenset()) | first, run, loops or (looped and most > 1), found)
        elif op is sre.SUBPATTERN:
            _walk(list(argument[3]), first, run, looped, found)
        elif op is sre.ATOMIC_GROUP:
            _walk(list(argument), frozenset(), False, False, found)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            _walk(list(argument[1]), frozenset(), False, looped, found)
        elif op is sre.BRANCH:
            for branch in argument[1]:
                _walk(list(branch), first, run, looped, found)


def _run_follows(items: list[Any]) -> bool:
    """Whether another run is next, with nothing mandatory before it."""
    for op, argument in items:
        if _is_repeat(op) and argument[1] >= _MANY:
            return True
        if op is sre.SUBPATTERN and _run_follows(list(argument[3])):
            return True
        if not _nullable([(op, argument)]):
            return False
    return False


def _is_repeat(op: Any) -> bool:
    return op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


def _nullable(items: list[Any]) -> bool:
    known = [item for item in items if item[0] is not sre.GROUPREF]
    return len(known) == len(items) and parser.SubPattern(parser.State(), known).getwidth()[0] == 0


def _first(items: list[Any]) -> Characters:
    """What the items can begin with."""
    taken: Characters = frozenset()
    for op, argument in items:
        if _is_repeat(op):
            taken |= _first(list(argument[2]))
        elif op is sre.SUBPATTERN:
            taken |= _first(list(argument[3]))
        elif op is sre.ATOMIC_GROUP:
            taken |= _first(list(argument))
        elif op is sre.BRANCH:
            taken |= frozenset().union(*(_first(list(branch)) for branch in argument[1]))
        elif op not in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
            taken |= _class(op, argument)
        if not _nullable([(op, argument)]):
            break
    return taken


def _class(op: Any, argument: Any) -> Characters:
    if op is sre.ANY:
        return ALPHABET
    if op is sre.LITERAL:
        return _cases(chr(argument))
    if op is sre.NOT_LITERAL:
        return ALPHABET - {chr(argument)}
    if op is sre.IN:
        negated = argument[0][0] is sre.NEGATE
        members = frozenset().union(*(_member(*member) for member in argument if member[0] is not sre.NEGATE))
        return ALPHABET - members if negated else members
    return ALPHABET  # a reference to a group: anything


def _member(op: Any, argument: Any) -> Characters:
    if op is sre.LITERAL:
        return _cases(chr(argument))
    if op is sre.RANGE:
        return frozenset(c for c in ALPHABET if argument[0] <= ord(c) <= argument[1])
    return frozenset(c for c in ALPHABET if re.match(_CATEGORIES[argument], c))


def _cases(character: str) -> Characters:
    return frozenset({character, character.lower(), character.upper()})


def _shown(characters: Characters) -> str:
    return repr(min(characters))
