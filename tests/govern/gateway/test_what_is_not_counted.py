"""What a provider does not count, or counts past belief, is never free; what was left in the middle costs what was seen of it."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.any_provider import KINDS, AnyProvider
from tests.govern.gateway.installation import HELPDESK, PRICES, document, install, rows, trail
from tests.sdk.scripted_answers import ANSWERS, Said

AUTH = {"authorization": f"Bearer {HELPDESK}"}
SAID = Said("Warm, 28 °C.")
EVENTS = "text/event-stream"
LEDGER = "SELECT reserved_nano_usd, settled_nano_usd FROM govern_budgetaccount"
BUDGET = [{"name": "all", "period": "total", "limit_usd": "100"}]


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture(params=[BUDGET], ids=["budget"])
def installed(request: Any, transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    install(tmp_path, document("http://unused", **provider.sections(), budgets=request.param))


async def outcome() -> dict[str, Any]:
    return (await trail())[-1]


def counted(kind: str, usage: Any) -> bytes:
    """An answer with this usage, under the name that the kind has for it."""
    answer = ANSWERS[kind][0](SAID)
    name = "usageMetadata" if kind == "google" else "usage"
    if usage is None:
        answer.pop(name, None)
    elif callable(usage):
        answer[name] = {key: usage(value) if type(value) is int else value for key, value in answer[name].items()}
    else:
        answer[name] = usage
    return json.dumps(answer).encode()


UNREADABLE: dict[str, Any] = {
    "missing": None,
    "texts": str,
    "negative": lambda count: -count - 1,
    "fractions": lambda count: count + 0.5,
    "nulls": lambda count: None,
    "absurd": lambda count: 2**53,
    "a list": lambda count: [count],
    "zeros": lambda count: 0,
    "an empty object": {},
    "a number": 7,
}


@pytest.mark.parametrize("case", UNREADABLE)
async def test_usage_that_cannot_be_read_costs_what_was_held(
    client: httpx.AsyncClient, provider: AnyProvider, case: str
) -> None:
    for kind in KINDS:
        provider.says(counted(kind, UNREADABLE[case]))
        body = {"model": kind, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50}
        response = await client.post("/v1/chat/completions", json=body, headers=AUTH)
        assert response.status_code == 200, kind
        last = await outcome()
        assert last["cost_nano_usd"] == last["body"]["attempts"][0]["reserved_nano_usd"] > 0, kind
        assert last["body"]["usage_estimated"] is True


@pytest.mark.parametrize("installed", [[]], indirect=True, ids=["no budget"])
@pytest.mark.parametrize("case", ["missing", "zeros", "texts"])
async def test_without_a_budget_it_costs_an_estimate(
    client: httpx.AsyncClient, provider: AnyProvider, case: str
) -> None:
    for kind in KINDS:
        provider.says(counted(kind, UNREADABLE[case]))
        body = {"model": kind, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50}
        await client.post("/v1/chat/completions", json=body, headers=AUTH)
        last = await outcome()
        assert 0 < last["cost_nano_usd"] < last["body"]["attempts"][0]["reserved_nano_usd"], kind
        assert last["body"]["usage_estimated"] is True


async def test_zeros_after_a_count_take_nothing_away(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    said = {"index": 0, "delta": {"role": "assistant", "content": "Warm"}, "finish_reason": None}
    ended = {"index": 0, "delta": {}, "finish_reason": "stop"}
    counts = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
    events = [
        {"choices": [said]},
        {"choices": [ended]},
        {"choices": [], "usage": counts},
        {"choices": [], "usage": dict.fromkeys(counts, 0)},
    ]
    raw = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"
    provider.says(raw, EVENTS)
    body = {"model": "openai", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50, "stream": True}
    assert "[DONE]" in (await client.post("/v1/chat/completions", json=body, headers=AUTH)).text
    last = await outcome()
    assert last["cost_nano_usd"] == 12 * 1_000 + 3 * 2_000
    assert last["body"]["usage_estimated"] is False


SMALL = [{"name": "all", "period": "total", "limit_usd": "0.01"}]


@pytest.mark.parametrize("installed", [SMALL], indirect=True, ids=["a small budget"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
async def test_zeros_do_not_make_calls_free(client: httpx.AsyncClient, provider: AnyProvider, stream: bool) -> None:
    zeros = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    if stream:
        said = {"index": 0, "delta": {"role": "assistant", "content": "Warm"}, "finish_reason": "stop"}
        events = [{"choices": [said]}, {"choices": [], "usage": zeros}]
        raw = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"
        provider.says(raw, EVENTS)
    else:
        provider.says(counted("openai", zeros))
    body = {"model": "openai", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 200, "stream": stream}
    codes = [(await client.post("/v1/chat/completions", json=body, headers=AUTH)).status_code for _ in range(60)]
    answered = codes.count(200)
    assert codes == [200] * answered + [429] * (60 - answered)
    assert 0 < answered < 60
    ((held, spent),) = [tuple(row.values()) for row in await rows(LEDGER)]
    assert held == 0
    assert spent == sum(row["cost_nano_usd"] or 0 for row in await trail() if row["type"] == "call.outcome") > 0


def message_events(*, input_tokens: int, words: int) -> list[dict[str, Any]]:
    start = {
        "id": "msg_1",
        "model": "c",
        "role": "assistant",
        "content": [],
        "usage": {"input_tokens": input_tokens, "output_tokens": 1},
    }
    return [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "word "}}
            for _ in range(words)
        ),
    ]


def told(events: list[dict[str, Any]]) -> bytes:
    return b"".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events)


def slowly(events: list[dict[str, Any]]) -> Any:
    def pieces() -> Iterator[bytes]:
        yield told(events)
        for _ in range(40):
            time.sleep(0.25)
            yield b": \n\n"

    return pieces


@pytest.mark.parametrize("client", ["router"], indirect=True)
async def test_a_stream_that_its_caller_leaves_costs_what_was_seen(
    client: httpx.AsyncClient, provider: AnyProvider
) -> None:
    provider.says(slowly(message_events(input_tokens=150, words=5)), EVENTS)
    body = {"model": "anthropic", "max_tokens": 900, "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    asking = asyncio.create_task(client.post("/v1/messages", json=body, headers=AUTH))
    await asyncio.sleep(1.0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    for _ in range(50):
        last = await outcome()
        if last["type"] == "call.outcome":
            break
        await asyncio.sleep(0.1)
    assert last["status"] == 499
    attempt = last["body"]["attempts"][0]
    assert attempt["error"] == "the caller left while the provider answered"
    assert last["cost_nano_usd"] == 150 * 1_000 + 25 * 2_000
    assert (last["body"]["served_model"], last["body"]["provider"]) == ("anthropic", "anthropic")
    assert last["body"]["usage"]["input_tokens"] == 150
    assert last["body"]["usage_estimated"] is True
    ((held, spent),) = [tuple(row.values()) for row in await rows(LEDGER)]
    assert (held, spent) == (0, last["cost_nano_usd"])


async def test_a_stream_that_breaks_costs_what_was_seen(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    provider.says(told(message_events(input_tokens=200, words=3)), EVENTS)
    body = {"model": "anthropic", "max_tokens": 900, "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    await client.post("/v1/messages", json=body, headers=AUTH)
    last = await outcome()
    assert last["code"] == "provider_error"
    assert last["cost_nano_usd"] == 200 * 1_000 + 15 * 2_000
    assert last["body"]["attempts"][0]["error"]


async def test_an_input_that_nobody_counted_costs_what_it_can_be(
    client: httpx.AsyncClient, provider: AnyProvider
) -> None:
    chunk = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Wärme"}, "finish_reason": None}]}
    provider.says(b"data: " + json.dumps(chunk).encode() + b"\n\n", EVENTS)
    body = {
        "model": "openai_compatible",
        "messages": [{"role": "user", "content": "Hi"}],
        "max_tokens": 50,
        "stream": True,
    }
    await client.post("/v1/chat/completions", json=body, headers=AUTH)
    last = await outcome()
    reserved = last["body"]["attempts"][0]["reserved_nano_usd"]
    assert last["cost_nano_usd"] == reserved - 50 * 2_000 + 6 * 2_000


@pytest.mark.parametrize(
    "thinks",
    [{"thinking": {"type": "enabled", "budget_tokens": 1_024}}, {"tools": "search"}],
    ids=["thinks", "searches"],
)
async def test_what_cannot_be_seen_costs_what_was_held(
    client: httpx.AsyncClient, provider: AnyProvider, thinks: dict[str, Any]
) -> None:
    provider.says(told(message_events(input_tokens=200, words=3)), EVENTS)
    if "tools" in thinks:
        thinks = {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 1}]}
    body = {
        "model": "anthropic",
        "max_tokens": 2_000,
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        **thinks,
    }
    await client.post("/v1/messages", json=body, headers=AUTH)
    last = await outcome()
    assert last["cost_nano_usd"] == last["body"]["attempts"][0]["reserved_nano_usd"]


def test_prices_of_the_figures_above() -> None:
    assert PRICES == {"input": "0.001", "output": "0.002"}
