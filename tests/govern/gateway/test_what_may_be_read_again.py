"""What guards masked or refused cannot be read again from what is kept of a response: not its items, its echo or its conversation."""

import json
from typing import Any

import httpx
import pytest

from govern.gateway.background.run import run
from govern.gateway.process.runtime import Gateway
from tests.govern.gateway.installation import rows, trail
from tests.govern.gateway.test_kept_responses import AUTH
from tests.provider_simulator import ProviderSimulator

ADDRESS = "jane.doe@example.com"
SECRET = "AKIA" + "Q7WZ4NTR2LKD8MXB"
GUARDS = {
    "guard_policies": [
        {
            "name": "baseline",
            "guards": [
                {"guard": "pii", "on": ["input"], "types": ["email"], "action": "redact", "redaction": "vault"},
                {"guard": "secrets", "on": ["input"], "action": "block"},
            ],
        }
    ]
}
pytestmark = [
    pytest.mark.parametrize("client", ["router"], indirect=True),
    pytest.mark.parametrize("installed", [GUARDS], indirect=True),
]


async def responded(client: httpx.AsyncClient, gateway: Gateway, text: Any, **fields: Any) -> str:
    """The id of a response that has ended."""
    body = {"model": "echo", "input": text, **fields}
    told = await client.post("/v1/responses", json=body, headers=AUTH)
    assert told.status_code == 200, told.text
    if fields.get("stream"):
        events = [json.loads(line[6:]) for line in told.text.splitlines() if line.startswith("data: ")]
        return str(events[-1]["response"]["id"])
    identity = str(told.json()["id"])
    if fields.get("background"):
        await run(gateway, identity.removeprefix("resp_"))
    return identity


async def read(client: httpx.AsyncClient, path: str) -> dict:
    found = await client.get(f"/v1/{path}", headers=AUTH)
    assert found.status_code == 200, found.text
    return found.json()


async def test_what_was_masked_is_shown_as_the_model_read_it(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator
) -> None:
    begun = (await client.post("/v1/conversations", json={}, headers=AUTH)).json()["id"]
    given = [
        {"role": "user", "content": [{"type": "input_text", "text": f"Write to {ADDRESS} today."}]},
        {"role": "user", "content": "Thank you."},
    ]
    said = {"instructions": f"You work for {ADDRESS} here.", "metadata": {"case": "7"}, "conversation": begun}
    for how in ({}, {"stream": True}, {"background": True}):
        identity = await responded(client, gateway, given, **said, **how)
        items = await read(client, f"responses/{identity}/input_items?order=asc&limit=100")
        response = await read(client, f"responses/{identity}")
        assert (response["status"], response["metadata"]) == ("completed", {"case": "7"})
        assert "<EMAIL_1>" in response["instructions"]
        assert items["data"][-2]["content"][0]["text"] == "Write to <EMAIL_1> today."
        assert items["data"][-1]["content"][0]["text"] == "Thank you."
        assert ADDRESS not in json.dumps(items) + response["instructions"]
    turns = await read(client, f"conversations/{begun}/items?limit=100")
    assert ADDRESS not in json.dumps(turns)
    assert len(turns["data"]) == 9
    # Going on reads what was said, and guards read it again: the answer gets the value back.
    later = {"model": "echo", "input": f"And {ADDRESS}?", "conversation": begun}
    told = await client.post("/v1/responses", json=later, headers=AUTH)
    assert told.json()["output"][0]["content"][0]["text"] == f"And {ADDRESS}?"
    assert ADDRESS not in json.dumps(simulator.requests)


async def test_nothing_is_shown_of_what_was_refused(client: httpx.AsyncClient, gateway: Gateway) -> None:
    begun = (await client.post("/v1/conversations", json={}, headers=AUTH)).json()["id"]
    said = {"instructions": f"Use {SECRET}.", "metadata": {"note": "an ordinary note"}, "conversation": begun}
    identity = await responded(client, gateway, f"The key is {SECRET}", background=True, **said)
    response = await read(client, f"responses/{identity}")
    assert (response["status"], response["error"]["code"]) == ("failed", "secret_leak")
    assert response["error"]["message"].startswith("Blocked by policy: ")
    assert (response["instructions"], response["metadata"]) == (None, {})
    assert (await read(client, f"responses/{identity}/input_items"))["data"] == []
    assert (await read(client, f"conversations/{begun}/items"))["data"] == []
    told = await client.get(f"/v1/responses/{identity}?stream=true", headers=AUTH)
    assert SECRET not in told.text + json.dumps(response)
    later = {"model": "echo", "input": "And?", "previous_response_id": identity}
    assert (await client.post("/v1/responses", json=later, headers=AUTH)).status_code == 400
    assert [event["code"] for event in await trail() if event["type"] == "call.outcome"] == ["secret_leak"]
    kept = await rows("SELECT purpose FROM audit_payload WHERE wrapped_key IS NOT NULL")
    assert [row["purpose"] for row in kept] == ["conversation"]


async def test_what_a_provider_failed_on_is_shown_as_it_was_let_through(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    identity = await responded(client, gateway, f"Write to {ADDRESS} today.", background=True, model="broken")
    response = await read(client, f"responses/{identity}")
    assert (response["status"], response["error"]["code"]) == ("failed", "provider_error")
    [item] = (await read(client, f"responses/{identity}/input_items"))["data"]
    assert item["content"][0]["text"] == "Write to <EMAIL_1> today."


async def test_what_no_guard_read_is_not_shown_once_it_has_ended(client: httpx.AsyncClient, gateway: Gateway) -> None:
    body = {"model": "echo", "input": "Hello", "background": True, "instructions": f"Use {SECRET}."}
    identity = (await client.post("/v1/responses", json=body, headers=AUTH)).json()["id"]
    cancelled = (await client.post(f"/v1/responses/{identity}/cancel", headers=AUTH)).json()
    assert (cancelled["status"], cancelled["model"], cancelled["instructions"]) == ("cancelled", "echo", None)
    assert (await read(client, f"responses/{identity}/input_items"))["data"] == []


async def test_masks_in_calls_and_results_of_tools_are_shown(client: httpx.AsyncClient, gateway: Gateway) -> None:
    arguments = json.dumps({"to": ADDRESS, "copies": 2})
    given = [
        {"role": "user", "content": f"Write to {ADDRESS} now"},
        {"type": "function_call", "call_id": "c1", "name": "send", "arguments": arguments},
        {"type": "function_call_output", "call_id": "c1", "output": f"sent to {ADDRESS} at noon"},
        {"role": "assistant", "content": [{"type": "output_text", "text": f"Sent to {ADDRESS} then"}]},
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": f"They want {ADDRESS} told"}]},
        {"role": "user", "content": "Thanks"},
    ]
    tools = [
        {"type": "function", "name": "send", "description": f"As {ADDRESS} said", "parameters": {"type": "object"}}
    ]
    identity = await responded(client, gateway, given, tools=tools)
    items = (await read(client, f"responses/{identity}/input_items?order=asc"))["data"]
    assert [item["type"] for item in items] == [item.get("type", "message") for item in given]
    assert ADDRESS not in json.dumps(items)
    assert ADDRESS not in json.dumps((await read(client, f"responses/{identity}"))["tools"])
