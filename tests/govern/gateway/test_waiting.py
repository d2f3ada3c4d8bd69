"""Slow and silent providers: what the caller hears while it waits, and how long that may be."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from govern.api import gateway_bridge
from govern.api.endpoints import ENDPOINTS, FAMILIES
from govern.asgi import django
from govern.gateway.doors import asgi_door
from govern.gateway.doors.asgi_door import Router
from govern.gateway.process.runtime import Gateway
from govern.gateway.streams import patience
from routing.bodies import ProviderLimits
from tests.govern.gateway.installation import HELPDESK, PRICES, trail
from tests.provider_simulator import ProviderSimulator

DOORS = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "Hello there"}], "max_tokens": 20},
    "/v1/responses": {"input": "Hello there", "max_output_tokens": 20},
    "/v1/messages": {"messages": [{"role": "user", "content": "Hello there"}], "max_tokens": 20},
    "/v1beta/models/{model}:streamGenerateContent": {
        "contents": [{"role": "user", "parts": [{"text": "Hello there"}]}]
    },
}
PINGS = dict(zip(DOORS, (b": ping\n\n", b": ping\n\n", b'event: ping\ndata: {"type": "ping"}\n\n', b"\n"), strict=True))
SILENT = {
    "late": "slow:1.2",
    "paused": "pause:1.2",
    "commented": "comment:1.2",
    "failing": "fail:500",
    "failing-late": "fail-after:1",
    "echo": "echo",
    "long-late": "slow:128",
    "long-paused": "pause:66",
    "long-silent": "slow:300",
}
DEPLOYED = {
    "models": [{"name": name, "max_output_tokens": 100, "usd_per_1k": PRICES} for name in SILENT],
    "deployments": [
        {"model": name, "provider": "simulated", "upstream_model": upstream, "allow_private_address": True}
        for name, upstream in SILENT.items()
    ],
    "routing_policies": [
        {
            "name": "default",
            "rules": [
                {
                    "name": "resilient",
                    "when": 'model == "failing-late"',
                    "candidates": ["failing-late"],
                    "fallbacks": ["echo"],
                },
                {"name": "rest", "candidates": ["echo"]},
            ],
        }
    ],
}
WHOLE = {
    **DEPLOYED,
    "guard_policies": [
        {"name": "form", "guards": [{"guard": "json_schema", "schema": {"type": "object"}, "action": "flag"}]}
    ],
}
Application = Callable[..., Any]


class Heard(NamedTuple):
    """One message of the server, and when it came."""

    at_s: float
    message: dict[str, Any]


class Conversation:
    """One request, with everything the server sent in answer."""

    def __init__(self, application: Application, path: str, body: dict[str, Any], **headers: str) -> None:
        self.heard: list[Heard] = []
        self._application = application
        self._body = json.dumps(body).encode()
        self._sent = False
        self._leave = asyncio.Event()
        named = {"authorization": f"Bearer {HELPDESK}", "content-type": "application/json", **headers}
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"alt=sse",
            "headers": [(name.encode(), value.encode()) for name, value in named.items()] + [(b"host", b"localhost")],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
        }

    async def run(self) -> "Conversation":
        self._began_s = time.monotonic()
        await self._application(self._scope, self._receive, self._send)
        return self

    def leave(self) -> None:
        self._leave.set()

    async def _receive(self) -> dict[str, Any]:
        if not self._sent:
            self._sent = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        await self._leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.heard.append(Heard(time.monotonic() - self._began_s, message))

    @property
    def status(self) -> int:
        return int(self.heard[0].message["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode().lower(): value.decode() for name, value in self.heard[0].message["headers"]}

    @property
    def pieces(self) -> list[tuple[float, bytes]]:
        return [(at_s, m["body"]) for at_s, m in self.heard[1:] if m.get("body")]

    @property
    def body(self) -> bytes:
        return b"".join(piece for _, piece in self.pieces)


@pytest.fixture(params=["router", "django"])
def application(gateway: Gateway, request: pytest.FixtureRequest) -> Application:
    return Router(ENDPOINTS, FAMILIES, django) if request.param == "router" else django  # type: ignore[arg-type,return-value]


@pytest.fixture
def scaled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds become tenths."""
    monkeypatch.setattr(patience, "PATIENCE_S", 0.3)
    for door in (asgi_door, gateway_bridge):
        monkeypatch.setattr(door, "PING_S", 0.25)


def ask(application: Application, path: str, model: str, *, stream: bool = True, **headers: str) -> Conversation:
    body = DOORS[path]
    if "{model}" not in path:
        body = {"model": model, "stream": stream, **body}
    return Conversation(application, path.replace("{model}", model), body, **headers)


installed = pytest.mark.parametrize("installed", [DEPLOYED], indirect=True)


@installed
@pytest.mark.parametrize("path", DOORS)
@pytest.mark.usefixtures("scaled")
async def test_headers_leave_before_a_late_answer_and_pings_follow(application: Application, path: str) -> None:
    told = await ask(application, path, "late").run()
    assert told.status == 200
    assert told.headers["x-accel-buffering"] == "no"
    assert told.headers["cache-control"] == "no-cache"
    assert told.headers["x-govern-model"] == "late"
    assert float(told.headers["x-govern-overhead-ms"]) < 300
    early = [piece for at_s, piece in told.pieces if at_s < 1.1]
    assert 2 <= len(early) <= 5
    assert set(early) == {PINGS[path]}
    assert b"Hello there" in told.body.replace(b'"Hel', b"Hel") or b"lo " in told.body
    outcome = (await trail())[-1]
    assert (outcome["type"], outcome["status"]) == ("call.outcome", 200)


