"""The load generator against the provider: what one says it sent the other has received."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bench.load import generate, percentile
from bench.prompts import Prompts
from bench.provider import ANSWER_BYTES, STREAM_CHUNKS, WHOLE, Conversation, Counts, stream_events


class Provider:
    def __init__(self, url: str, counts: Counts) -> None:
        self.url = url
        self.counts = counts


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    counts = Counts()
    server = await asyncio.get_running_loop().create_server(lambda: Conversation(counts), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield Provider(f"http://127.0.0.1:{port}", counts)
    server.close()


async def test_every_call_is_answered_and_counted(provider: Provider) -> None:
    load = await generate(
        f"{provider.url}/v1/chat/completions", key="gk-x", model="instant", connections=4, seconds=5, calls=50
    )
    assert (load.sent, load.answered, load.errors) == (50, 50, {})
    assert provider.counts.calls == 50
    assert load.first_byte_p50_ms is None


async def test_a_stream_is_read_to_its_mark(provider: Provider) -> None:
    load = await generate(
        f"{provider.url}/pace/1/v1/chat/completions",
        key="gk-x",
        model="paced",
        connections=2,
        seconds=5,
        calls=6,
        streamed=True,
    )
    assert (load.answered, load.errors) == (6, {})
    assert load.first_byte_p50_ms is not None
    assert load.first_byte_p50_ms < load.p50_ms


async def test_a_provider_that_thinks_answers_no_sooner(provider: Provider) -> None:
    load = await generate(
        f"{provider.url}/after/30/v1/chat/completions", key="gk-x", model="distant", connections=1, seconds=5, calls=2
    )
    assert load.p50_ms >= 30


async def test_a_refusal_is_an_error_and_no_answer() -> None:
    class Refusing(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            self.transport.write(b"HTTP/1.1 429 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")  # type: ignore[attr-defined]

    server = await asyncio.get_running_loop().create_server(Refusing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    load = await generate(f"http://127.0.0.1:{port}/", key="k", model="m", connections=1, seconds=5, calls=1)
    server.close()
    assert (load.sent, load.answered, load.errors) == (1, 0, {"429": 1})


def test_the_answers_have_the_size_they_are_said_to_have() -> None:
    body = WHOLE.partition(b"\r\n\r\n")[2]
    assert len(body) == ANSWER_BYTES
    assert sum(b'"content": "' in event for event in stream_events()) == STREAM_CHUNKS


def test_no_two_prompts_are_alike() -> None:
    prompts = Prompts(host="h", path="/", key="k", model="m", streamed=False)
    seen = [prompts.next() for _ in range(1_000)]
    assert len(set(seen)) == 1_000
    assert len({len(request) for request in seen}) == 1
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head


def test_percentiles_are_of_the_nearest_rank() -> None:
    values = [float(number) for number in range(100)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 1) == 99
    assert percentile([], 0.5) == 0
