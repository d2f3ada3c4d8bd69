"""Half a character in an answer is U+FFFD at every door from every kind, and halves over two events of a stream are joined."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.any_provider import KINDS, AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install
from tests.sdk.scripted_answers import ANSWERS, Said

AUTH = {"authorization": f"Bearer {HELPDESK}"}
HI = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50}
GOOGLE = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    install(tmp_path, document("http://unused", **provider.sections()))


def doors(kind: str, *, stream: bool) -> list[tuple[str, dict[str, Any]]]:
    said: dict[str, Any] = {"model": kind, "stream": stream}
    method = "streamGenerateContent?alt=sse" if stream else "generateContent"
    return [
        ("/v1/chat/completions", {**said, **HI}),
        ("/v1/messages", {**said, **HI}),
        ("/v1/responses", {**said, "input": "Hi", "store": False}),
        (f"/v1beta/models/{kind}:{method}", GOOGLE),
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_whole(client: httpx.AsyncClient, provider: AnyProvider, kind: str) -> None:
    provider.says(json.dumps(ANSWERS[kind][0](Said("Sun \ud83d"))).encode())
    for path, body in doors(kind, stream=False):
        response = await client.post(path, json=body, headers=AUTH)
        assert response.status_code == 200, path
        assert "Sun \ufffd" in str(response.json()), path


@pytest.mark.parametrize(("said", "read"), [("Sun \ud83d\ude00 up", "\U0001f600"), ("Sun \ud83dand up", "\ufffd")])
@pytest.mark.parametrize("kind", KINDS)
async def test_streamed(client: httpx.AsyncClient, provider: AnyProvider, kind: str, said: str, read: str) -> None:
    events = list(ANSWERS[kind][1](Said(said)))
    raw = "".join(f"event: {event.get('type', '')}\ndata: {json.dumps(event)}\n\n" for event in events)
    assert '\\ud83d"' in raw
    provider.says((raw + "data: [DONE]\n\n" if kind.startswith("openai") else raw).encode(), "text/event-stream")
    for path, body in doors(kind, stream=True):
        response = await client.post(path, json=body, headers=AUTH)
        told = "".join(str(json.loads(line[6:])) for line in response.text.splitlines() if line.startswith("data: {"))
        assert read in told, path
        assert "provider_error" not in response.text, path
        assert "\\ud83d" not in told, path


async def test_in_the_arguments_of_a_call(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    answer = ANSWERS["openai"][0](Said(tool="look"))
    answer["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = '{"city": "Taipei \\ud83d"}'
    provider.says(json.dumps(answer).encode())
    response = await client.post("/v1/messages", json={"model": "openai", **HI}, headers=AUTH)
    assert response.json()["content"][-1]["input"] == {"city": "Taipei \ufffd"}


async def test_small_doors_take_it_in_a_request(client: httpx.AsyncClient) -> None:
    for path, asked in (
        ("/v1/messages/count_tokens", {"model": "openai", **HI}),
        ("/v1beta/models/openai:countTokens", GOOGLE),
    ):
        body = json.dumps(asked).replace('"Hi"', '"Hi \\ud83d"')
        assert (await client.post(path, content=body.encode(), headers=AUTH)).status_code == 200, path
