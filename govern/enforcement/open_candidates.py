"""From a pattern, the pattern of its beginnings.

A stream may release text only up to the first place where a match could still be in the making. For a regular expression ``P`` the
strings that may still become a match are the prefixes of its language, and an expression for exactly those follows from the syntax
tree: ``open(xy) = open(x) | x open(y)``. Anchored at the end of the data and reported with its leftmost start, it answers the question
for all patterns in one pass.
"""

from __future__ import annotations

from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}
_UNBOUNDED = op.MAXREPEAT


def open_expression(expression: str) -> str:
    """An expression for every non-empty beginning of a match of ``expression``, whole matches included, at the end of the data.

    Raises ``ValueError`` for syntax outside regular expressions (look-around, back-references) and ``re.error`` for broken syntax.
    """
    items = list(parser.parse(expression, 0))
    return f"(?:{_open_sequence(items)})\\z"


def _open_sequence(items: list[Any]) -> str:
    """Beginnings of a sequence: nested so that its size stays linear."""
    if not items:
        return ""
    (code, argument), rest = items[0], items[1:]
    if code is op.AT:
        continued = _open_sequence(rest)
        return _full(items[0]) + continued if continued else ""
    beginnings = _open_item(code, argument)
    continued = _open_sequence(rest)
    if not continued:
        return f"(?:{beginnings})"
    return f"(?:{beginnings}|{_full(items[0])}{continued})"


def _open_item(code: Any, argument: Any) -> str:
    """Beginnings of one item, the whole item included."""
    if code is op.SUBPATTERN:
        return _flags(argument) + _open_sequence(list(argument[3])) + ")"
    if code is op.BRANCH:
        return "|".join(_open_sequence(list(branch)) or "" for branch in argument[1])
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        _, most, body = argument
        inner = _open_sequence(list(body))
        whole = _group(list(body))
        if most == 1:
            return inner
        before = "*" if most is _UNBOUNDED else f"{{0,{int(most) - 1}}}"
        return f"{whole}{before}(?:{inner})"
    return _full((code, argument))


def _full(item: tuple[Any, Any]) -> str:
    code, argument = item
    if code is op.LITERAL:
        return _literal(argument)
    if code is op.NOT_LITERAL:
        return f"[^{_literal(argument)}]"
    if code is op.ANY:
        return "."
    if code is op.IN:
        return _class(argument)
    if code is op.AT and argument is op.AT_BOUNDARY:
        return r"\b"
    if code is op.SUBPATTERN:
        return _flags(argument) + _sequence(list(argument[3])) + ")"
    if code is op.BRANCH:
        return "(?:" + "|".join(_sequence(list(branch)) for branch in argument[1]) + ")"
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, most, body = argument
        return _group(list(body)) + f"{{{int(least)},{'' if most is _UNBOUNDED else int(most)}}}"
    raise ValueError(f"{str(code).lower()} is not part of a regular expression in linear time")


def _sequence(items: list[Any]) -> str:
    return "".join(_full(item) for item in items)


def _group(items: list[Any]) -> str:
    if len(items) == 1 and items[0][0] in (op.LITERAL, op.IN, op.ANY, op.NOT_LITERAL):
        return _full(items[0])
    return f"(?:{_sequence(items)})"


def _flags(argument: Any) -> str:
    _, added, removed, _ = argument
    letters = "".join(letter for letter, flag in (("i", 2), ("s", 16)) if added & flag)
    off = "".join(letter for letter, flag in (("i", 2), ("s", 16)) if removed & flag)
    return "(?" + letters + (f"-{off}" if off else "") + ":"


def _class(members: list[Any]) -> str:
    out = []
    for code, argument in members:
        if code is op.NEGATE:
            out.append("^")
        elif code is op.LITERAL:
            out.append(_literal(argument))
        elif code is op.RANGE:
            out.append(f"{_literal(argument[0])}-{_literal(argument[1])}")
        elif code is op.CATEGORY:
            out.append(_CATEGORIES[argument])
        else:
            raise ValueError(f"{str(code).lower()} is not part of a character class")
    return "[" + "".join(out) + "]"


def _literal(point: int) -> str:
    character = chr(point)
    if character.isalnum() or character in " _@,;<>\"'~`!%&/:=":
        return character
    return f"\\x{point:02x}" if point < 0x100 else f"\\x{{{point:x}}}"
