"""Adding, removing and moving entries of a form, and groups that may be absent."""

import re
from typing import Any

from govern.admin.proposals.schema import Field, Group, Names, Pairs, Rows, blank
from govern.admin.proposals.writing import write
from govern.admin.proposals.written import Row, Written

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class NoSuchPlace(ValueError):
    """The form has no such place, or nothing of that sort can be done there."""


def act(schema: Group, written: Written, action: str) -> str:
    """Does what a button asks for (`add guards pii`, `up rules[2]`, `unset rules[0].canary`). Returns the place to go on at.

    Raises `NoSuchPlace`.
    """
    verb, _blank, rest = action.partition(" ")
    place, _blank, sort = rest.partition(" ")
    steps: list[str | int] = [int(index) if index else name for name, index in _STEP.findall(place)]
    try:
        field, holder = _walk(schema, written, steps[:-1])
        return _DO[verb](field, holder, steps[-1], place, sort)
    except (KeyError, IndexError, TypeError, AttributeError):
        raise NoSuchPlace(action) from None


def _walk(field: Any, holder: Written, steps: list[str | int]) -> tuple[Any, Written]:
    for step in steps:
        if isinstance(step, str):
            field, holder = field.fields[step], holder[step]
        elif isinstance(field, Rows):
            field, holder = field.sorts[holder[step].sort], holder[step].fields
    return field, holder


def _add(field: Group, holder: Written, last: str, place: str, sort: str) -> str:
    inner, entries = field.fields[last], holder[last]
    if not isinstance(inner, Names):  # a list of names is always drawn with a blank one at its end
        entries.append(_entry(inner, sort))
        return f"{place}[{len(entries) - 1}]"
    return f"{place}[{len(entries)}]"


def _entry(field: Field, sort: str) -> Written:
    match field:
        case Rows():
            group = field.sorts[sort]
            return Row(sort, write(group, blank(group)), opened=True)
        case Pairs():
            return ["", ""]
    raise TypeError(field)


def _remove(_field: Field, holder: Written, last: int, place: str, _sort: str) -> str:
    del holder[last]
    return re.sub(r"\[\d+\]$", f"[{min(last, len(holder) - 1)}]" if holder else "", place)


def _move(holder: Written, last: int, to: int, place: str) -> str:
    if not 0 <= to < len(holder):
        return place
    holder[last], holder[to] = holder[to], holder[last]
    return re.sub(r"\[\d+\]$", f"[{to}]", place)


def _set(field: Group, holder: Written, last: str, place: str, _sort: str) -> str:
    group = field.fields[last]
    if not isinstance(group, Group):
        raise TypeError(last)
    holder[last] = write(group, blank(group))
    return place


def _unset(field: Group, holder: Written, last: str, place: str, _sort: str) -> str:
    group = field.fields[last]
    if not (isinstance(group, Group) and group.optional):
        raise TypeError(last)
    holder[last] = None
    return place


_DO: dict[str, Any] = {
    "add": _add,
    "remove": _remove,
    "up": lambda _field, holder, last, place, _sort: _move(holder, last, last - 1, place),
    "down": lambda _field, holder, last, place, _sort: _move(holder, last, last + 1, place),
    "set": _set,
    "unset": _unset,
}