@installed
@pytest.mark.parametrize("path", DOORS)
@pytest.mark.usefixtures("scaled")
async def test_a_pause_in_mid_stream_is_filled(application: Application, path: str) -> None:
    told = await ask(application, path, "paused").run()
    assert 2 <= sum(piece == PINGS[path] for _, piece in told.pieces) <= 6
    assert (await trail())[-1]["status"] == 200


@installed
@pytest.mark.parametrize("path", DOORS)
@pytest.mark.usefixtures("scaled")
async def test_a_providers_comment_passes_in_meaning_alone(
    application: Application, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE_S", 10.0)
    told = await ask(application, path, "commented").run()
    assert told.pieces[0][0] < 1
    assert told.pieces[0][1] == PINGS[path]
    assert b"AT WORK" not in told.body
    assert (await trail())[-1]["status"] == 200


@installed
@pytest.mark.parametrize("path", DOORS)
async def test_an_early_refusal_keeps_its_status(application: Application, path: str) -> None:
    assert (await ask(application, path, "failing").run()).status == 502


@installed
@pytest.mark.usefixtures("scaled")
async def test_a_late_failure_falls_back_and_a_later_one_is_told_in_the_stream(application: Application) -> None:
    told = await ask(application, "/v1/chat/completions", "failing-late").run()
    assert told.headers["x-govern-model"] == "failing-late"
    assert b'"model":"echo"' in told.body
    outcome = (await trail())[-1]
    assert [attempt["error"] is None for attempt in outcome["body"]["attempts"]] == [False, True]


@installed
@pytest.mark.parametrize("path", ["/v1/responses", "/v1/messages"])
@pytest.mark.usefixtures("scaled")
async def test_the_callers_deadline_ends_the_wait(application: Application, path: str) -> None:
    told = await ask(application, path, "late", **{"x-govern-timeout-ms": "700"}).run()
    assert told.status == 200
    assert told.pieces[-1][0] < 1.1
    assert b"error" in told.body
    assert (await trail())[-1]["status"] == 504
    whole = await ask(application, "/v1/messages", "late", stream=False, **{"x-govern-timeout-ms": "700"}).run()
    assert whole.status == 504


@installed
@pytest.mark.usefixtures("scaled")
async def test_who_leaves_while_nothing_came_ends_the_call(gateway: Gateway, simulator: ProviderSimulator) -> None:
    talk = ask(Router(ENDPOINTS, FAMILIES, django), "/v1/messages", "long-silent")  # type: ignore[arg-type]
    running = asyncio.ensure_future(talk.run())
    await asyncio.sleep(0.8)
    talk.leave()
    await asyncio.wait_for(running, 5)
    outcome = (await trail())[-1]
    assert (outcome["type"], outcome["status"]) == ("call.outcome", 499)
    assert await asyncio.to_thread(simulator.disconnected.wait, 5) or simulator.requests


@pytest.mark.parametrize("installed", [WHOLE], indirect=True)
@pytest.mark.parametrize("path", ["/v1/responses", "/v1/messages"])
@pytest.mark.usefixtures("scaled")
async def test_an_answer_that_is_inspected_as_a_whole_gives_signs_of_life(application: Application, path: str) -> None:
    told = await ask(application, path, "late").run()
    assert told.status == 200
    assert told.pieces[0][1] == PINGS[path]
    assert (await trail())[-1]["status"] == 200
    ended = await ask(application, path, "late", **{"x-govern-timeout-ms": "700"}).run()
    assert b"error" in ended.body
    assert (await trail())[-1]["status"] == 504


def test_nothing_but_the_whole_time_is_limited_by_default() -> None:
    limits = ProviderLimits()
    assert (limits.first_byte_ms, limits.idle_ms, limits.total_ms) == (None, None, 600_000)


@installed
@pytest.mark.long
async def test_true_waits_pass(gateway: Gateway) -> None:
    """Side by side: a whole answer after 128 s, a stream that is silent for 66 s, and both for 300 s."""
    router = Router(ENDPOINTS, FAMILIES, django)  # type: ignore[arg-type]
    chat = "/v1/chat/completions"
    talks = [
        ask(router, chat, "long-late", stream=False, **{"x-govern-timeout-ms": "600000"}),
        ask(router, chat, "long-late"),
        ask(router, "/v1/responses", "long-paused"),
        ask(router, "/v1/messages", "long-paused", **{"x-govern-timeout-ms": "600000"}),
        ask(router, chat, "long-silent", stream=False),
        ask(router, "/v1/messages", "long-silent"),
    ]
    told = await asyncio.gather(*(talk.run() for talk in talks))
    assert [each.status for each in told] == [200] * len(told)
    assert [event["status"] for event in await trail() if event["type"] == "call.outcome"] == [200] * len(told)
    for each in (told[1], told[2], told[3], told[5]):
        times = [0.0, *(at_s for at_s, _ in each.pieces)]
        assert max(after - before for before, after in itertools.pairwise(times)) < 16.5
