"""Whom a body reaches: the applications that it covers, or that may call the models it has to do with."""

from collections.abc import Callable, Mapping
from typing import Any

from govern.policy.bodies import ApplicationBody

Bodies = Mapping[str, Mapping[str, Any]]
"""Kind → name → body."""


def applications_where(bodies: Bodies, holds: Callable[[ApplicationBody, tuple[str, ...]], bool]) -> frozenset[str]:
    """Names of the applications of which something holds; it is asked with the tags of each and of its team."""
    return frozenset(
        name for name, app in bodies["application"].items() if holds(app, (*app.tags, *_team_tags(app, bodies)))
    )


def callers_of(models: set[str], bodies: Bodies) -> frozenset[str]:
    """Applications that may name one of the models."""
    return applications_where(bodies, lambda app, _tags: not app.models or not models.isdisjoint(app.models))


def served_by(provider: str, bodies: Bodies) -> set[str]:
    """The models that a provider serves."""
    return {deployment.model for deployment in bodies["deployment"].values() if deployment.provider == provider}


def _team_tags(app: ApplicationBody, bodies: Bodies) -> tuple[str, ...]:
    team = bodies["team"].get(app.team)
    return team.tags if team else ()
