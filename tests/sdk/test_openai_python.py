"""OpenAI's Python SDK with nothing changed but its base URL and key: what it sees of a call, and of one that is refused."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import openai
import pytest

from tests.faults.platform import INJECTION, Platform
from tests.govern.gateway.installation import HELPDESK

pytestmark = pytest.mark.long
HELLO: Any = [{"role": "user", "content": "Hello there"}]
ATTACK: Any = [{"role": "user", "content": INJECTION}]


@pytest.fixture
def client(platform: Platform) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{platform.url}/v1", api_key=HELPDESK, timeout=30) as opened:
        yield opened


@pytest.fixture
async def async_client(platform: Platform) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=f"{platform.url}/v1", api_key=HELPDESK, timeout=30) as opened:
        yield opened


def test_a_whole_answer(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="echo", messages=HELLO)
    assert answer.choices[0].message.content == "Hello there"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.total_tokens == 15


def test_a_streamed_answer_with_its_usage(client: openai.OpenAI) -> None:
    chunks = list(
        client.chat.completions.create(
            model="echo", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
    )
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "Hello there"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == 15


def test_text_arrives_while_the_provider_still_speaks(client: openai.OpenAI, platform: Platform) -> None:
    platform.simulator.release.clear()
    stream = client.chat.completions.create(
        model="gated", messages=[{"role": "user", "content": "many words " * 400}], stream=True
    )
    seen = ""
    for chunk in stream:  # the provider does not end before the release: an answer kept until its end never comes
        seen += chunk.choices[0].delta.content or ""
        if seen:
            platform.simulator.release.set()
    assert seen == "many words " * 400


async def test_the_asynchronous_client(async_client: openai.AsyncOpenAI) -> None:
    answer = await async_client.chat.completions.create(model="echo", messages=HELLO)
    assert answer.choices[0].message.content == "Hello there"
    stream = await async_client.chat.completions.create(model="echo", messages=HELLO, stream=True)
    assert "".join([chunk.choices[0].delta.content or "" async for chunk in stream]) == "Hello there"


def test_the_raw_response_says_what_was_decided(client: openai.OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(model="auto", messages=HELLO)
    assert raw.parse().choices[0].message.content == "Hello there"
    assert raw.headers["x-govern-model"] == "echo"
    assert raw.headers["x-govern-revision"] == "1"
    assert float(raw.headers["x-govern-cost-usd"]) > 0
    assert len(raw.headers["x-request-id"]) == 36


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert {"echo", "auto"} <= {model.id for model in client.models.list()}


@pytest.mark.parametrize("stream", [False, True])
def test_a_blocked_call_is_sent_once(client: openai.OpenAI, platform: Platform, stream: bool) -> None:
    before = _calls(platform)
    with pytest.raises(openai.PermissionDeniedError) as raised:
        client.with_options(max_retries=3).chat.completions.create(model="echo", messages=ATTACK, stream=stream)
    assert raised.value.code == "prompt_injection"
    assert _calls(platform) == before + 1


@pytest.mark.parametrize(
    ("model", "key", "error"),
    [
        ("nothing-of-that-name", HELPDESK, openai.NotFoundError),
        ("echo", "gk-wrong", openai.AuthenticationError),
        ("refusing", HELPDESK, openai.BadRequestError),
    ],
)
def test_each_refusal_is_the_error_that_the_sdk_has_for_it(
    client: openai.OpenAI, model: str, key: str, error: type[openai.APIStatusError]
) -> None:
    with pytest.raises(error) as raised:
        client.with_options(api_key=key).chat.completions.create(model=model, messages=HELLO)
    assert raised.value.request_id


def test_a_failing_provider_is_asked_again_by_the_sdk(client: openai.OpenAI, platform: Platform) -> None:
    before = _calls(platform)
    with pytest.raises(openai.InternalServerError) as raised:
        client.with_options(max_retries=1).chat.completions.create(model="broken", messages=HELLO)
    assert (raised.value.status_code, raised.value.code) == (502, "provider_error")
    assert _calls(platform) == before + 2


def _calls(platform: Platform) -> int:
    return int(platform.psql("SELECT count(*) FROM audit_event WHERE type = 'call.outcome'")[0][0])
