"""A value that does not fit yet, made to fit, so that what else is wrong with it is told at the same time."""

import copy
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from govern.admin.proposals.misfits import misfits
from govern.admin.proposals.schema import Group, schema_of
from govern.policy.bodies import BODIES

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_STANDING_IN: tuple[Any, ...] = ("1.00", "x", 1, 0.5, True, "2100-01-01T00:00:00Z", [], ["x"], {})
"""Of these, one fits nearly everywhere."""


def mended(kind: str, value: dict[str, Any], places: Iterable[str]) -> Any:
    """The body with something that fits in each of these places; None if nothing does. Nothing of it is shown or saved."""
    schema, tried = schema_of(kind), copy.deepcopy(value)
    if not all(_mend(schema, tried, place) for place in dict.fromkeys(places)):
        return None
    try:
        return msgspec.convert(tried, BODIES[kind])
    except msgspec.ValidationError:
        return None


def _mend(schema: Group, value: dict[str, Any], place: str) -> bool:
    holder: Any = value
    steps: list[str | int] = [int(index) if index else name for index, name in _STEP.findall(place)]
    if not steps:
        return False
    try:
        for step in steps[:-1]:
            holder = holder[step]
        for candidate in _STANDING_IN:
            holder[steps[-1]] = candidate
            if not any(is_within(problem.place, {place}) for problem in misfits(schema, value)):
                return True
    except (KeyError, IndexError, TypeError):
        return False
    return False


def is_within(place: str, places: set[str]) -> bool:
    """Whether a place is one of others, or lies within one."""
    return any(place == other or place.startswith((f"{other}.", f"{other}[")) for other in places)
