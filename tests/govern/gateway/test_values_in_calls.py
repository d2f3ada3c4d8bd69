"""What an answer's call of a tool holds reaches the program that runs it as the model wrote it, where policy says so."""

import json
from typing import Any

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK, PRICES, document, trail
from tests.provider_simulator import TOOL_ARGUMENTS, ProviderSimulator

AUTH = {"authorization": f"Bearer {HELPDESK}"}
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
BODY = {"model": "tool", "messages": [{"role": "user", "content": "Look."}], "tools": [TOOL], "max_tokens": 50}


def calling(**policy: str) -> dict[str, Any]:
    """Sections with a model that calls the tool, behind a guard that redacts a word of what it calls it with."""
    usual = document("http://unused")
    guard = {"guard": "topics", "on": ["output"], "terms": ["Taipei"], "action": "redact"}
    served = {"model": "tool", "provider": "simulated", "upstream_model": "tool", "allow_private_address": True}
    return {
        "models": [*usual["models"], {"name": "tool", "max_output_tokens": 100, "usd_per_1k": PRICES}],
        "deployments": [*usual["deployments"], served],
        "guard_policies": [{"name": "baseline", "guards": [guard], **policy}],
    }


async def arguments(client: httpx.AsyncClient, *, stream: bool) -> str:
    """What the caller is told to call the tool with."""
    response = await client.post("/v1/chat/completions", json={**BODY, "stream": stream}, headers=AUTH)
    if not stream:
        return str(response.json()["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"])
    events = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: {")]
    pieces = [call for event in events for choice in event["choices"] for call in choice["delta"].get("tool_calls", ())]
    return "".join(piece["function"].get("arguments", "") for piece in pieces)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("installed", [calling(tool_calls="flag")], indirect=True)
async def test_a_value_stays_and_is_noted(
    client: httpx.AsyncClient, simulator: ProviderSimulator, stream: bool
) -> None:
    assert await arguments(client, stream=stream) == TOOL_ARGUMENTS
    verdict = (await trail())[-1]["body"]["output_verdict"]
    assert (verdict["action"], [found["role"] for found in verdict["findings"]]) == ("flag", ["tool_arguments"])


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("installed", [calling()], indirect=True)
async def test_a_policy_that_does_not_say_so_masks_it(client: httpx.AsyncClient, stream: bool) -> None:
    assert "Taipei" not in await arguments(client, stream=stream)
