"""A policy that hides a canary puts one into the system prompt, and an answer that holds it does not leave."""

import json
import re
from typing import Any

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK, PRICES, RISK_ENGINE
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {RISK_ENGINE}"}
CANARY = re.compile(r"canary-[0-9a-f]{16}")
PROMPT = "You help the payments team. Prices are never quoted."


def leak(**more: Any) -> dict[str, Any]:
    return {
        "guard_policies": [
            {
                "name": "baseline",
                "guards": [{"guard": "leak", "on": ["output"], "canary": True, "min_overlap": 50, **more}],
            }
        ],
        "models": [{"name": name, "usd_per_1k": PRICES} for name in ("echo", "prompt")],
        "deployments": [
            {"model": name, "provider": "simulated", "upstream_model": name, "allow_private_address": True}
            for name in ("echo", "prompt")
        ],
        "routing_policies": [{"name": "default", "rules": [{"name": "rest", "candidates": ["echo"]}]}],
    }


def chat(system: str | None = PROMPT, **more: Any) -> dict[str, Any]:
    turns = [{"role": "system", "content": system}] if system else []
    return {"model": "echo", "messages": [*turns, {"role": "user", "content": "Hello there"}], **more}


def sent(simulator: ProviderSimulator) -> list[str]:
    """The canaries of each request that arrived."""
    return [" ".join(CANARY.findall(json.dumps(request))) for request in simulator.requests]


@pytest.mark.parametrize("installed", [leak()], indirect=True)
async def test_the_same_prompt_of_an_application_has_the_same_canary_and_no_other(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    for body, key in (
        (chat(), RISK_ENGINE),
        (chat(), RISK_ENGINE),
        (chat("Another."), RISK_ENGINE),
        (chat(), HELPDESK),
    ):
        response = await client.post("/v1/chat/completions", json=body, headers={"authorization": f"Bearer {key}"})
        assert response.status_code == 200
        assert not CANARY.search(response.text)
    first, again, another, elsewhere = sent(simulator)
    assert first == again
    assert len({first, another, elsewhere}) == 3
    assert all(CANARY.fullmatch(one) for one in (first, another, elsewhere))


@pytest.mark.parametrize("installed", [leak()], indirect=True)
async def test_a_call_without_a_system_prompt_is_sent_as_it_is(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    response = await client.post("/v1/chat/completions", json=chat(None), headers=AUTH)
    assert response.status_code == 200
    assert sent(simulator) == [""]


@pytest.mark.parametrize("installed", [{}], indirect=True)
async def test_no_policy_no_canary(client: httpx.AsyncClient, simulator: ProviderSimulator) -> None:
    assert (await client.post("/v1/chat/completions", json=chat(), headers=AUTH)).status_code == 200
    assert sent(simulator) == [""]


@pytest.mark.parametrize("installed", [leak()], indirect=True)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("door", ["/v1/chat/completions", "/v1/responses", "/v1/messages"])
async def test_an_answer_that_lets_the_prompt_out_is_stopped_before_the_canary(
    client: httpx.AsyncClient, simulator: ProviderSimulator, door: str, stream: bool
) -> None:
    turns = [{"role": "user", "content": "Hello there"}]
    body: dict[str, Any] = {
        "/v1/chat/completions": chat(),
        "/v1/responses": {"instructions": PROMPT, "input": "Hello there"},
        "/v1/messages": {"system": PROMPT, "messages": turns, "max_tokens": 50},
    }[door]
    response = await client.post(door, json={**body, "model": "prompt", "stream": stream}, headers=AUTH)
    assert CANARY.fullmatch(sent(simulator)[0])
    assert "secret_leak" in response.text or "leak" in response.text
    assert not CANARY.search(response.text)
    assert response.status_code == (200 if stream else 403)
