"""What a provider may do wrong, over a real connection: always an error of ours or a tolerant reading, never a hang or a crash."""

import asyncio
import time

import pytest

from routing.bodies import ProviderLimits
from routing.calls import decode_embeddings
from routing.errors import ProviderError
from routing.providers import PROVIDERS
from tests.routing.loopback import Connection, Loopback, Received, answer, events, head, named_events, stream
from tests.routing.providers.parties import request, target
from tests.routing.times import soon

WHOLE = {
    "openai": {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]},
    "openai_compatible": {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]},
    "openai_responses": {
        "status": "completed",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}],
    },
    "anthropic": {"type": "message", "content": [{"type": "text", "text": "Hello"}], "stop_reason": "end_turn"},
    "google": {"candidates": [{"content": {"parts": [{"text": "Hello"}]}, "finishReason": "STOP"}]},
}
CHAT = events(
    {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hel"}, "finish_reason": None}]},
    {"choices": [{"index": 0, "delta": {"content": "lo"}, "finish_reason": "stop"}]},
    "[DONE]",
)
STREAMED = {
    "openai": CHAT,
    "openai_compatible": CHAT,
    "openai_responses": named_events(
        {"type": "response.created", "response": {}},
        {"type": "response.output_text.delta", "output_index": 0, "delta": "Hello"},
        {"type": "response.completed", "response": {"status": "completed"}},
    ),
    "anthropic": named_events(
        {"type": "message_start", "message": {"usage": {"input_tokens": 9}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    ),
    "google": events(
        {"candidates": [{"content": {"parts": [{"text": "Hel"}]}}]},
        {"candidates": [{"content": {"parts": [{"text": "lo"}]}, "finishReason": "STOP"}]},
    ),
}
KINDS = sorted(PROVIDERS)
LIMITS = ProviderLimits(first_byte_ms=2_000, idle_ms=2_000, total_ms=4_000, max_response_bytes=1 << 20)


async def complete(client, kind, loopback, **changes):
    there = target(kind, loopback.url, **{"limits": LIMITS, **changes})
    found = await PROVIDERS[kind].complete(client, there, request(), deadline=soon())
    return found.choices[0].message.content


async def streamed(client, kind, loopback, **changes):
    there = target(kind, loopback.url, **{"limits": LIMITS, **changes})
    answer = PROVIDERS[kind].stream(client, there, request(), deadline=soon())
    return "".join([delta.content or "" async for arrived in answer for chunk in arrived for delta in chunk.deltas])


@pytest.mark.parametrize("kind", KINDS)
async def test_all_is_well(kind, client):
    async with Loopback(answer(WHOLE[kind]), stream(STREAMED[kind])).serve() as loopback:
        assert await complete(client, kind, loopback) == "Hello"
        assert await streamed(client, kind, loopback) == "Hello"
        secrets = [
            value for received in loopback.received for value in received.headers.values() if "sk-secret" in value
        ]
        assert len(secrets) == 2
        assert all("sk-secret" not in received.path for received in loopback.received)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "handler",
    [
        answer(b"Bad gateway", content_type="text/html"),
        answer(b""),
        answer(b"{"),
        answer(b"[" * 100_000),
        answer(b"\xff\xfe"),
        answer({}),
        answer([]),
        answer({"error": {"message": "no", "type": "server_error", "code": 500}}),
        answer({"choices": [], "candidates": [], "content": None}),
        answer({"choices": [{}], "candidates": "x", "content": {}, "output": 5, "error": "no"}),
    ],
)
async def test_a_whole_answer_that_is_none(handler, kind, client):
    async with Loopback(handler).serve() as loopback:
        with pytest.raises(ProviderError) as caught:
            await complete(client, kind, loopback)
        assert caught.value.code == "provider_error"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "handler",
    [
        answer(b"<html>", content_type="text/html"),
        answer(b"", content_type="text/event-stream"),
        stream(b"data: [DONE]\n\n"),
        stream(b"data: not json\n\n"),
        stream(b"data: \xff\n\n"),
        stream(b"data: [1,2]\n\n"),
        stream(events({"error": {"message": "no", "type": "server_error", "code": 500}, "type": "error"})),
        answer({"error": {"message": "no", "type": "server_error", "code": 500}}),
    ],
)
async def test_a_stream_that_is_none(handler, kind, client):
    async with Loopback(handler).serve() as loopback:
        with pytest.raises(ProviderError) as caught:
            await streamed(client, kind, loopback)
        assert caught.value.code == "provider_error"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ends", [True, False])
async def test_a_stream_that_stops_in_the_middle(kind, ends, client):
    """Whether the connection ends well or not, an answer without its end is an error."""
    cut = STREAMED[kind][: STREAMED[kind].rindex(b"data:", 0, STREAMED[kind].index(b"lo") + 2)]
    async with Loopback(stream(cut, ends=ends)).serve() as loopback:
        with pytest.raises(ProviderError) as caught:
            await streamed(client, kind, loopback)
        assert caught.value.sent


async def test_usage_seen_before_a_failure_is_an_estimate(client):
    cut = STREAMED["anthropic"][: STREAMED["anthropic"].index(b"event: message_delta")]
    async with Loopback(stream(cut)).serve() as loopback:
        with pytest.raises(ProviderError) as caught:
            await streamed(client, "anthropic", loopback)
        assert (caught.value.usage.input_tokens, caught.value.usage.estimated) == (9, True)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_provider_that_answers_whole_when_asked_to_stream(kind, client):
    async with Loopback(answer(WHOLE[kind])).serve() as loopback:
        assert await streamed(client, kind, loopback) == "Hello"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_wrong_content_type_is_read_all_the_same(kind, client):
    wrong = answer(WHOLE[kind], content_type="text/plain"), answer(STREAMED[kind], content_type="text/plain")
    async with Loopback(*wrong).serve() as loopback:
        assert await complete(client, kind, loopback) == "Hello"
        assert await streamed(client, kind, loopback) == "Hello"


@pytest.mark.parametrize("call", [complete, streamed])
async def test_gigabytes(call, client):
    async def flood(received: Received, connection: Connection) -> None:
        await connection.write(head(200, "text/event-stream"))
        while True:
            await connection.write(b"data: " + b"x" * 65_536)

    async with Loopback(flood).serve() as loopback:
        with pytest.raises(ProviderError, match="larger than"):
            await call(client, "openai", loopback)


@pytest.mark.parametrize("call", [complete, streamed])
async def test_slower_than_the_limits(call, client):
    async def drip(received: Received, connection: Connection) -> None:
        await connection.write(head(200, "text/event-stream"))
        while True:
            await connection.write(b" ")
            await asyncio.sleep(0.05)

    async with Loopback(drip).serve() as loopback:
        began = time.monotonic()
        with pytest.raises(ProviderError) as caught:
            await call(client, "openai", loopback, limits=ProviderLimits(total_ms=400))
        assert caught.value.code == "provider_timeout"
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("call", [complete, streamed])
async def test_a_busy_provider_is_asked_again(call, client):
    good = stream(STREAMED["openai"]) if call is streamed else answer(WHOLE["openai"])
    async with Loopback(answer({}, status=503), good).serve() as loopback:
        assert await call(client, "openai", loopback) == "Hello"
        assert len(loopback.received) == 2


@pytest.mark.parametrize("call", [complete, streamed])
@pytest.mark.parametrize("status", [400, 401, 404, 500, 307])
async def test_what_may_not_be_repeated_is_asked_once(call, status, client):
    async with Loopback(answer({}, status=status, location="/elsewhere")).serve() as loopback:
        with pytest.raises(ProviderError) as caught:
            await call(client, "openai", loopback)
        assert caught.value.status == status
        assert len(loopback.received) == 1


async def test_after_the_first_chunk_nothing_is_repeated(client):
    cut = CHAT[: CHAT.index(b"\n\n") + 2]
    async with Loopback(stream(cut, ends=False)).serve() as loopback:
        with pytest.raises(ProviderError):
            await streamed(client, "openai", loopback)
        assert len(loopback.received) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_leaving_a_stream_ends_the_providers_connection(kind, client):
    async def first_then_silence(received: Received, connection: Connection) -> None:
        raw = STREAMED[kind]
        await connection.write(head(200, "text/event-stream") + raw[: raw.index(b"\n\n") + 2])
        await asyncio.sleep(30)

    async with Loopback(first_then_silence).serve() as loopback:
        answer = PROVIDERS[kind].stream(client, target(kind, loopback.url), request(), deadline=soon())
        await anext(answer)
        await answer.aclose()
        await asyncio.wait_for(loopback.cut.wait(), 5)


@pytest.mark.parametrize("call", [complete, streamed])
async def test_a_cancelled_call_ends_the_providers_connection(call, client):
    async def silence(received: Received, connection: Connection) -> None:
        await asyncio.sleep(30)

    async with Loopback(silence).serve() as loopback:
        task = asyncio.ensure_future(call(client, "openai", loopback))
        while not loopback.received:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(loopback.cut.wait(), 1)


async def test_the_same_id_for_every_answer_is_no_trouble(client):
    body = {**WHOLE["openai"], "id": "chatcmpl-1"}
    async with Loopback(answer(body)).serve() as loopback:
        there = target("openai", loopback.url)
        found = [await PROVIDERS["openai"].complete(client, there, request(), deadline=soon()) for _ in range(2)]
        assert [completion.provider_id for completion in found] == ["chatcmpl-1"] * 2


@pytest.mark.parametrize("kind", KINDS)
async def test_a_probe(kind, client):
    async with Loopback(answer({"data": []}), answer({}, status=401)).serve() as loopback:
        await PROVIDERS[kind].probe(client, target(kind, loopback.url), deadline=soon())
        assert loopback.received[0].method == "GET"
        with pytest.raises(ProviderError) as caught:
            await PROVIDERS[kind].probe(client, target(kind, loopback.url), deadline=soon())
        assert caught.value.credential_refused


async def test_embeddings_of_openai(client):
    data = [{"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1.0]}]
    body = {"data": data, "model": "m", "usage": {"prompt_tokens": 3, "total_tokens": 3}}
    async with Loopback(answer(body), answer({"data": []})).serve() as loopback:
        asked = decode_embeddings(b'{"model":"x","input":["a","b"],"dimensions":1}')
        there = target("openai", loopback.url)
        found = await PROVIDERS["openai"].embed(client, there, asked, deadline=soon())
        assert found.vectors == [[1.0], [2.0]]
        assert found.usage.input_tokens == 3
        assert loopback.received[0].path == "/embeddings"
        assert loopback.received[0].json() == {"model": "upstream", "input": ["a", "b"], "dimensions": 1}
        with pytest.raises(ProviderError):
            await PROVIDERS["openai"].embed(client, there, asked, deadline=soon())


async def test_embeddings_of_google(client):
    async with Loopback(answer({"embeddings": [{"values": [1.0]}, {"values": [2.0]}]})).serve() as loopback:
        asked = decode_embeddings(b'{"model":"x","input":["a","b"],"dimensions":1}')
        found = await PROVIDERS["google"].embed(client, target("google", loopback.url), asked, deadline=soon())
        assert found.vectors == [[1.0], [2.0]]
        assert found.usage.estimated
        sent = loopback.received[0].json()["requests"]
        assert [entry["content"]["parts"][0]["text"] for entry in sent] == ["a", "b"]
        assert sent[0]["outputDimensionality"] == 1


async def test_a_complete_answer_whose_connection_stays_open_or_breaks_is_an_answer(client, monkeypatch):
    monkeypatch.setattr("routing.providers.exchange.ENDING_S", 0.1)

    async def stays_open(received: Received, connection: Connection) -> None:
        await connection.write(head(200, "text/event-stream") + CHAT)
        await asyncio.sleep(30)

    async with Loopback(stays_open, stream(CHAT, ends=False)).serve() as loopback:
        assert await streamed(client, "openai", loopback) == "Hello"
        await asyncio.wait_for(loopback.cut.wait(), 5)
        assert await streamed(client, "openai", loopback) == "Hello"


async def test_the_older_functions_come_back_as_they_were_asked_for(client):
    use = {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": "sky"}}
    whole = {"type": "message", "content": [use], "stop_reason": "tool_use"}
    pieces = named_events(
        {"type": "message_start", "message": {"usage": {"input_tokens": 9}}},
        {"type": "content_block_start", "index": 0, "content_block": use},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    )
    asked = request(functions=[{"name": "look", "parameters": {"type": "object"}}])
    expected = {"name": "look", "arguments": '{"at":"sky"}'}
    async with Loopback(answer(whole), stream(pieces)).serve() as loopback:
        there, provider = target("anthropic", loopback.url), PROVIDERS["anthropic"]
        choice = (await provider.complete(client, there, asked, deadline=soon())).choices[0]
        assert (choice.message.extra["function_call"], choice.finish_reason) == (expected, "function_call")
        assert choice.message.tool_calls == []
        arriving = provider.stream(client, there, asked, deadline=soon())
        deltas = [delta async for arrived in arriving for chunk in arrived for delta in chunk.deltas]
        told = [d.extra["function_call"] for d in deltas if "function_call" in d.extra]
        assert [piece["name"] for piece in told if "name" in piece] == ["look"]
        assert "".join(piece["arguments"] for piece in told) == expected["arguments"]
        assert deltas[-1].finish_reason == "function_call"
