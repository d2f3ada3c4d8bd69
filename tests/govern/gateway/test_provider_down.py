"""A provider that is down: calls are answered by the others, it is left alone, tried again, and nobody can shut it off for others."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from govern.gateway.process.runtime import Gateway
from govern.gateway.process.shared_breakers import CHANNEL, POLL_S, SharedBreakers
from routing.breakers import FAILURES_IN_A_ROW, OPEN_S
from tests.govern.gateway.installation import HELPDESK, PRICES, conninfo, document, install, rows, trail
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {HELPDESK}"}
PROVIDERS = {"one": "echo", "two": "fail:503", "three": "echo"}
pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)


def body(model: str) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": "Hello there"}]}


@pytest.fixture
def installed(transactional_db: None, simulator: ProviderSimulator, tmp_path: Any) -> None:
    values = document(simulator.url)
    values["models"] += [{"name": name, "max_output_tokens": 100, "usd_per_1k": PRICES} for name in ("shared", "late")]
    values["providers"] += [
        {"name": name, "kind": "openai_compatible", "base_url": simulator.url, "region": "eu"} for name in PROVIDERS
    ]
    served = [{"model": "shared", "provider": name, "upstream_model": upstream} for name, upstream in PROVIDERS.items()]
    late = {"model": "late", "provider": "simulated", "upstream_model": "slow:0.5"}
    values["deployments"] += [{**each, "allow_private_address": True} for each in (*served, late)]
    install(tmp_path, values)


async def test_with_one_of_three_down_every_call_is_answered(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    async def ask() -> int:
        return (await client.post("/v1/chat/completions", json=body("shared"), headers=AUTH)).status_code

    answers: list[int] = []
    for _ in range(30):
        answers += await asyncio.gather(*(ask() for _ in range(10)))
    assert answers.count(200) == 300
    asked_in_vain = sum(request["model"] == "fail:503" for request in simulator.requests)
    assert (
        FAILURES_IN_A_ROW <= asked_in_vain <= 40
    )  # left alone after the first failures and those already on their way
    passed = [event["body"]["route"]["passed_over"] for event in await trail() if event["type"] == "call.outcome"]
    reasons = [each["reason"] for route in passed for each in route]
    assert any("failed repeatedly" in reason for reason in reasons)


async def test_who_is_left_alone_is_tried_again_and_taken_back(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(FAILURES_IN_A_ROW):
        await client.post("/v1/chat/completions", json=body("broken"), headers=AUTH)
    refused = await client.post("/v1/chat/completions", json=body("broken"), headers=AUTH)
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "no_route")
    assert "broken@simulated: it failed repeatedly and is tried again in" in refused.json()["error"]["message"]
    assert 0 < int(refused.headers["retry-after"]) <= OPEN_S + 1
    asked = len(simulator.requests)
    moved = gateway.health.breakers._clock() + OPEN_S
    monkeypatch.setattr(gateway.health.breakers, "_clock", lambda: moved)
    tried = await client.post("/v1/chat/completions", json=body("broken"), headers=AUTH)
    assert (tried.status_code, len(simulator.requests)) == (502, asked + 1)


async def test_callers_without_patience_do_not_shut_a_provider_off_for_others(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    hasty = {**AUTH, "x-govern-timeout-ms": "20"}
    for _ in range(3 * FAILURES_IN_A_ROW):
        assert (await client.post("/v1/chat/completions", json=body("late"), headers=hasty)).status_code == 504
    assert (await client.post("/v1/chat/completions", json=body("late"), headers=AUTH)).status_code == 200


async def test_requests_that_a_provider_refuses_do_not_shut_it_off(client: httpx.AsyncClient) -> None:
    for _ in range(2 * FAILURES_IN_A_ROW):
        answer = await client.post("/v1/chat/completions", json=body("refusing"), headers=AUTH)
        assert answer.json()["error"]["code"] == "invalid_request"


async def test_what_one_process_opens_the_others_leave_alone(client: httpx.AsyncClient, gateway: Gateway) -> None:
    heard: list[tuple[str, float]] = []
    other = SharedBreakers(conninfo())
    other.start(lambda name, seconds: heard.append((name, seconds)))
    try:
        await asyncio.sleep(2 * POLL_S)  # until both listen
        for _ in range(FAILURES_IN_A_ROW):
            await client.post("/v1/chat/completions", json=body("broken"), headers=AUTH)
        other.tell("late@simulated", OPEN_S)
        other.tell("nobody@nowhere", OPEN_S)
        await _until(lambda: bool(heard) and gateway.health.why_closed_off("late@simulated") is not None)
    finally:
        await other.stop()
    assert heard[0] == ("broken@simulated", OPEN_S)
    assert gateway.health.why_closed_off("nobody@nowhere") is None
    refused = await client.post("/v1/chat/completions", json=body("late"), headers=AUTH)
    assert refused.json()["error"]["code"] == "no_route"


async def test_words_that_nobody_can_read_are_passed_over(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await asyncio.sleep(2 * POLL_S)
    for payload in (
        "",
        "{",
        '{"deployment": 1}',
        '["broken@simulated"]',
        '{"deployment": "late@simulated", "seconds": 1e9}',
    ):
        await rows("SELECT pg_notify(%s, %s)", CHANNEL, payload)
    await asyncio.sleep(2 * POLL_S)
    answer = await client.post("/v1/chat/completions", json=body("late"), headers=AUTH)
    assert answer.status_code == 200


async def _until(true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came true")
