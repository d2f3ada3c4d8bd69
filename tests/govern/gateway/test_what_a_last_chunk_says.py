"""What a provider says of a whole answer with its last chunks, beside no text, reaches the caller."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install

pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)
AUTH = {"authorization": f"Bearer {HELPDESK}"}
SAID = {"index": 0, "delta": {"role": "assistant", "content": "Warm."}, "finish_reason": None}
ENDED = {"index": 0, "delta": {}, "finish_reason": "stop"}
COUNTED = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture(params=[{}, {"guard_policies": []}], ids=["guarded", "unguarded"])
def installed(request: Any, transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    install(tmp_path, document("http://unused", **provider.sections(), **request.param))


async def told(client: httpx.AsyncClient, provider: AnyProvider, *events: dict[str, Any]) -> list[dict[str, Any]]:
    raw = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    provider.says(raw + b"data: [DONE]\n\n", "text/event-stream")
    body = {"model": "openai", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50, "stream": True}
    response = await client.post("/v1/chat/completions", json=body, headers=AUTH)
    lines = [line[6:] for line in response.text.splitlines() if line.startswith("data: ")]
    assert lines[-1] == "[DONE]", response.text
    return [json.loads(line) for line in lines[:-1]]


@pytest.mark.parametrize(
    "last",
    [
        ({"choices": [ENDED], "service_tier": "flex", "provider_note": "slow"}, COUNTED),
        ({"choices": [ENDED]}, {**COUNTED, "service_tier": "flex", "provider_note": "slow"}),
        ({"choices": [], "service_tier": "flex"}, {"choices": [], "provider_note": "slow"}, {"choices": [ENDED]}),
    ],
    ids=["with the end", "with the count", "before the end, alone"],
)
async def test_it_stands_with_what_ends_the_answer(
    client: httpx.AsyncClient, provider: AnyProvider, last: tuple[dict[str, Any], ...]
) -> None:
    events = await told(client, provider, {"choices": [SAID]}, *last)
    assert all(event["choices"] for event in events), "a caller that asks for no usage reads choices[0] of each event"
    ending = events[-1]
    assert ending["choices"][0]["finish_reason"] == "stop"
    assert (ending["service_tier"], ending["provider_note"]) == ("flex", "slow")


ITEM = {
    "type": "message",
    "id": "m",
    "role": "assistant",
    "content": [{"type": "output_text", "text": "To a@b.example"}],
}
TIER = "service_tier"


def answered(kind: str, *, stream: bool) -> bytes:
    """An answer with an address, which a guard masks, and the tier that served it; another one was asked for."""
    if kind == "openai":
        said = {"role": "assistant", "content": "To a@b.example"}
        choice = {**ENDED, "delta": said} if stream else {**ENDED, "message": said}
        whole: dict[str, Any] = {**COUNTED, "choices": [choice], TIER: "flex"}
        return b"data: %b\n\ndata: [DONE]\n\n" % json.dumps(whole).encode() if stream else json.dumps(whole).encode()
    response = {"id": "r", "status": "completed", "output": [ITEM], "usage": {"input_tokens": 3}, TIER: "flex"}
    if not stream:
        return json.dumps(response).encode()
    begun = {"id": "r", "status": "in_progress", "output": [], TIER: "auto"}
    events = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
        {"type": "response.output_item.done", "output_index": 0, "item": ITEM},
        {"type": "response.completed", "response": response},
    ]
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("kind", ["openai_responses", "openai"])
async def test_a_response_names_the_tier_that_served_it(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str, stream: bool
) -> None:
    provider.says(answered(kind, stream=stream), "text/event-stream" if stream else "application/json")
    body = {"model": kind, "input": "Hi", "max_output_tokens": 50, "stream": stream, "store": False}
    response = await client.post("/v1/responses", json=body, headers=AUTH)
    told = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]
    tiers = [event["response"].get(TIER) for event in told if "response" in event] or [response.json()[TIER]]
    begun = "flex" if kind == "openai" else "auto"
    assert tiers == ([begun, begun, "flex"] if stream else ["flex"])


@pytest.mark.parametrize("installed", [{}], indirect=True)
async def test_a_secret_beside_the_last_chunk_stays_where_it_is(
    client: httpx.AsyncClient, provider: AnyProvider
) -> None:
    raw = [{"choices": [SAID]}, {**COUNTED, "note": "AKIAQ7WZ4NTR2LKD8MXB"}]
    provider.says(b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in raw), "text/event-stream")
    body = {"model": "openai", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50, "stream": True}
    response = await client.post("/v1/chat/completions", json=body, headers=AUTH)
    assert "AKIA" not in response.text
