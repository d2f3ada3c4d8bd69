"""Whatever a provider answers, the caller gets an answer or an error of the contract, and one outcome with settled money is on the record."""

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.any_provider import KINDS, AnyProvider, Pieces
from tests.govern.gateway.installation import HELPDESK, document, install, rows, trail
from tests.sdk.scripted_answers import ANSWERS, Said

pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)
AUTH = {"authorization": f"Bearer {HELPDESK}"}
SAID = Said("Warm, 28 °C.")
EVENTS = "text/event-stream"
LIMITS = {"first_byte_ms": 400, "idle_ms": 400, "total_ms": 900, "max_response_bytes": 1 << 20}
PATIENCE_S = 20


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    budget = [{"name": "all", "period": "total", "limit_usd": "100"}]
    install(tmp_path, document("http://unused", **provider.sections(**LIMITS), budgets=budget))


def whole(kind: str) -> bytes:
    return json.dumps(ANSWERS[kind][0](SAID)).encode()


def events(kind: str) -> list[dict[str, Any]]:
    return list(ANSWERS[kind][1](SAID))


def written(kind: str, told: list[dict[str, Any]], *, done: bool = True) -> bytes:
    named = kind in ("anthropic", "openai_responses")
    raw = b"".join(
        (f"event: {event['type']}\n" if named and "type" in event else "").encode()
        + b"data: "
        + json.dumps(event).encode()
        + b"\n\n"
        for event in told
    )
    return raw + (b"data: [DONE]\n\n" if done and kind in ("openai", "openai_compatible") else b"")


def endless(piece: bytes, pause_s: float, before: bytes = b"") -> Pieces:
    def pieces() -> Iterator[bytes]:
        yield before
        for _ in itertools.count():
            yield piece
            time.sleep(pause_s)

    return pieces


async def ask(client: httpx.AsyncClient, kind: str, stream: bool) -> tuple[int, str | None, str]:
    """Status, code of the error wherever it stands, and text."""
    body = {"model": kind, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50, "stream": stream}
    response = await asyncio.wait_for(client.post("/v1/chat/completions", json=body, headers=AUTH), PATIENCE_S)
    if response.status_code != 200:
        return response.status_code, response.json()["error"]["code"], ""
    if not stream:
        return 200, None, response.json()["choices"][0]["message"]["content"]
    told = [line[6:] for line in response.text.split("\n") if line.startswith("data: ")]
    data = [json.loads(item) for item in told if item != "[DONE]"]
    errors = [event["error"]["code"] for event in data if "error" in event]
    assert (told[-1] == "[DONE]") is (not errors)
    text = "".join(c["delta"].get("content") or "" for event in data for c in event.get("choices", ()))
    return 200, errors[0] if errors else None, text


async def assert_settled(kind: str, code: str | None, answered: int) -> int:
    """One outcome for each call so far, with this code, and a ledger that says what the outcomes say. Returns the call's cost."""
    found = await trail()
    outcomes = [event for event in found if event["type"] == "call.outcome"]
    assert len(outcomes) == answered
    assert outcomes[-1]["code"] == code, kind
    ((held, spent),) = [tuple(row.values()) for row in await rows(LEDGER)]
    assert held == 0
    assert spent == sum(outcome["cost_nano_usd"] for outcome in outcomes)
    return int(outcomes[-1]["cost_nano_usd"])


LEDGER = "SELECT reserved_nano_usd, settled_nano_usd FROM govern_budgetaccount"
NO_ANSWER: dict[str, Any] = {
    "nothing": lambda kind: (b"", "application/json"),
    "no JSON": lambda kind: (b"<html>Bad gateway</html>", "text/html"),
    "half of a JSON": lambda kind: (whole(kind)[:40], "application/json"),
    "JSON of another kind": lambda kind: (b"[1, 2]", "application/json"),
    "an error under status 200": lambda kind: (ERROR, "application/json"),
    "no choices": lambda kind: (
        b'{"choices": [], "candidates": [], "content": null, "output": null}',
        "application/json",
    ),
    "gigabytes": lambda kind: (endless(b"x" * 65_536, 0), "application/json"),
}
ERROR = b'{"type": "error", "error": {"message": "Overheated", "type": "server_error", "code": 500}}'


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("case", NO_ANSWER)
async def test_an_answer_that_is_none(
    client: httpx.AsyncClient, provider: AnyProvider, case: str, stream: bool
) -> None:
    for answered, kind in enumerate(KINDS, 1):
        provider.says(*NO_ANSWER[case](kind))
        assert await ask(client, kind, stream) == (502, "provider_error", ""), kind
        await assert_settled(kind, "provider_error", answered)


