"""What a latency budget leaves time for, by the classes of the founding article."""

from typing import NamedTuple

from routing.choice import MAX_ATTEMPTS


class LatencyClass(NamedTuple):
    """A class of budgets, and how many deployments are asked at most under it."""

    name: str
    under_ms: float
    attempts: int
    fastest: bool = False
    """The fastest candidate is asked, whatever the objective says."""


CLASSES = (
    LatencyClass("single", 50, 1, fastest=True),
    LatencyClass("routed", 150, 1),
    LatencyClass("hybrid", 300, 2),
    LatencyClass("multi_model", float("inf"), MAX_ATTEMPTS),
)
"""Under 50 ms there is no time to choose or to fall back, from 150 ms on for one fallback, and from 300 ms on for all of them."""


def latency_class(budget_ms: int) -> LatencyClass:
    """The class of a budget."""
    return next(each for each in CLASSES if budget_ms < each.under_ms)
