"""A conversation is summed up by a model in a governed call, and the sum is readable for its application alone."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from govern.api.endpoints import ENDPOINTS, FAMILIES
from govern.asgi import django
from govern.gateway.doors.asgi_door import Router
from govern.gateway.process.runtime import Gateway
from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, RISK_ENGINE, document, install, trail

AUTH = {"authorization": f"Bearer {HELPDESK}"}
CHAT = {
    "id": "x",
    "object": "chat.completion",
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "They like tea."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
}
TURNS = [
    {"role": "user", "content": "I like tea."},
    {"role": "assistant", "content": "Noted."},
    {"type": "function_call", "call_id": "c1", "name": "look", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c1", "output": "a cup"},
]


@pytest.fixture
def provider() -> AsyncIterator[AnyProvider]:  # type: ignore[misc]
    with AnyProvider() as running:
        running.says(json.dumps(CHAT).encode())
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path) -> None:
    install(tmp_path, document("http://unused", **provider.sections()))


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Router(ENDPOINTS, FAMILIES, django), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=20) as opened:
        yield opened


async def compacted(client: httpx.AsyncClient) -> dict:
    response = await client.post("/v1/responses/compact", json={"model": "openai", "input": TURNS}, headers=AUTH)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_conversation_is_summed_up_in_a_governed_call(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    answer = await compacted(client)
    assert answer["object"] == "response.compaction"
    assert [item.get("role") or item["type"] for item in answer["output"]] == ["user", "compaction"]
    assert answer["usage"]["total_tokens"] == 15
    assert "tea" not in answer["output"][1]["encrypted_content"]
    sent = json.loads(provider.bodies[-1])
    assert sent["messages"][0]["content"] == "I like tea."
    assert sent["tools"][0]["function"]["name"] == "look"
    assert sent["tool_choice"] == "none"
    assert [event["type"] for event in await trail()] == ["call.intent", "call.outcome"]


async def test_the_summary_stands_for_what_it_sums_up(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    items = [*(await compacted(client))["output"], {"role": "user", "content": "What do I like?"}]
    answer = await client.post("/v1/responses", json={"model": "openai", "input": items}, headers=AUTH)
    assert answer.status_code == 200, answer.text
    texts = [message["content"] for message in json.loads(provider.bodies[-1])["messages"]]
    assert texts == ["I like tea.", texts[1], "What do I like?"]
    assert texts[1].endswith("They like tea.")
    path = f"/v1/responses/{answer.json()['id']}"
    shown = (await client.get(f"{path}/input_items?order=asc", headers=AUTH)).json()["data"]
    assert [item["type"] for item in shown] == ["message", "compaction", "message"]
    assert "They like" not in json.dumps(shown)
    later = {"model": "openai", "input": "And?", "previous_response_id": answer.json()["id"]}
    assert (await client.post("/v1/responses", json=later, headers=AUTH)).status_code == 200
    assert json.loads(provider.bodies[-1])["messages"][1]["content"].endswith("They like tea.")


async def test_nobody_else_can_open_or_change_it(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    items = (await compacted(client))["output"]
    asked = len(provider.bodies)
    other = {"authorization": f"Bearer {RISK_ENGINE}"}
    changed = {**items[1], "encrypted_content": items[1]["encrypted_content"][:-8] + "AAAAAAA="}
    for item, auth in ((items[1], other), (changed, AUTH)):
        refused = await client.post("/v1/responses", json={"model": "openai", "input": [item]}, headers=auth)
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "input[0]"), refused.text
    assert len(provider.bodies) == asked
