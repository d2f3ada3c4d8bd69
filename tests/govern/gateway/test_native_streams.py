"""A stream between a provider and a door of the same format: its bytes pass unchanged until a guard has to change something."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install, trail
from tests.sdk.scripted_answers import ANSWERS, Said

pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)
AUTH = {"authorization": f"Bearer {HELPDESK}"}
PATHS = {"anthropic": "/v1/messages", "google": "/v1beta/models/google:streamGenerateContent?alt=sse"}
UNGUARDED: dict[str, Any] = {"guard_policies": []}
THOUGHT = [
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "So it is."}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "c2ln"}},
    {"type": "content_block_stop", "index": 0},
]
OPAQUE = [
    {"type": "content_block_start", "index": 0, "content_block": {"type": "redacted_thinking", "data": "b3BhcXVl"}},
    {"type": "content_block_stop", "index": 0},
]


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    changes = getattr(request, "param", None) or {}
    install(tmp_path, document("http://unused", **provider.sections(), **changes))


def written(kind: str, events: list[dict[str, Any]]) -> bytes:
    """A stream as the provider writes it, with the spaces that JSON allows."""
    if kind == "google":
        return b"".join(b"data: " + json.dumps(event).encode() + b"\r\n\r\n" for event in events)
    return b"".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events)


def message(*blocks: dict[str, Any], text: str) -> list[dict[str, Any]]:
    """A message with these blocks before its text."""
    start, *rest = ANSWERS["anthropic"][1](Said(text))
    return [start, *blocks, *({**event, "index": 1} if blocks and "index" in event else event for event in rest)]


async def ask(client: httpx.AsyncClient, kind: str) -> bytes:
    if kind == "google":
        body: dict[str, Any] = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
    else:
        body = {"model": kind, "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    response = await client.post(PATHS[kind], json=body, headers=AUTH)
    assert response.status_code == 200, response.text
    return response.content


def data(raw: bytes) -> list[Any]:
    return [json.loads(line[5:]) for line in raw.decode().splitlines() if line.startswith("data:")]


def text_of(kind: str, raw: bytes) -> str:
    if kind == "google":
        return "".join(part["text"] for e in data(raw) for c in e["candidates"] for part in c["content"]["parts"])
    return "".join(event["delta"].get("text", "") for event in data(raw) if event["type"] == "content_block_delta")


def assert_blocks_in_order(raw: bytes) -> list[int]:
    """Each block begins before its pieces, ends after them, and has an index of its own. Returns the indices as they begin."""
    begun: list[int] = []
    open_: set[int] = set()
    for event in data(raw):
        if event["type"] == "content_block_start":
            assert event["index"] not in begun
            begun.append(event["index"])
            open_.add(event["index"])
        elif event["type"] in ("content_block_delta", "content_block_stop"):
            assert event["index"] in open_
            if event["type"] == "content_block_stop":
                open_.remove(event["index"])
    assert not open_
    return begun


@pytest.mark.parametrize("kind", sorted(PATHS))
@pytest.mark.parametrize("installed", [None, UNGUARDED], indirect=True)
async def test_what_needs_no_change_passes_byte_by_byte(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str
) -> None:
    raw = written(kind, list(ANSWERS[kind][1](Said("All is well with the harvest, as far as we can see."))))
    provider.says(raw, "text/event-stream")
    assert await ask(client, kind) == raw
    assert (await trail())[-1]["cost_nano_usd"] == 20 * 1_000 + 7 * 2_000


@pytest.mark.parametrize("kind", sorted(PATHS))
@pytest.mark.parametrize("installed", [UNGUARDED], indirect=True)
async def test_without_guards_what_is_not_known_passes_too(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str
) -> None:
    events = list(ANSWERS[kind][1](Said("Fine.")))
    new = {"type": "new_event", "said": "yes"} if kind == "anthropic" else {"candidates": [], "newField": {"a": 1}}
    raw = written(kind, [events[0], new, *events[1:]])
    provider.says(raw, "text/event-stream")
    assert await ask(client, kind) == raw


@pytest.mark.parametrize("kind", sorted(PATHS))
async def test_what_no_guard_has_seen_does_not_pass(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str
) -> None:
    events = list(ANSWERS[kind][1](Said("Fine, thank you.")))
    new = {"type": "new_event", "said": "hidden"} if kind == "anthropic" else {"candidates": [], "newField": "hidden"}
    provider.says(written(kind, [*events[:3], new, *events[3:]]), "text/event-stream")
    raw = await ask(client, kind)
    assert b"hidden" not in raw
    assert text_of(kind, raw) == "Fine, thank you."


@pytest.mark.parametrize("kind", sorted(PATHS))
async def test_from_a_change_on_the_answer_is_told_anew(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str
) -> None:
    said = "The harvest is well. Write to jane.doe@example.com today, she knows more."
    events = list(ANSWERS[kind][1](Said(said)))
    provider.says(written(kind, events), "text/event-stream")
    raw = await ask(client, kind)
    assert raw.startswith(written(kind, events[:2]))
    found = text_of(kind, raw)
    assert found.startswith("The harvest is well. Write to ")
    assert found.endswith(" today, she knows more.")
    assert b"jane.doe" not in raw
    if kind == "anthropic":
        assert assert_blocks_in_order(raw) == [0]
        assert data(raw)[-1]["type"] == "message_stop"
    assert (await trail())[-1]["verdict"] == "redact"


@pytest.mark.parametrize("kind", sorted(PATHS))
async def test_a_block_ends_the_stream_with_an_error(
    client: httpx.AsyncClient, provider: AnyProvider, kind: str
) -> None:
    events = list(ANSWERS[kind][1](Said("The key is AKIAQ7WZ4NTR2LKD8MXB, keep it.")))
    provider.says(written(kind, events), "text/event-stream")
    raw = await ask(client, kind)
    assert b"AKIA" not in raw
    assert "error" in data(raw)[-1]
    assert (await trail())[-1]["code"] == "secret_leak"


async def test_signed_reasoning_passes_with_its_signature(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    raw = written("anthropic", message(*THOUGHT, text="All is well."))
    provider.says(raw, "text/event-stream")
    assert await ask(client, "anthropic") == raw


async def test_reasoning_in_which_something_was_changed_loses_its_signature(
    client: httpx.AsyncClient, provider: AnyProvider
) -> None:
    start, thought, *rest = THOUGHT
    told = {**thought, "delta": {"type": "thinking_delta", "thinking": "Ask jane.doe@example.com."}}
    provider.says(written("anthropic", message(start, told, *rest, text="All is well.")), "text/event-stream")
    raw = await ask(client, "anthropic")
    assert assert_blocks_in_order(raw) == [0, 1]
    assert b"jane.doe" not in raw
    assert b"c2ln" not in raw
    assert text_of("anthropic", raw) == "All is well."


async def test_reasoning_that_nobody_can_read_keeps_its_place(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    raw = written("anthropic", message(*OPAQUE, text="All is well."))
    provider.says(raw, "text/event-stream")
    assert await ask(client, "anthropic") == raw


async def test_a_stream_that_breaks_tells_what_was_released(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    events = list(ANSWERS["anthropic"][1](Said("The harvest is well.")))
    provider.says(written("anthropic", events[:6]), "text/event-stream", ends=False)
    raw = await ask(client, "anthropic")
    assert raw.startswith(written("anthropic", events[:4]))
    assert text_of("anthropic", raw) == "The harvest "
    assert data(raw)[-1]["type"] == "error"
    assert (await trail())[-1]["code"] == "provider_error"


async def test_reasoning_of_another_provider_stays_before_what_follows_it(
    client: httpx.AsyncClient, provider: AnyProvider
) -> None:
    deltas = [
        {"reasoning_content": "Let me "},
        {"reasoning_content": "think"},
        {"content": "Fine, "},
        {"content": "thanks"},
    ]
    events = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    ended = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    said = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in [*events, ended])
    provider.says(said, "text/event-stream")
    body = {"model": "openai", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    raw = (await client.post(PATHS["anthropic"], json=body, headers=AUTH)).content
    assert assert_blocks_in_order(raw) == [0, 1]
    thought = [e["delta"]["thinking"] for e in data(raw) if e.get("delta", {}).get("type") == "thinking_delta"]
    assert "".join(thought) == "Let me think"
    assert text_of("anthropic", raw) == "Fine, thanks"
    begun = [e["content_block"]["type"] for e in data(raw) if e["type"] == "content_block_start"]
    assert begun == ["thinking", "text"]


async def test_google_s_answers_as_one_array(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    events = list(ANSWERS["google"][1](Said("All is well with the harvest.")))
    provider.says(written("google", events), "text/event-stream")
    path = PATHS["google"].removesuffix("?alt=sse")
    response = await client.post(path, json={"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}, headers=AUTH)
    assert response.headers["content-type"] == "application/json"
    assert response.json() == events
