"""What is known about one kind of value."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

REACH_BEFORE = 80
"""A cue counts when it ends at most this many characters before the value…"""

REACH_AFTER = 32
"""…or starts at most this many after it, where a value cannot do without a cue."""

CHECKED = 512


def always(_value: str) -> bool:
    """For kinds whose form is all there is to check."""
    return True


def words(listed: str) -> tuple[str, ...]:
    """The cue words of a list that is separated by commas."""
    return tuple(word.strip() for word in listed.split(","))


class ValueKind(NamedTuple):
    """One kind of value.

    ``expressions`` are regular and written in ASCII; each starts where the value starts. ``check`` verifies the characters that matched.
    ``alone`` is the score of a verified value with nothing around it that names it; below a policy's ``min_score`` it needs one of the
    ``cues`` close by, or to be the whole message. ``longest`` is the most characters a value can have; 0 for a fixed beginning followed
    by a run without bound, of which ``check`` sees the first ``CHECKED`` characters. ``whole_run`` forbids a match that ends before the
    longest possible one. ``glue`` are the marks that make a value part of something longer when a letter or digit stands beyond them.
    ``around`` sees the text, the place of a verified value and whether the text is complete, and says whether it is one; None while what
    follows may still tell. It looks back at most ``CONTEXT`` characters. ``locate`` narrows a match that begins with its own cue to the
    value. ``shown`` is how many last characters a mask may show.
    """

    id: str
    expressions: tuple[str, ...]
    check: Callable[[str], bool] = always
    cues: tuple[str, ...] = ()
    alone: float = 0.0
    cued: float = 0.95
    whole: float = 0.6
    caseless: bool = False
    severity: str = "medium"
    longest: int = 64
    whole_run: bool = False
    glue: str = ".-/+"
    reach_before: int = REACH_BEFORE
    reach_after: int = REACH_AFTER
    around: Callable[[bytes, int, int, bool], bool | None] | None = None
    locate: Callable[[str], tuple[int, int] | None] | None = None
    shown: int = 0


LONGEST_CUE = 48

CONTEXT = 160
"""Characters before a value that can have a say in whether it is one. At least ``REACH_BEFORE + LONGEST_CUE + 2``."""
