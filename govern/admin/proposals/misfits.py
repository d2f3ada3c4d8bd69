"""Where values do not fit the struct that decodes them, in words. Every place is told at once."""

import re
from functools import cache
from typing import Any, get_type_hints

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from govern.admin.proposals.reading import Problem
from govern.admin.proposals.schema import Choices, Group, Lines, Names, Numbers, Rows
from govern.changes.languages import in_own_language
from routing.bodies import Day, Name, Price
from routing.saying import Saying

_AT = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`")
_BOUND = re.compile(r"`(?:int|float)` (>=|<=|>|<) ([-\d.e+]+)")
_LENGTH = re.compile(r"`(str|array)` of length (>=|<=) (\d+)")
_PATTERN = re.compile(r"`str` matching regex")
_LISTS = (Choices, Names, Lines, Numbers)


def misfits(group: Group, value: dict[str, Any], place: str = "") -> list[Problem]:
    """What does not fit in the plain value of a group, and within."""
    found: list[Problem] = []
    hints = _hints(group.struct)
    for name, field in group.fields.items():
        at, inner = f"{place}.{name}".lstrip("."), value[name]
        if isinstance(field, Group):
            found += misfits(field, inner, at) if inner is not None else []
        elif isinstance(field, Rows) and isinstance(inner, list):
            if field.needed and not inner:
                found.append(Problem(at, _("Give at least one.")))
            for index, row in enumerate(inner):
                sort = next((g for tag, g in field.sorts.items() if not tag or row.get(g.tag_field) == tag))
                found += misfits(sort, row, f"{at}[{index}]")
        else:
            try:
                msgspec.convert(inner, hints[name])
            except msgspec.ValidationError as fault:
                found.append(_problem(str(fault), at, hints[name], listed=isinstance(field, _LISTS)))
    return found


@cache
def _hints(struct: type) -> dict[str, Any]:
    return get_type_hints(struct, include_extras=True)


def _problem(fault: str, place: str, type_: Any, *, listed: bool) -> Problem:
    inner = _AT.search(fault)
    at = inner[1] if inner and listed and re.fullmatch(r"\[\d+\]", inner[1]) else ""
    return Problem(place + at, in_words(_AT.sub("", fault), type_))


def in_words(fault: str, type_: Any = None) -> str:
    """What the decoder says of a value, for people."""
    if isinstance(fault, Saying):
        return str(in_own_language(fault))
    fault = fault.rstrip(".")
    if bound := _BOUND.search(fault):
        sign, number = bound[1], f"{float(bound[2]):g}" if "." in bound[2] else bound[2]
        words = {
            ">=": _("Must be %(number)s or more."),
            "<=": _("Must be %(number)s or less."),
            ">": _("Must be more than %(number)s."),
            "<": _("Must be less than %(number)s."),
        }
        return words[sign] % {"number": number}
    if length := _LENGTH.search(fault):
        return _length(length[1], length[2], int(length[3]))
    if _PATTERN.search(fault):
        if type_ is not None and _is(type_, Price):
            return _("Write US dollars such as 12.50.")
        if type_ is not None and _is(type_, Day):
            return _("Write a day such as 2027-03-31.")
        if type_ is None or _is(type_, Name):
            return _("Use letters, digits and . _ : / @ - only, and begin with a letter or a digit.")
        return _("Use letters, digits and . _ @ + - only.")
    if fault.lower().startswith(("invalid enum", "invalid value")):
        return _("Choose one of those that are offered.")
    if "datetime" in fault:
        return _("Choose a day and a time.")
    return f"{fault[:1].upper()}{fault[1:]}."


def _is(type_: Any, alias: Any) -> bool:
    """Whether a type is the alias, or something that holds it."""
    return str(alias.__metadata__[0].pattern) in str(type_) or repr(alias.__metadata__[0]) in repr(type_)


def _length(what: str, sign: str, number: int) -> str:
    if what == "array":
        return _("Give at least one.") if sign == ">=" else _("Give at most %(n)d.") % {"n": number}
    if sign == "<=":
        return ngettext("At most %(n)d character.", "At most %(n)d characters.", number) % {"n": number}
    if number == 1:
        return _("This is needed.")
    return ngettext("At least %(n)d character.", "At least %(n)d characters.", number) % {"n": number}
