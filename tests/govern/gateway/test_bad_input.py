"""What is wrong gets a clear error of the contract, one event where the caller is known, and never reaches a provider."""

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK, trail
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {HELPDESK}"}
MESSAGES = '"messages":[{"role":"user","content":"Hello"}]'
BAD_BODIES = {
    "empty": b"",
    "broken JSON": b'{"model": "echo", "messages": [',
    "not an object": b"[1, 2]",
    "no messages": b'{"model": "echo"}',
    "empty messages": b'{"model": "echo", "messages": []}',
    "model of a wrong type": ("{" + MESSAGES + ',"model": 7}').encode(),
    "unknown role": b'{"model": "echo", "messages": [{"role": "king", "content": "x"}]}',
    "negative max_tokens": ("{" + MESSAGES + ',"model": "echo", "max_tokens": -5}').encode(),
    "n of zero": ("{" + MESSAGES + ',"model": "echo", "n": 0}').encode(),
    "temperature of a wrong type": ("{" + MESSAGES + ',"model": "echo", "temperature": "warm"}').encode(),
    "invalid UTF-8": b'{"model": "echo", "messages": [{"role": "user", "content": "\xff\xfe"}]}',
    "deep nesting": b'{"model":"echo","messages":[{"role":"user","content":"x"}],"a":'
    + b"[" * 5_000
    + b"]" * 5_000
    + b"}",
    "very deep nesting": b"[" * 1_000_000,
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
async def test_a_malformed_body_is_refused_and_recorded_once(
    client: httpx.AsyncClient, simulator: ProviderSimulator, body: bytes
) -> None:
    response = await client.post("/v1/chat/completions", content=body, headers=AUTH)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, "invalid_request")
    assert response.headers["x-should-retry"] == "false"
    assert error["message"].endswith(".")
    assert simulator.requests == []
    (event,) = await trail()
    assert (event["type"], event["code"], event["application"]) == ("call.rejected", "invalid_request", "helpdesk")
    assert str(event["call_id"]) == response.headers["x-request-id"]


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_that_is_too_large_is_refused_without_being_kept(
    client: httpx.AsyncClient, declared: bool
) -> None:
    async def twenty_megabytes():  # type: ignore[no-untyped-def]
        for _ in range(20):
            yield b" " * (1 << 20)

    content = b" " * (20 << 20) if declared else twenty_megabytes()
    response = await client.post("/v1/chat/completions", content=content, headers=AUTH)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "request_too_large")
    (event,) = await trail()
    assert event["code"] == "request_too_large"


@pytest.mark.parametrize("limit", ["0", "-1", "soon", "999999999"])
async def test_a_time_limit_that_is_none_is_refused(client: httpx.AsyncClient, limit: str) -> None:
    asked = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}]}
    response = await client.post("/v1/chat/completions", json=asked, headers=AUTH | {"x-govern-timeout-ms": limit})
    assert (response.status_code, response.json()["error"]["param"]) == (400, "x-govern-timeout-ms")


async def test_an_unknown_endpoint_and_a_wrong_method_are_said(client: httpx.AsyncClient) -> None:
    missing = await client.get("/v1/nothing", headers=AUTH)
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "invalid_request")
    wrong = await client.get("/v1/chat/completions", headers=AUTH)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "invalid_request")


async def test_a_provider_that_refuses_the_request_is_said_as_such(client: httpx.AsyncClient) -> None:
    asked = {"model": "refusing", "messages": [{"role": "user", "content": "Hello"}]}
    response = await client.post("/v1/chat/completions", json=asked, headers=AUTH)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_request")
    assert [event["type"] for event in await trail()] == ["call.intent", "call.outcome"]
