"""What can be wrong with a guard policy."""

from __future__ import annotations

from routing.saying import Saying


class PolicyInvalid(ValueError):
    """A policy that cannot be put in force.

    ``place`` is the path to the fault (``guards[2].patterns[0]``), ``reason`` says what is wrong there and what to write instead.
    """

    def __init__(self, place: str, reason: Saying) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
