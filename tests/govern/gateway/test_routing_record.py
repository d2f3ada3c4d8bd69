"""The event of a call decides its route again: whatever was drawn, measured or expected stands in it."""

import asyncio
import random
from typing import Any

import httpx
import msgspec
import pytest

from govern.gateway.process.runtime import Gateway
from routing.choice import Choice, order_of
from tests.govern.gateway.installation import HELPDESK, MODELS, PRICES, document, install, trail

AUTH = {"authorization": f"Bearer {HELPDESK}"}
OBJECTIVES = ("quality", "cost", "latency", "balanced", "priority", "weighted", "value")
NAMES = ("echo", "long", "silent", "leaky")
SECOND = [
    {"name": f"{name}@second", "model": name, "provider": "second", "upstream_model": MODELS[name], "weight": 3, "allow_private_address": True}
    for name in NAMES
]  # fmt: skip


def rule(objective: str) -> dict[str, Any]:
    return {
        "name": objective,
        "when": f'metadata.by == "{objective}"',
        "objective": objective,
        "candidates": ["echo", "long", "silent"],
        "fallbacks": ["leaky"],
        "small_when": 'metadata.small == "yes"',
        "canary": {"model": "leaky", "percent": 30, "sticky": "request"},
        **({"weights": {"echo": 5, "long": 2}} if objective == "weighted" else {}),
        **({"worth_usd": "0.002"} if objective == "value" else {}),
    }


def sections() -> dict[str, Any]:
    base = document("http://127.0.0.1:9/v1")
    scores = {"echo": 50.0, "long": 80.0, "silent": 70.0, "leaky": 60.0}
    return {
        "models": [
            {
                "name": name,
                "max_output_tokens": 100,
                "usd_per_1k": PRICES if name != "long" else {"input": "0.004", "output": "0.008"},
                "scores": {"gpqa_diamond": scores.get(name, 10.0)},
                "base_latency_ms": 100 + int(scores.get(name, 0)),
                **({"smaller_sibling": "silent"} if name == "long" else {}),
            }
            for name in [*MODELS, "unreachable"]
        ],
        "deployments": [*base["deployments"], *SECOND],
        "routing_policies": [
            {"name": "default", "rules": [*map(rule, OBJECTIVES), {"name": "rest", "candidates": ["echo"]}]}
        ],
    }


@pytest.fixture
def installed(transactional_db: None, simulator: Any, tmp_path: Any) -> None:
    values = document(simulator.url, **sections())
    values["providers"].append(
        {"name": "second", "kind": "openai_compatible", "base_url": simulator.url, "region": "us"}
    )
    install(tmp_path, values)


@pytest.mark.parametrize("client", ["router"], indirect=True)
async def test_the_event_alone_decides_again(client: httpx.AsyncClient, gateway: Gateway) -> None:
    chance = random.Random(11)

    async def ask() -> None:
        metadata = {"by": chance.choice(OBJECTIVES), "small": chance.choice(["yes", "no"])}
        body = {
            "model": chance.choice(["auto", "auto", "auto", "long"]),
            "messages": [
                {
                    "role": "user",
                    "content": " ".join(["Please say what the weather was like in March."] * chance.randint(1, 6)),
                }
            ],
            "metadata": metadata,
            "max_tokens": chance.randint(1, 100),
        }
        answer = await client.post("/v1/chat/completions", json=body, headers=AUTH)
        assert answer.status_code == 200, answer.text

    for _ in range(20):
        await asyncio.gather(*(ask() for _ in range(4)))
    outcomes = [event["body"] for event in await trail() if event["type"] == "call.outcome"]
    weighed = [body["route"] for body in outcomes if "choice" in body["route"]]
    assert len(weighed) > 60
    for route in weighed:
        chosen = msgspec.convert(route["choice"], Choice)
        assert order_of(chosen) == route["deployments"]
        assert route["canary"] == chosen.in_canary
        assert 0 <= route["propensity"] <= 1
    assert any(served.load_ms for route in weighed for served in _served(route)), "no figure was measured"
    assert len({route["deployments"][0] for route in weighed}) > 4


def _served(route: dict[str, Any]) -> Any:
    return (each for candidate in msgspec.convert(route["choice"], Choice).candidates for each in candidate.served)


@pytest.mark.parametrize("client", ["router"], indirect=True)
async def test_a_rule_that_only_lists_adds_nothing_to_the_record(client: httpx.AsyncClient) -> None:
    values = {"model": "auto", "messages": [{"role": "user", "content": "Hi"}]}
    await client.post("/v1/chat/completions", json=values, headers=AUTH)
    route = next(event["body"]["route"] for event in await trail() if event["type"] == "call.outcome")
    assert ("choice" in route) == (len(route["deployments"]) > 1)
