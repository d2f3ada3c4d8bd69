"""Counting the tokens of a prompt in Anthropic's format: an estimate that leaves the prompt where it is."""

from typing import Any

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK, trail
from tests.provider_simulator import ProviderSimulator

AUTH = {"x-api-key": HELPDESK}


async def count(client: httpx.AsyncClient, **asked: Any) -> httpx.Response:
    body = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}], **asked}
    return await client.post("/v1/messages/count_tokens", json=body, headers=AUTH)


async def counted(client: httpx.AsyncClient, **asked: Any) -> int:
    response = await count(client, **asked)
    assert response.status_code == 200, response.text
    assert response.json().keys() == {"input_tokens"}
    return int(response.json()["input_tokens"])


async def test_a_prompt_is_counted_and_goes_nowhere(client: httpx.AsyncClient, simulator: ProviderSimulator) -> None:
    few = await counted(client)
    assert 1 <= few <= 20
    words = [{"role": "user", "content": "word " * 4_000}]
    assert await counted(client, messages=words) == pytest.approx(5_000, rel=0.02)  # 20,000 bytes, four a token
    assert simulator.requests == []
    assert await trail() == []


async def test_everything_in_it_counts(client: httpx.AsyncClient) -> None:
    few = await counted(client)
    assert await counted(client, system="Be kind to everybody who asks.") > few
    tool = {"name": "weather", "description": "The weather of a city.", "input_schema": {"type": "object"}}
    assert await counted(client, tools=[tool]) > few
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 40_000}}
    assert few + 1_500 < await counted(client, messages=[{"role": "user", "content": [image]}]) < few + 2_000


async def test_who_may_not_call_may_not_count(client: httpx.AsyncClient) -> None:
    unknown = await count(client, model="gpt-99")
    assert (unknown.status_code, unknown.json()["error"]["type"]) == (404, "not_found_error")
    assert [event["type"] for event in await trail()] == ["call.rejected"]
    nobody = await client.post("/v1/messages/count_tokens", json={}, headers={"x-api-key": "gk-unknown"})
    assert nobody.status_code == 401
