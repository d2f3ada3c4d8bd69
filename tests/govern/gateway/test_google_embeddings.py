"""Google's `:embedContent` and `:batchEmbedContents`, before every provider that embeds."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install, trail

AUTH = {"x-goog-api-key": HELPDESK}
ANSWERS = {
    "google": {
        "embeddings": [{"values": [0.5, 1.0]}, {"values": [0.25, 0.0]}],
        "usageMetadata": {"promptTokenCount": 4},
    },
    "openai": {
        "data": [{"index": 0, "embedding": [0.5, 1.0]}, {"index": 1, "embedding": [0.25, 0.0]}],
        "usage": {"prompt_tokens": 4, "total_tokens": 4},
    },
}
pytestmark = pytest.mark.parametrize("kind", ["google", "openai", "openai_compatible"])


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    install(tmp_path, document("http://unused", **provider.sections()))


def content(text: str) -> dict[str, Any]:
    return {"parts": [{"text": text}]}


async def ask(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str, method: str, body: dict[str, Any], count: int = 2
) -> httpx.Response:
    answer = json.loads(json.dumps(ANSWERS["google" if kind == "google" else "openai"]))
    for name in ("embeddings", "data"):
        if name in answer:
            answer[name] = answer[name][:count]
    provider.says(json.dumps(answer).encode())
    return await client.post(f"/v1beta/models/{kind}:{method}", json=body, headers=AUTH)


async def test_one_content(client: httpx.AsyncClient, provider: AnyProvider, kind: str) -> None:
    body = {"content": content("Hello"), "taskType": "RETRIEVAL_QUERY", "output_dimensionality": 2}
    response = await ask(client, provider, kind, "embedContent", body, 1)
    assert response.status_code == 200, response.text
    assert response.json()["embedding"] == {"values": [0.5, 1.0]}
    sent = json.loads(provider.bodies[-1])
    if kind == "google":
        (entry,) = sent["requests"]
        assert (entry["taskType"], entry["outputDimensionality"]) == ("RETRIEVAL_QUERY", 2)
        assert "x-govern-dropped-parameters" not in response.headers
    else:
        assert (sent["input"], sent["dimensions"], "taskType" in sent) == (["Hello"], 2, False)
        assert response.headers["x-govern-dropped-parameters"] == "taskType"
        assert (await trail())[-1]["body"]["dropped_parameters"] == ["taskType"]


async def test_several_contents(client: httpx.AsyncClient, provider: AnyProvider, kind: str) -> None:
    requests = [{"model": f"models/{kind}", "content": content(text)} for text in ("Hello", "World")]
    response = await ask(client, provider, kind, "batchEmbedContents", {"requests": requests})
    assert response.json()["embeddings"] == [{"values": [0.5, 1.0]}, {"values": [0.25, 0.0]}]
    assert response.headers["x-govern-cost-usd"]


async def test_guards_read_what_is_embedded(client: httpx.AsyncClient, provider: AnyProvider, kind: str) -> None:
    secret = "My key is " + "AKIA" + "Q3EGNAB5ZLXTPVRW"
    for body in ({"content": content(secret)}, {"content": content("Hello"), "title": secret}):
        response = await ask(client, provider, kind, "embedContent", body, 1)
        assert (response.status_code, response.json()["error"]["reason"]) == (403, "secret_leak")
    assert provider.bodies == []


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("embedContent", {}),
        ("embedContent", {"content": {"parts": [{"inlineData": {"mimeType": "image/png", "data": "AA=="}}]}}),
        ("embedContent", {"content": {"parts": []}}),
        ("embedContent", {"content": content("")}),
        ("embedContent", {"content": content("a"), "outputDimensionality": "many"}),
        ("embedContent", {"content": content("a"), "taskType": "A", "task_type": "B"}),
        ("embedContent", {"content": content("a"), "model_": "x"}),
        ("batchEmbedContents", {"requests": []}),
        ("batchEmbedContents", {"requests": ["a"]}),
        ("batchEmbedContents", {"content": content("a")}),
        ("batchEmbedContents", {"requests": [{"content": content("a")}, {"content": content("b"), "taskType": "X"}]}),
    ],
)
async def test_what_cannot_be_read_is_refused_in_googles_words(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str, method: str, body: dict[str, Any]
) -> None:
    response = await ask(client, provider, kind, method, body)
    assert response.status_code == 400, response.text
    assert response.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert provider.bodies == []
