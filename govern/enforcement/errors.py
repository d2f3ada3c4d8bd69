"""What can be wrong with a guard policy."""

from __future__ import annotations


class PolicyInvalid(ValueError):
    """A policy that cannot be put in force.

    ``place`` is the path to the fault (``guards[2].patterns[0]``), ``suggestion`` says what to write instead.
    """

    def __init__(self, place: str, reason: str, suggestion: str = "") -> None:
        super().__init__(f"{place}: {reason}" + (f" {suggestion}" if suggestion else ""))
        self.place = place
        self.reason = reason
        self.suggestion = suggestion
