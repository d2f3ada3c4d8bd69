"""When an application is stopped without anybody at hand, and for how long."""

from typing import Annotated, Literal

import msgspec

from govern.enforcement.bodies import PolicyScope
from routing.bodies import Body, Name

LONGEST_WINDOW_MINUTES = 24 * 60
"""Sightings are kept for a day longer than that (`govern/guarantees/trail.sql`)."""
LONGEST_STOP_MINUTES = 7 * 24 * 60


class ContainmentBody(Body, kw_only=True, frozen=True):
    """An application that violates policy too often within some minutes is stopped for a while."""

    name: Name
    scope: PolicyScope = PolicyScope()
    """Which applications it watches, each on its own; empty: every one."""
    severity: Literal["low", "medium", "high", "critical"] = "high"
    """Violations that are less grave are not counted."""
    violations: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    """So many calls of one application in which one was seen stop it."""
    minutes: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_WINDOW_MINUTES)]
    """Within so many."""
    stop_minutes: Annotated[int, msgspec.Meta(ge=5, le=LONGEST_STOP_MINUTES)] = 60
    """After so many its calls flow again by themselves."""
    reason: Annotated[str, msgspec.Meta(min_length=10, max_length=2_000)]
    """Why, and whom to ask: for whoever finds the application stopped."""
