"""Slow models and calls that are too long, through the official Python SDKs and a real server."""

import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import anthropic
import httpx
import openai
import pytest
from google import genai
from google.genai import errors, types

from tests.faults.platform import Platform
from tests.govern.gateway.installation import HELPDESK
from tests.routing.test_sizes import PROSE

pytestmark = pytest.mark.long
QUESTION = "Hello there"
TOO_LONG = PROSE * 100_000
"""About 2,500,000 tokens."""


def chat(url: str, model: str, text: str = QUESTION) -> str:
    client = openai.OpenAI(base_url=f"{url}/v1", api_key=HELPDESK)
    stream = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=20, stream=True
    )
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def responses(url: str, model: str, text: str = QUESTION) -> str:
    client = openai.OpenAI(base_url=f"{url}/v1", api_key=HELPDESK)
    with client.responses.stream(model=model, input=text, max_output_tokens=20) as stream:
        for _ in stream:
            pass
        return stream.get_final_response().output_text


def messages(url: str, model: str, text: str = QUESTION) -> str:
    client = anthropic.Anthropic(base_url=url, api_key=HELPDESK)
    with client.messages.stream(model=model, max_tokens=20, messages=[{"role": "user", "content": text}]) as stream:
        return stream.get_final_text()


def google(url: str, model: str, text: str = QUESTION) -> str:
    options = types.HttpOptions(base_url=url, timeout=60_000)
    client = genai.Client(api_key=HELPDESK, http_options=options)
    return "".join(piece.text or "" for piece in client.models.generate_content_stream(model=model, contents=text))


SDKS = (chat, responses, messages, google)


def test_slow_models_are_waited_for(platform: Platform) -> None:
    with ThreadPoolExecutor(8) as pool:
        said = [pool.submit(sdk, platform.url, model) for sdk in SDKS for model in ("late", "pausing")]
        assert [each.result() for each in said] == [QUESTION] * len(said)


@pytest.mark.parametrize("model", ["late", "pausing"])
def test_signs_of_life_arrive_in_time(platform: Platform, model: str) -> None:
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": QUESTION}], "max_tokens": 20}
    times = [time.monotonic()]
    with httpx.stream(
        "POST",
        f"{platform.url}/v1/messages",
        json=body,
        headers={"x-api-key": HELPDESK},
        timeout=30,
    ) as answer:
        times.append(time.monotonic())
        assert answer.status_code == 200
        times += [time.monotonic() for _ in answer.iter_raw()]
    assert max(after - before for before, after in itertools.pairwise(times)) < 16.5


@pytest.mark.parametrize(
    ("sdk", "refused"),
    [
        (chat, openai.BadRequestError),
        (responses, openai.BadRequestError),
        (messages, anthropic.BadRequestError),
        (google, errors.ClientError),
    ],
)
def test_what_is_too_long_is_refused_once(
    platform: Platform, sdk: Callable[..., str], refused: type[Exception]
) -> None:
    with pytest.raises(refused, match="too long"):
        sdk(platform.url, "echo", TOO_LONG)
