"""How deployments fare, as this process sees it: latencies, calls under way and circuit breakers, kept in memory and read on each call."""

from collections.abc import Callable

from govern.gateway.call import Attempt
from routing.breakers import Breakers
from routing.errors import ProviderError
from routing.standings import Standings


class DeploymentHealth:
    """What routing reads as `routing.fitness.Live`, and attempts write. `opened`: is told each breaker that opens, and for how long."""

    def __init__(self, opened: Callable[[str, float], None] = lambda _name, _seconds: None) -> None:
        self._standings = Standings()
        self.breakers = Breakers(opened=opened)
        self.latency_ms = self._standings.latency_ms
        self.load_ms = self._standings.load_ms
        self.why_closed_off = self.breakers.why_closed_off

    def began(self, attempt: Attempt) -> None:
        """A deployment is about to be asked."""
        self._standings.began(attempt.deployment.name)
        self.breakers.began(attempt.deployment.name)

    def answered(self, attempt: Attempt, latency_ms: float) -> None:
        """It answered, or began to, after so long."""
        self._standings.ended(attempt.deployment.name, latency_ms)
        self.breakers.succeeded(attempt.deployment.name)

    def failed(self, attempt: Attempt, error: BaseException, *, in_time: bool) -> None:
        """It did not answer. `in_time`: the caller's own time had not run out, which says nothing about the deployment."""
        name = attempt.deployment.name
        self._standings.ended(name, None)
        if in_time and _is_its_fault(error):
            self.breakers.failed(name)
        else:
            self.breakers.told_nothing(name)


def _is_its_fault(error: BaseException) -> bool:
    """Whether another call would probably fail there, too: it cannot be reached, breaks off, or says itself that it fails.

    A limit of requests (429) is about one credential, and that one is set aside.
    """
    if not isinstance(error, ProviderError) or error.credential_refused:
        return False
    return error.status is None or error.status >= 500
