"""What providers say about a failure reaches the caller past the output guards, and the trail as a digest alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from govern.gateway.callers.callers_words import LONGEST
from tests.govern.gateway.any_provider import KINDS, AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install, trail
from tests.sdk.scripted_answers import ANSWERS, Said

pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)
AUTH = {"authorization": f"Bearer {HELPDESK}"}
SECRET = "AKIA" + "Q7WZ4NTR2LKD8MXB"
ADDRESS = "jane.doe" + "@example.com"
STATUSES = [400, 404, 413, 422, 429, 500, 503, 529]


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    install(tmp_path, document("http://unused", **provider.sections()))


def error_of(kind: str, **fields: Any) -> dict[str, Any]:
    said = {"type": "invalid_request_error", "message": "no", **fields}
    if kind == "google":
        return {"error": {"code": 400, "status": "INVALID_ARGUMENT", **fields}}
    return {"type": "error", "error": said} if kind == "anthropic" else {"error": said}


async def ask(client: httpx.AsyncClient, kind: str, *, stream: bool = False, **fields: Any) -> httpx.Response:
    body = {"model": kind, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50, "stream": stream}
    return await client.post("/v1/chat/completions", json={**body, **fields}, headers=AUTH)


async def recorded() -> str:
    return json.dumps(await trail(), default=str)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_sentence_that_quotes_the_prompt_is_masked_for_the_caller_and_digested_for_the_trail(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str
) -> None:
    error = error_of(kind, message=f"Your prompt was: write to {ADDRESS} of the harvest.")
    provider.says(json.dumps(error).encode(), status=400)
    response = await ask(client, kind)
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "Your prompt was: write to <EMAIL> of the harvest."
    outcome = (await trail())[-1]
    assert ADDRESS not in str(outcome)
    assert "harvest" not in str(outcome)
    (attempt,) = outcome["body"]["attempts"]
    assert attempt["failure"]["status"] == 400
    assert len(attempt["failure"]["digest"]) == 64
    assert outcome["verdict"] == "redact"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", KINDS)
async def test_no_status_lets_a_secret_through(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str, stream: bool
) -> None:
    for status in STATUSES:
        error = error_of(kind, message=f"You sent {SECRET}.", code=SECRET, param=SECRET, details=[{"reason": SECRET}])
        provider.says(json.dumps(error).encode(), status=status)
        response = await ask(client, kind, stream=stream)
        assert response.status_code in (400, 502), (status, response.text)
        assert SECRET not in response.text, status
    assert SECRET not in await recorded()


@pytest.mark.parametrize("kind", KINDS)
async def test_an_error_in_mid_stream(client: httpx.AsyncClient, provider: AnyProvider, kind: str) -> None:
    begun = list(ANSWERS[kind][1](Said("All is well with the harvest.")))[:4]
    failure = error_of(kind, message=f"You sent {SECRET}.", code=SECRET)
    if kind == "openai_responses":
        failure = {"type": "error", "code": SECRET, "message": f"You sent {SECRET}."}
    events = [*begun, failure]
    provider.says(b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events), "text/event-stream")
    raw = (await ask(client, kind, stream=True)).text
    assert '"error"' in raw.strip().split("\n")[-1]
    assert "[DONE]" not in raw
    assert SECRET not in raw
    assert SECRET not in await recorded()


@pytest.mark.parametrize("kind", KINDS)
async def test_long_words_are_cut(client: httpx.AsyncClient, provider: AnyProvider, kind: str) -> None:
    provider.says(json.dumps(error_of(kind, message="word " * 10_000, code="x" * 5_000)).encode(), status=400)
    assert len((await ask(client, kind)).json()["error"]["message"]) <= 500


@pytest.mark.parametrize("header", [b"x-note: %s", b"%s: x"])
async def test_headers_of_providers_do_not_pass(
    client: httpx.AsyncClient, provider: AnyProvider, header: bytes
) -> None:
    name, _, value = (header % SECRET.encode()).decode().partition(": ")
    provider.says(json.dumps(ANSWERS["openai"][0](Said("Fine."))).encode())
    provider._head[name] = value
    response = await ask(client, "openai")
    assert response.status_code == 200
    assert SECRET not in str(response.headers)


@pytest.mark.parametrize(
    "asked",
    [
        {"model": f"Write to {ADDRESS} now"},
        {"model": f"key {SECRET}"},
        {"model": "word " * 500},
        {f"p {SECRET}": 1},
        {"metadata": {f"m {ADDRESS}": "x"}},
        {"user": ADDRESS},
        {"tools": [{"type": "function", "function": {"name": "write_to", "description": ADDRESS}}]},
    ],
)
async def test_names_that_callers_choose_are_bounded_and_masked_on_the_record(
    client: httpx.AsyncClient, provider: AnyProvider, asked: dict[str, Any]
) -> None:
    provider.says(json.dumps(ANSWERS["openai_compatible"][0](Said("Fine."))).encode())
    await ask(client, "openai_compatible", **asked)
    events = await trail()
    assert events
    assert SECRET not in str(events)
    assert ADDRESS not in str(events)
    assert all(len(str(event["model"])) <= LONGEST for event in events)
