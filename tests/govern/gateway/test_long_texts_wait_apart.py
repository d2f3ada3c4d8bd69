"""Long texts are inspected in threads of their own: everything else goes on meanwhile."""

import asyncio
import json
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from govern.enforcement.streaming import StreamInspection
from govern.gateway.inspection import LARGE_TEXT_BYTES, in_inspector
from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install

AUTH = {"authorization": f"Bearer {HELPDESK}"}
PATIENCE_S = 30


async def test_what_waits_for_a_classifier_waits_for_nothing_else() -> None:
    """Four at once, while more long texts than there are threads for are being inspected."""
    ended, meeting = threading.Event(), threading.Barrier(4)
    long = [asyncio.ensure_future(in_inspector(partial(ended.wait, PATIENCE_S))) for _ in range(5)]
    try:
        met = await asyncio.gather(*(in_inspector(partial(meeting.wait, PATIENCE_S), large=False) for _ in range(4)))
        assert sorted(met) == [0, 1, 2, 3]
        assert not any(each.done() for each in long)
        assert await asyncio.to_thread(lambda: "others' threads are free") == "others' threads are free"
    finally:
        ended.set()
    assert all(await asyncio.gather(*long))


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    guards = [{"guard": "pii", "on": ["input", "output"], "action": "redact"}]
    install(
        tmp_path,
        document("http://unused", **provider.sections(), guard_policies=[{"name": "all", "guards": guards}]),
    )


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is done to streams, and the kind of thread that does it."""
    seen: list[tuple[str, str]] = []
    for name in ("feed", "finish"):
        own = getattr(StreamInspection, name)

        def watched(*values: Any, own: Any = own, name: str = name, **named: Any) -> Any:
            seen.append((name, threading.current_thread().name.partition("_")[0]))
            return own(*values, **named)

        monkeypatch.setattr(StreamInspection, name, watched)
    return seen


def said(*texts: str) -> bytes:
    deltas = [{"index": 0, "delta": {"content": text}, "finish_reason": None} for text in texts]
    deltas.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    events = [{"id": "c1", "object": "chat.completion.chunk", "model": "m", "choices": [delta]} for delta in deltas]
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"


async def streamed(client: httpx.AsyncClient) -> str:
    body = {"model": "openai", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50, "stream": True}
    answer = await client.post("/v1/chat/completions", json=body, headers=AUTH)
    assert answer.status_code == 200, answer.text
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
    assert not any("error" in event for event in events), events
    return "".join(choice["delta"].get("content") or "" for event in events for choice in event["choices"])


@pytest.mark.parametrize("client", ["router"], indirect=True)
async def test_small_pieces_stay_where_they_came(
    client: httpx.AsyncClient, provider: AnyProvider, threads: list[tuple[str, str]]
) -> None:
    provider.says(said("Write to ", "amy@exam", "ple.com."), "text/event-stream")
    assert await streamed(client) == "Write to <EMAIL>."
    assert {kind for _, kind in threads} == {threading.current_thread().name}


@pytest.mark.parametrize("client", ["router"], indirect=True)
async def test_a_large_piece_and_a_large_rest_do_not(
    client: httpx.AsyncClient, provider: AnyProvider, threads: list[tuple[str, str]]
) -> None:
    large = "word " * (LARGE_TEXT_BYTES // 4)
    provider.says(said("Write to ", f"amy@example.com. {large}", "Bye."), "text/event-stream")
    assert await streamed(client) == f"Write to <EMAIL>. {large}Bye."
    assert threads == [("feed", "inspection"), ("finish", "inspection")]  # what one read brings is one piece
