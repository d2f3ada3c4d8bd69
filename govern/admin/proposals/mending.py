"""A value that does not fit yet, made to fit, so that what else is wrong with it is told at the same time."""

import copy
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import msgspec

from govern.admin.proposals.misfits import misfits
from govern.admin.proposals.schema import schema_of
from govern.policy.bodies import BODIES

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_SIGN = re.compile(r"(?<!^)[.\[]")
_STANDING_IN: tuple[Any, ...] = ("1.00", "x", 1, 0.5, True, "2100-01-01T00:00:00Z", [], ["x"], {})
"""Of these, one fits nearly everywhere."""


def mended(kind: str, value: dict[str, Any], places: Iterable[str]) -> Any:
    """The body with something that fits in each of these places; None if nothing does. Nothing of it is shown or saved.

    All places are tried at once, so that the value is looked through as often as there are things to try, however many places there are.
    """
    tried, wanted = copy.deepcopy(value), set(places)
    left = {place for place in wanted if not any(holder in wanted for holder in _holders(place))}
    for candidate in _STANDING_IN:
        if not all(_put(tried, place, candidate) for place in left):
            return None
        wrong = {at for problem in misfits(schema_of(kind), tried) for at in (problem.place, *_holders(problem.place))}
        left &= wrong
        if not left:
            break
    try:
        return msgspec.convert(tried, BODIES[kind])
    except msgspec.ValidationError:
        return None


def _put(value: dict[str, Any], place: str, candidate: Any) -> bool:
    holder: Any = value
    steps: list[str | int] = [int(index) if index else name for index, name in _STEP.findall(place)]
    if not steps:
        return False
    try:
        for step in steps[:-1]:
            holder = holder[step]
        holder[steps[-1]] = copy.copy(candidate)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def is_within(place: str, places: Collection[str]) -> bool:
    """Whether a place is one of others, or lies within one."""
    return place in places or any(holder in places for holder in _holders(place))


def _holders(place: str) -> Iterator[str]:
    """The places that a place lies within."""
    return (place[: sign.start()] for sign in _SIGN.finditer(place))
