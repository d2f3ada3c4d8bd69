"""One reason why a change is risky."""

from collections.abc import Iterable
from typing import NamedTuple, get_args

from govern.policy.bodies import Risk

LEVELS: tuple[Risk, ...] = get_args(Risk)
"""Ascending."""


class Reason(NamedTuple):
    """level: of `LEVELS`. text: what the change does, in the active language."""

    level: str
    text: str


def gravest(reasons: Iterable[Reason]) -> str:
    """The highest level; without any reason, the lowest."""
    return max((reason.level for reason in reasons), key=LEVELS.index, default=LEVELS[0])


def weighed(tightens: bool, text: str, *, loosened: str = "high", tightened: str = "low") -> Reason:
    """A reason whose level depends on the direction."""
    return Reason(tightened if tightens else loosened, text)
