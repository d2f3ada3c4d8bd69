"""Whether the gateway lives, whether it serves, and how it does: for load balancers and Prometheus."""

from typing import TYPE_CHECKING

import msgspec

from govern import VERSION
from govern.gateway.doors.http import Answer, Headers, Request

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

_JSON: Headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
_TEXT: Headers = [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8")]

_ALIVE = msgspec.json.encode({"status": "ok", "version": VERSION})


async def serve_health(gateway: "Gateway", request: Request) -> Answer:
    """`GET /healthz`: 200 as long as the process answers at all, and which version it is."""
    return Answer(200, _JSON, _ALIVE)


async def serve_readiness(gateway: "Gateway", request: Request) -> Answer:
    """`GET /readyz`: 200 when a call would be served now, else 503 with what is missing."""
    snapshot = gateway.snapshot
    checks = {"trail": gateway.writer.healthy, "revision": snapshot.revision.number if snapshot else None}
    body = msgspec.json.encode({"status": "ready" if gateway.ready else "not ready", **checks})
    return Answer(200 if gateway.ready else 503, _JSON, body)


async def serve_metrics(gateway: "Gateway", request: Request) -> Answer:
    """`GET /metrics`: Prometheus' text format. Counts only; no prompts, no keys."""
    return Answer(200, _TEXT, gateway.metrics.expose())
