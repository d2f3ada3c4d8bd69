"""A provider's own error keeps status, type and words at the doors of Anthropic's and Google's formats, past the guards."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install, trail

pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)
AUTH = {"x-api-key": HELPDESK}
SECRET = "AKIA" + "Q7WZ4NTR2LKD8MXB"
ADDRESS = "jane.doe" + "@example.com"
OWN = [
    (400, "invalid_request_error", "INVALID_ARGUMENT"),
    (404, "not_found_error", "NOT_FOUND"),
    (413, "request_too_large", "INVALID_ARGUMENT"),
    (429, "rate_limit_error", "RESOURCE_EXHAUSTED"),
    (529, "overloaded_error", "UNAVAILABLE"),
]


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    install(tmp_path, document("http://unused", **provider.sections()))


async def ask(client: httpx.AsyncClient, kind: str, *, stream: bool = False) -> httpx.Response:
    if kind == "anthropic":
        body: dict[str, Any] = {"model": kind, "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
        return await client.post("/v1/messages", json={**body, "stream": stream}, headers=AUTH)
    method = "streamGenerateContent?alt=sse" if stream else "generateContent"
    body = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
    return await client.post(f"/v1beta/models/{kind}:{method}", json=body, headers=AUTH)


def fails(provider: AnyProvider, kind: str, status: int, type_: str, message: str) -> None:
    error = {"code": status, "status": type_} if kind == "google" else {"type": type_}
    provider.says(json.dumps({"type": "error", "error": {**error, "message": message}}).encode(), status=status)
    provider.also_says({"retry-after": "7"})


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", ["anthropic", "google"])
async def test_status_type_and_words_arrive(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str, stream: bool
) -> None:
    for status, anthropics, googles in OWN:
        type_ = googles if kind == "google" else anthropics
        fails(provider, kind, status, type_, f"The harvest is too large for {ADDRESS}.")
        response = await ask(client, kind, stream=stream)
        error = response.json()["error"]
        assert response.status_code == status, response.text
        assert error["status" if kind == "google" else "type"] == type_
        assert error["message"] == "The harvest is too large for <EMAIL>."
        assert response.json().get("request_id") == response.headers.get("request-id")
        assert response.headers.get("retry-after") == ("7" if status in (429, 529) else None)
        outcome = (await trail())[-1]
        assert outcome["status"] == status
        assert "harvest" not in json.dumps(outcome, default=str)


@pytest.mark.parametrize("kind", ["anthropic", "google"])
async def test_a_secret_in_the_words_does_not(client: httpx.AsyncClient, provider: AnyProvider, kind: str) -> None:
    for status, *types in OWN:
        fails(provider, kind, status, types[kind == "google"], f"You sent {SECRET}.")
        response = await ask(client, kind)
        assert response.status_code == status
        assert SECRET not in response.text
    assert SECRET not in json.dumps(await trail(), default=str)


@pytest.mark.parametrize("status", [401, 402, 403, 500, 502])
@pytest.mark.parametrize("kind", ["anthropic", "google"])
async def test_what_is_about_governs_own_credential_or_nobody_stays_ours(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str, status: int
) -> None:
    fails(provider, kind, status, "authentication_error", "The key of the harvest is wrong.")
    response = await ask(client, kind)
    assert response.status_code == 502, response.text
    assert "harvest" not in response.text


@pytest.mark.parametrize("type_", ["overloaded_error", "rate_limit_error", "api_error"])
async def test_what_ends_a_stream_keeps_its_type(client: httpx.AsyncClient, provider: AnyProvider, type_: str) -> None:
    message = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "usage": {"input_tokens": 1},
    }
    said = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "The harvest "}},
        {"type": "error", "error": {"type": type_, "message": "Wait a little."}},
    ]
    events = b"".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in said)
    provider.says(events, "text/event-stream")
    answer = await ask(client, "anthropic", stream=True)
    last = json.loads(answer.text.rsplit("data: ", 1)[1])
    assert (answer.status_code, last["type"], last["error"]["type"]) == (200, "error", type_)
    assert last["request_id"] == answer.headers["request-id"]
    assert "message_stop" not in answer.text
