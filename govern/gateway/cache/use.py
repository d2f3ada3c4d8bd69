"""What the cache does for one call."""

from typing import Any

from govern.gateway.cache.answers import Found
from govern.gateway.cache.flights import Flights
from routing.bodies import CacheRule


class CacheUse:
    """What the cache does for a call of which it may keep the answer."""

    __slots__ = ("being_kept", "digest", "found", "leads", "rule")

    def __init__(self, rule: CacheRule, digest: bytes) -> None:
        self.rule = rule
        self.digest = digest
        self.found: Found | None = None
        self.leads = False
        """Identical calls wait for this one."""
        self.being_kept = False
        """Its answer was given and is on its way into the cache."""

    def land(self, flights: Flights) -> None:
        """Whoever waits for this call looks again."""
        if self.leads:
            self.leads = False
            flights.land(self.digest)

    def record(self) -> dict[str, Any]:
        """For the trail: of which call the answer is, how old it is, and what was not spent."""
        if self.found is None:
            return {"result": "miss"}
        return {
            "result": "hit",
            "of": str(self.found.call_id),
            "age_s": self.found.age_s,
            "saved_nano_usd": self.found.answer.cost_nano_usd,
        }
