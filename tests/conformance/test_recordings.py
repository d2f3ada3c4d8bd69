"""Every recorded answer, read through the real client from a loopback provider that replays it."""

import time

import pytest

from routing.calls import chat_request
from routing.client import HttpClient
from routing.errors import ProviderError
from routing.providers import PROVIDERS, Target
from tests.conformance.answers import of_chunks, of_completion
from tests.conformance.expectations import expected
from tests.conformance.recordings import Exchange, exchanges
from tests.routing.loopback import Loopback, answer, stream

GOOD = [exchange for exchange in exchanges() if exchange.good]
BAD = [exchange for exchange in exchanges() if exchange not in GOOD]
REQUEST = chat_request({"model": "catalogue-name", "messages": [{"role": "user", "content": "Hello"}]})


def target(exchange: Exchange, url: str) -> Target:
    return Target("recorded", exchange.kind, url, "recorded-model", "sk-secret", allow_private_address=True, attempts=1)


async def replay(exchange: Exchange, client: HttpClient, pieces: list[int] | None = None):
    raw = exchange.response.encode()
    handler = stream(raw, pieces=pieces) if exchange.stream else answer(raw, exchange.status, exchange.content_type)
    provider = PROVIDERS[exchange.kind]
    async with Loopback(handler).serve() as loopback:
        there, deadline = target(exchange, loopback.url), time.monotonic() + 10
        if exchange.stream:
            arriving = provider.stream(client, there, REQUEST, deadline=deadline)
            return of_chunks([chunk async for arrived in arriving for chunk in arrived])
        return of_completion(await provider.complete(client, there, REQUEST, deadline=deadline))


@pytest.fixture
async def client():
    client = HttpClient()
    yield client
    await client.close()


@pytest.mark.parametrize("exchange", GOOD, ids=lambda exchange: exchange.id)
async def test_content_calls_finish_reason_and_usage_equal_the_recording(exchange, client):
    assert await replay(exchange, client) == expected(exchange)


@pytest.mark.parametrize("exchange", BAD, ids=lambda exchange: exchange.id)
async def test_a_recorded_failure_is_an_error_of_ours(exchange, client):
    with pytest.raises(ProviderError) as caught:
        await replay(exchange, client)
    assert caught.value.code in ("provider_error", "invalid_request")
    assert caught.value.message