async def test_a_connection_that_breaks_in_an_answer(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    for answered, kind in enumerate(KINDS, 1):
        provider.says(whole(kind)[:40], ends=False)
        assert await ask(client, kind, False) == (502, "provider_error", "")
        assert await assert_settled(kind, "provider_error", answered) > 0, "it may have been billed"


CUT_SHORT: dict[str, Any] = {
    "a stream without its end": lambda kind: written(kind, events(kind)[:-2], done=False),
    "an error in mid-stream": lambda kind: (
        written(kind, events(kind)[:-2], done=False) + b"event: error\ndata: " + ERROR + b"\n\n"
    ),
    "no JSON in mid-stream": lambda kind: written(kind, events(kind)[:-2], done=False) + b"data: <html>\n\n",
    "an event without end": lambda kind: endless(b"x" * 65_536, 0, written(kind, events(kind)[:-2]) + b"data: "),
    "silence in mid-stream": lambda kind: endless(b": \n", 1, written(kind, events(kind)[:-2], done=False)),
    "drop by drop": lambda kind: endless(b" ", 0.2, written(kind, events(kind)[:-2], done=False)),
}


@pytest.mark.parametrize("case", CUT_SHORT)
async def test_a_stream_that_begins_well(client: httpx.AsyncClient, provider: AnyProvider, case: str) -> None:
    slow = case in ("silence in mid-stream", "drop by drop")
    for answered, kind in enumerate(KINDS, 1):
        provider.says(CUT_SHORT[case](kind), EVENTS)
        status, code, text = await ask(client, kind, True)
        assert (status, code) == (200, "provider_timeout" if slow else "provider_error"), kind
        assert SAID.text.startswith(text)
        assert await assert_settled(kind, code, answered) > 0


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("pause_s", [0.2, 2], ids=["drop by drop", "silence"])
async def test_an_answer_that_does_not_come(
    client: httpx.AsyncClient, provider: AnyProvider, pause_s: float, stream: bool
) -> None:
    for answered, kind in enumerate(KINDS[:2], 1):
        provider.says(endless(b" ", pause_s), EVENTS if stream else "application/json")
        assert await ask(client, kind, stream) == (504, "provider_timeout", "")
        await assert_settled(kind, "provider_timeout", answered)


def _unheard_of(value: Any) -> Any:
    """The same with an unknown field in every object and reasons for the end that nobody knows."""
    if type(value) is list:
        return [_unheard_of(item) for item in value]
    if type(value) is not dict:
        return value
    changed = {name: _unheard_of(item) for name, item in value.items()}
    for name in ("finish_reason", "finishReason", "stop_reason"):
        if changed.get(name):
            changed[name] = "unheard_of"
    return {**changed, "unheard_of": {"a": [1]}}


async def test_unknown_fields_and_reasons_are_borne(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    for number, kind in enumerate(KINDS):
        provider.says(json.dumps(_unheard_of(ANSWERS[kind][0](SAID))).encode())
        assert await ask(client, kind, False) == (200, None, SAID.text), kind
        assert await assert_settled(kind, None, 2 * number + 1) == 34_000
        provider.says(written(kind, _unheard_of(events(kind))), EVENTS)
        assert await ask(client, kind, True) == (200, None, SAID.text), kind
        assert await assert_settled(kind, None, 2 * number + 2) == 34_000


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream"])
async def test_a_wrong_content_type_is_borne(
    client: httpx.AsyncClient, provider: AnyProvider, content_type: str
) -> None:
    for kind in KINDS:
        provider.says(whole(kind), content_type)
        assert await ask(client, kind, False) == (200, None, SAID.text)
        provider.says(written(kind, events(kind)), content_type)
        assert await ask(client, kind, True) == (200, None, SAID.text)
        provider.says(whole(kind), "application/json")  # asked to stream, it does not
        assert await ask(client, kind, True) == (200, None, SAID.text)


async def test_a_provider_whose_answers_all_have_the_same_id(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    for kind in KINDS:
        provider.says(whole(kind))
        for _ in range(2):
            assert await ask(client, kind, False) == (200, None, SAID.text)
    outcomes = [event for event in await trail() if event["type"] == "call.outcome"]
    assert len({event["call_id"] for event in outcomes}) == 2 * len(KINDS)


@pytest.mark.parametrize("status", [302, 400, 401, 404, 429, 500, 529])
async def test_a_refusal_of_the_provider(client: httpx.AsyncClient, provider: AnyProvider, status: int) -> None:
    expected = (400, "invalid_request") if status == 400 else (502, "provider_error")
    for answered, kind in enumerate(KINDS, 1):
        provider.says(ERROR, status=status)
        assert (await ask(client, kind, bool(answered % 2)))[:2] == expected, kind
        assert await assert_settled(kind, expected[1], answered) == 0
