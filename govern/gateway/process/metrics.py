"""Prometheus metrics of the gateway. One process writes into files that whichever process is scraped adds up."""

from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess, values

from govern.enforcement import Verdict
from govern.gateway.call import Call

_MOST_LABELS = 4_096
_BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


def _asked(verdict: Verdict) -> str:
    asked = [run for run in verdict.runs if run.asked]
    if any(run.unscanned_reason for run in asked):
        return "failed"
    return "yes" if asked else "no"


class GatewayMetrics:
    """Counts calls without a label that a caller could invent: application, model and code all come from the snapshot."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls = Counter(
            "govern_calls_total",
            "Calls by application, model and outcome.",
            ("application", "model", "code"),
            registry=self.registry,
        )
        self.cost = Counter(
            "govern_cost_nano_usd_total",
            "Settled cost in nano-dollars.",
            ("application", "model"),
            registry=self.registry,
        )
        self.overhead = Histogram(
            "govern_overhead_seconds", "Time in Govern itself.", buckets=_BUCKETS_S, registry=self.registry
        )
        self.duration = Histogram(
            "govern_call_seconds", "Time of the whole call.", buckets=_BUCKETS_S, registry=self.registry
        )
        self.unauthenticated = Counter(
            "govern_unauthenticated_total", "Requests without a known key.", registry=self.registry
        )
        self.second_tier = Counter(
            "govern_second_tier_calls_total",
            "Calls under a policy with a second tier of injection detection, by whether it was asked about a text, or failed.",
            ("asked",),
            registry=self.registry,
        )
        self.unknown_keys = Counter(
            "govern_unknown_keys_total",
            "Requests with a key that was never issued, by door.",
            ("door",),
            registry=self.registry,
        )
        # Labels are looked up at their first call alone.
        self._calls_of = lru_cache(_MOST_LABELS)(self.calls.labels)
        self._cost_of = lru_cache(_MOST_LABELS)(self.cost.labels)

    def observe(self, call: Call, status: int) -> None:
        """Counts a call that has ended."""
        attempt, application = call.attempt, call.application.name
        model = attempt.deployment.model if attempt else "none"
        self._calls_of(application, model, call.evidence.code or str(status)).inc()
        if cost := call.cost_nano_usd:
            self._cost_of(application, model).inc(cost)
        if call.application.enforcement.has_second_tier and call.evidence.input_verdict is not None:
            self.second_tier.labels(_asked(call.evidence.input_verdict)).inc()
        elapsed = call.elapsed_us()
        self.duration.observe(elapsed / 1e6)
        self.overhead.observe(max(0, elapsed - call.timings.provider_us) / 1e6)

    def expose(self) -> bytes:
        """The metrics of all gateway processes, in Prometheus' text format."""
        if values.ValueClass.__name__ == "MmapedValue":
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)
            return generate_latest(registry)
        return generate_latest(self.registry)
