"""OpenAI's older completions: a chat of one message behind every provider, with the same guards, budget and record."""

import json
from typing import Any

import httpx
import openai
import pytest

from tests.govern.gateway.installation import HELPDESK, trail
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {HELPDESK}"}
PATH = "/v1/completions"
KEY = "AKIA" + "Q3EGNAB5ZLXTPVRW"


async def ask(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    return await client.post(PATH, json={"model": "echo", "prompt": "Say hello.", **fields}, headers=AUTH)


async def test_a_text(client: httpx.AsyncClient, simulator: ProviderSimulator) -> None:
    response = await ask(client, temperature=0.5, stop=["END"])
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["object"], body["model"], body["id"][:5]) == ("text_completion", "echo", "cmpl-")
    (choice,) = body["choices"]
    assert choice == {"text": choice["text"], "index": 0, "logprobs": None, "finish_reason": "stop"}
    assert "Say hello." in choice["text"]
    assert body["usage"]["total_tokens"] > 0
    sent = simulator.requests[-1]
    assert sent["messages"] == [{"role": "user", "content": "Say hello."}]
    assert (sent["temperature"], sent["stop"], sent["max_tokens"], "prompt" in sent) == (0.5, ["END"], 16, False)
    assert response.headers["x-govern-cost-usd"]
    assert (await trail())[-1]["type"] == "call.outcome"


async def test_a_streamed_text(client: httpx.AsyncClient) -> None:
    response = await ask(client, stream=True, stream_options={"include_usage": True}, max_tokens=40)
    events = [line[6:] for line in response.text.split("\n") if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    *told, usage = [json.loads(event) for event in events[:-1]]
    assert {event["object"] for event in told} == {"text_completion"}
    assert "Say hello." in "".join(event["choices"][0]["text"] for event in told)
    assert told[-1]["choices"][0]["finish_reason"] == "stop"
    assert (usage["choices"], usage["usage"]["total_tokens"] > 0) == ([], True)


async def test_each_prompt_is_a_call_of_its_own(client: httpx.AsyncClient) -> None:
    response = await ask(client, prompt=["First.", "Second.", "Third."])
    choices = response.json()["choices"]
    assert [choice["index"] for choice in choices] == [0, 1, 2]
    assert all(word in choice["text"] for word, choice in zip(("First", "Second", "Third"), choices, strict=True))
    assert [row["type"] for row in await trail()].count("call.outcome") == 3


async def test_one_bad_prompt_refuses_all(client: httpx.AsyncClient) -> None:
    response = await ask(client, prompt=["First.", f"My key is {KEY}, keep it."])
    assert (response.status_code, response.json()["error"]["code"]) == (403, "secret_leak")
    assert KEY not in response.text


async def test_the_guards_of_input_and_output_hold(client: httpx.AsyncClient) -> None:
    refused = await ask(client, prompt=f"My key is {KEY}, keep it.")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "secret_leak")
    masked = await ask(client, model="leaky", max_tokens=50)
    assert "jane.doe@example.com" not in masked.text
    streamed = await ask(client, model="leaky", max_tokens=50, stream=True)
    assert "jane.doe@example.com" not in streamed.text


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"prompt": [1, 2, 3]}, "prompt"),
    ({"prompt": [[1, 2], [3]]}, "prompt"),
    ({"prompt": None}, "prompt"),
    ({"prompt": ""}, "prompt"),
    ({"prompt": []}, "prompt"),
    ({"prompt": ["a", 1]}, "prompt"),
    ({"prompt": {"a": 1}}, "prompt"),
    ({"prompt": ["a"] * 33}, "prompt"),
    ({"prompt": ["a", "b"], "stream": True}, "prompt"),
    ({"suffix": "the end"}, "suffix"),
    ({"echo": True}, "echo"),
    ({"best_of": 3}, "best_of"),
    ({"logprobs": True}, "logprobs"),
    ({"logprobs": 99}, "logprobs"),
    ({"logprobs": "5"}, "logprobs"),
    ({"messages": []}, "messages"),
    ({"native_fields": {}}, "native_fields"),
    ({"temperature": 9}, "temperature"),
    ({"max_tokens": 0}, "max_tokens"),
]


@pytest.mark.parametrize(("fields", "param"), REFUSED)
async def test_what_no_chat_model_can_do_is_refused_in_words(
    client: httpx.AsyncClient, simulator: ProviderSimulator, fields: dict[str, Any], param: str
) -> None:
    response = await ask(client, **fields)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (400, "invalid_request", param)
    assert simulator.requests == []


async def test_what_says_nothing_is_let_be(client: httpx.AsyncClient) -> None:
    response = await ask(client, suffix=None, echo=False, best_of=1, logprobs=None, n=None, user="amy")
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("client", ["router"], indirect=True)
async def test_the_sdk_reads_it(client: httpx.AsyncClient) -> None:
    sdk = openai.AsyncOpenAI(base_url="http://localhost/v1", api_key=HELPDESK, http_client=client, max_retries=0)
    whole = await sdk.completions.create(model="echo", prompt="Say hello.")
    stream = await sdk.completions.create(model="echo", prompt="Say hello.", stream=True)
    assert "".join([piece.choices[0].text async for piece in stream]) == whole.choices[0].text
