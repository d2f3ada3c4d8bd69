"""The body of a use case: what applications are for, who answers for it, and how much depends on it."""

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Literal, get_args

import msgspec

from routing.bodies import Body, Name

Username = Annotated[str, msgspec.Meta(min_length=1, max_length=150, pattern=r"^[\w.@+-]+$")]
Degree = Literal["low", "medium", "high"]
DEGREES: tuple[Degree, ...] = get_args(Degree)
"""Ascending."""
ActClass = Literal["minimal", "limited", "high", "prohibited"]
ACT_CLASSES: tuple[ActClass, ...] = get_args(ActClass)
"""Classes of the EU AI Act, ascending. The last is there to be chosen honestly; no change with it is accepted."""
DataClass = Literal["public", "internal", "confidential", "restricted"]


class UseCaseBody(Body, kw_only=True, frozen=True):
    """What a model is used for. Applications name the use case that they serve."""

    name: Name
    purpose: Annotated[str, msgspec.Meta(min_length=10, max_length=2_000)]
    owner: Username
    """Who answers for it."""
    overseer: Username
    """Who watches what it does and may have it stopped; somebody else than the owner."""
    eu_ai_act_class: ActClass
    impact: Degree
    """What goes wrong where an answer is wrong."""
    complexity: Degree
    """How hard it is to see why an answer came out as it did."""
    reliance: Degree
    """How much is done with an answer before a person looks at it."""
    data_classes: Annotated[tuple[DataClass, ...], msgspec.Meta(min_length=1)]
    """The data that it may read."""
    regions: tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=60)], ...] = ()
    """Where its data are processed, or whom it serves."""
    retention_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)]
    """How long what was asked and answered is needed."""
    review_by: Annotated[datetime, msgspec.Meta(tz=True)]
    """When it must have been looked at again."""
    disclosure: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
    """How people are told that they deal with a machine, or why nobody has to be."""

    def __post_init__(self) -> None:
        """A moment at either end of the calendar has no name in other time zones, in which it is shown."""
        if not MINYEAR < self.review_by.year < MAXYEAR:
            raise ValueError("`review_by` is no day that anybody will see. Choose an earlier year than 9999.")


def materiality(body: UseCaseBody) -> Degree:
    """How much depends on a use case: impact, complexity and reliance count one to three each; up to four is low, from seven on is high.

    The three are those of the MAS guidelines on AI risk management; the sum is Govern's own.
    """
    points = sum(1 + DEGREES.index(degree) for degree in (body.impact, body.complexity, body.reliance))
    return "low" if points <= 4 else "high" if points >= 7 else "medium"
