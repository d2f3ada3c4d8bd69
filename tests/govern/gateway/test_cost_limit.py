"""A routing rule that says what a call may cost at most keeps to it, whoever would answer."""

import httpx
import pytest

from tests.govern.gateway.installation import RISK_ENGINE, trail
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {RISK_ENGINE}"}
PRICES = {"input": "0.001", "output": "0.002"}
DEAR = {"input": "1", "output": "2"}


def rules(limit: str, candidates: list[str], **more: object) -> dict[str, object]:
    """A single rule with a limit, and `dear` beside the models of the installation."""
    models = [
        {"name": "echo", "max_output_tokens": 100, "usd_per_1k": PRICES},
        {"name": "dear", "max_output_tokens": 100, "usd_per_1k": DEAR},
        {"name": "unpriced", "max_output_tokens": 100},
        {"name": "leaky", "max_output_tokens": 100, "usd_per_1k": PRICES},
    ]
    rule = {"name": "rest", "candidates": candidates, "constraints": {"max_cost_usd": limit}, **more}
    deployments = [
        {"model": model["name"], "provider": "simulated", "upstream_model": "echo", "allow_private_address": True}
        for model in models
    ]
    return {
        "models": models,
        "deployments": deployments,
        "routing_policies": [{"name": "default", "rules": [rule]}],
    }


def body(**more: object) -> dict[str, object]:
    return {"model": "auto", "messages": [{"role": "user", "content": "Hello there"}], "max_tokens": 20, **more}


@pytest.mark.parametrize("installed", [rules("0.01", ["dear", "unpriced", "echo"])], indirect=True)
async def test_who_could_cost_more_is_passed_over_with_the_reason(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    response = await client.post("/v1/chat/completions", json=body(), headers=AUTH)
    assert response.status_code == 200
    assert response.json()["model"] == "echo"
    assert len(simulator.requests) == 1
    intent = next(event for event in await trail() if event["type"] == "call.intent")
    reasons = {passed["name"]: passed["reason"] for passed in intent["body"]["route"]["passed_over"]}
    assert reasons["dear@simulated"].startswith("may cost up to 0.")
    assert reasons["unpriced@simulated"] == "has no price, so nothing bounds what it costs"


@pytest.mark.parametrize("installed", [rules("0.01", ["dear"], fallbacks=["unpriced"])], indirect=True)
async def test_a_call_that_nobody_answers_for_less_is_refused_before_anything_is_sent(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    response = await client.post("/v1/chat/completions", json=body(), headers=AUTH)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == "invalid_request"
    assert "default/rest may cost 0.01 USD at most" in error["message"]
    assert "Send a smaller max_tokens" in error["message"]
    assert not simulator.requests


@pytest.mark.parametrize("installed", [rules("0.0002", ["echo"])], indirect=True)
@pytest.mark.parametrize("named", ["auto", "echo"])
async def test_the_limit_holds_for_a_model_that_the_caller_names_and_follows_what_is_asked(
    client: httpx.AsyncClient, simulator: ProviderSimulator, named: str
) -> None:
    small = await client.post("/v1/chat/completions", json=body(model=named, max_tokens=1), headers=AUTH)
    large = await client.post("/v1/chat/completions", json=body(model=named, max_tokens=90), headers=AUTH)
    silent = await client.post(
        "/v1/chat/completions",
        json={"model": named, "messages": [{"role": "user", "content": "Hello there"}]},
        headers=AUTH,
    )
    assert (small.status_code, large.status_code, silent.status_code) == (200, 400, 400)
    assert len(simulator.requests) == 1


@pytest.mark.parametrize("installed", [rules("0.0002", ["echo"])], indirect=True)
async def test_streams_and_embeddings_keep_to_it_as_well(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    streamed = await client.post("/v1/chat/completions", json=body(stream=True, max_tokens=90), headers=AUTH)
    embedded = await client.post(
        "/v1/embeddings", json={"model": "auto", "input": "A letter about the garden. " * 40}, headers=AUTH
    )
    assert (streamed.status_code, embedded.status_code) == (400, 400)
    assert not simulator.requests


@pytest.mark.parametrize("installed", [rules("1", ["echo"])], indirect=True)
async def test_what_nothing_bounds_is_not_sent_under_a_limit(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    response = await client.post("/v1/chat/completions", json=body(web_search_options={}), headers=AUTH)
    assert response.status_code == 400
    assert "cannot be bounded" in response.json()["error"]["message"]
    assert not simulator.requests
