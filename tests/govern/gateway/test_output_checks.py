"""Answers that must have a form: one more turn for the model, then a refusal; the same when streamed."""

from typing import Any

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK, rows, trail
from tests.govern.gateway.test_chat import events, text_of
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {HELPDESK}"}


def checks(**guard: Any) -> dict[str, Any]:
    policy = {"name": "form", "guards": [{"guard": "json_schema", "schema": {"type": "object"}, **guard}]}
    return {"guard_policies": [policy], "budgets": [{"name": "all", "limit_usd": "5"}]}


async def ask(client: httpx.AsyncClient, text: str, **body: Any) -> httpx.Response:
    asked = {"model": "echo", "messages": [{"role": "user", "content": text}], **body}
    return await client.post("/v1/chat/completions", json=asked, headers=AUTH)


@pytest.mark.parametrize("installed", [checks()], indirect=True)
@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_in_the_required_form_passes(client: httpx.AsyncClient, stream: bool) -> None:
    response = await ask(client, '{"colour": "red"}', stream=stream)
    assert response.status_code == 200, response.text
    text = text_of(response) if stream else response.json()["choices"][0]["message"]["content"]
    assert text == '{"colour": "red"}'
    if stream:
        assert events(response)[-1] == "[DONE]"


@pytest.mark.parametrize("installed", [checks()], indirect=True)
@pytest.mark.parametrize("stream", [False, True])
async def test_the_model_gets_one_more_turn_and_then_the_call_is_refused(
    client: httpx.AsyncClient, simulator: ProviderSimulator, stream: bool
) -> None:
    response = await ask(client, "no JSON at all", stream=stream)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "output_invalid")
    assert [len(request["messages"]) for request in simulator.requests] == [1, 3]
    assert [event["type"] for event in await trail()] == ["call.intent", "call.fallback", "call.outcome"]
    (account,) = await rows("SELECT settled_nano_usd, reserved_nano_usd FROM govern_budgetaccount")
    assert (account["settled_nano_usd"], account["reserved_nano_usd"]) == (2 * 20_000, 0)


@pytest.mark.parametrize("installed", [checks(action="block")], indirect=True)
async def test_a_check_that_blocks_does_not_ask_again(client: httpx.AsyncClient, simulator: ProviderSimulator) -> None:
    response = await ask(client, "no JSON at all")
    assert response.json()["error"]["code"] == "output_invalid"
    assert len(simulator.requests) == 1
