"""Stopped traffic: what the kill switch turned off."""

from collections.abc import Mapping
from typing import NamedTuple

from govern.policy.bodies import StopBody
from govern.policy.contents import Contents


class Stops(NamedTuple):
    """Name → why it is stopped."""

    everything: str | None
    applications: Mapping[str, str]
    models: Mapping[str, str]
    providers: Mapping[str, str]

    @classmethod
    def of(cls, contents: Contents) -> "Stops":
        """The stops of a revision."""
        bodies: list[StopBody] = [entry.body for entry in contents.get("stop", {}).values()]

        def named(target: str) -> dict[str, str]:
            return {body.of: body.reason for body in bodies if body.target == target}

        return cls(
            everything=next((body.reason for body in bodies if body.target == "everything"), None),
            applications=named("application"),
            models=named("model"),
            providers=named("provider"),
        )

    def of_deployment(self, model: str, provider: str) -> str | None:
        """Why this model at this provider is stopped, if it is."""
        return self.models.get(model) or self.providers.get(provider)


NOTHING_STOPPED = Stops(None, {}, {}, {})
