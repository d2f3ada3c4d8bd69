"""Every recorded answer of every provider, through the whole gateway and out of every front door, streamed and not.

Text, calls, the reason for the end and usage are those of the recording, and the money on the record is what they cost.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conformance.expectations import Expected, expected
from tests.conformance.recordings import Exchange, exchanges
from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, rows

AUTH = {"authorization": f"Bearer {HELPDESK}"}
APIS = {
    "chat": "openai.chat",
    "responses": "openai.responses",
    "messages": "anthropic.messages",
    "google": "google.generate",
}
"""Door → the recorded format that is its own."""
GOOD = [
    exchange
    for exchange in exchanges()
    if exchange.good and '"function_call":' not in exchange.response.replace('"function_call": null', "")
]
"""Without the answers to `functions`, the predecessor of tools, which nobody here asks for."""
EACH_NANO_USD = (1_000, 2_000)
"""The price of a token in and of one out."""
LAST_OUTCOME = "SELECT code, cost_nano_usd FROM audit_event WHERE type = 'call.outcome' ORDER BY seq DESC LIMIT 1"

pytestmark = [
    pytest.mark.long,
    pytest.mark.parametrize("client", ["router"], indirect=True),
    pytest.mark.parametrize("installed", [False, True], indirect=True, ids=["unguarded", "guarded"]),
]


def call(door: str, model: str, *, stream: bool) -> tuple[str, dict[str, Any]]:
    """Path and body of a question."""
    turn = [{"role": "user", "content": "Hi"}]
    match door:
        case "chat":
            options = {"stream_options": {"include_usage": True}} if stream else {}
            return "/v1/chat/completions", {"model": model, "messages": turn, "stream": stream, **options}
        case "responses":
            return "/v1/responses", {"model": model, "input": "Hi", "stream": stream, "store": False}
        case "messages":
            return "/v1/messages", {"model": model, "messages": turn, "max_tokens": 900, "stream": stream}
        case _:
            method = "streamGenerateContent?alt=sse" if stream else "generateContent"
            return f"/v1beta/models/{model}:{method}", {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}


def differences(door: str, found: Expected, wanted: Expected, refusal: str) -> Iterator[str]:
    """Where a format has no place for refusals, they are text; where it knows only objects as arguments, texts stand inside one."""
    if found.content not in (wanted.content, wanted.content + refusal, refusal):
        yield f"says {found.content!r:.80}, not {wanted.content!r:.80}"
    if [name for name, _ in found.calls] != [name for name, _ in wanted.calls]:
        yield f"calls {found.calls}, not {wanted.calls}"
    for (_, told), (_, meant) in zip(found.calls, wanted.calls, strict=False):
        if told != meant and told not in ({"arguments": meant}, {"input": meant}):
            yield f"calls with {told}, not {meant}"
    if found.finish_reason != wanted.finish_reason:
        yield f"ends with {found.finish_reason}, not {wanted.finish_reason}"
    if wanted.usage is not None and found.usage != wanted.usage:
        yield f"used {found.usage}, not {wanted.usage}"


def refusal_of(exchange: Exchange) -> str:
    """The words of a refusal, which the expectations leave out."""
    from routing.providers import PROVIDERS

    if exchange.stream or exchange.api == "google.generate":
        return ""
    return PROVIDERS[exchange.kind].read_completion(exchange.response.encode()).choices[0].message.refusal or ""


async def replayed(client: httpx.AsyncClient, door: str, exchange: Exchange, *, stream: bool) -> list[str]:
    """What is not as it was recorded, in the answer and on the record."""
    path, body = call(door, exchange.kind, stream=stream)
    response = await client.post(path, json=body, headers=AUTH)
    if response.status_code != 200:
        return [f"is answered with {response.status_code}: {response.text:.200}"]
    content_type = "text/event-stream" if stream else "application/json"
    written = Exchange("written", APIS[door], "", stream, 200, content_type, None, response.text)
    wanted = expected(exchange)
    found = list(differences(door, expected(written), wanted, refusal_of(exchange)))
    (outcome,) = await rows(LAST_OUTCOME)
    if wanted.usage is not None:
        cost = sum(tokens * price for tokens, price in zip(wanted.usage, EACH_NANO_USD, strict=False))
        if outcome["cost_nano_usd"] != cost:
            found.append(f"cost {outcome['cost_nano_usd']}, not {cost}")
    if outcome["code"] is not None:
        found.append(f"is on the record as {outcome['code']}")
    return found


@pytest.mark.parametrize("kind", sorted({exchange.kind for exchange in GOOD}))
@pytest.mark.parametrize("door", APIS)
async def test_every_recording(client: httpx.AsyncClient, provider: AnyProvider, door: str, kind: str) -> None:
    faults: list[str] = []
    for exchange in (exchange for exchange in GOOD if exchange.kind == kind):
        provider.says(exchange.response.encode(), exchange.content_type)
        for stream in [True] if exchange.stream else [False, True]:
            found = await replayed(client, door, exchange, stream=stream)
            faults += [f"{exchange.id} {'streamed' if stream else 'whole'} {fault}" for fault in found]
    assert not faults, "\n".join(faults)
