"""The `openai` SDK at `/v1/responses`."""

import contextlib

import openai
import pytest

from routing.providers.exchange import whole_as_chunk
from tests.conformance.doors.serving import REFUSED, Seen, completion, door, refusing
from tests.routing.loopback import Loopback

QUESTION = "Weather in Taipei?"
TOOLS = [{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}, "strict": False}]


@contextlib.asynccontextmanager
async def client_of(handler):
    async with (
        Loopback(handler).serve() as server,
        openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="gk-amy", max_retries=0) as client,
    ):
        yield client


def assert_whole(response, *, calls):
    assert response.status == "completed"
    assert response.output_text == "Warm, 28 °C."
    reasoning, message, *others = response.output
    assert (reasoning.type, reasoning.summary[0].text) == ("reasoning", "Taipei in July.")
    assert reasoning.encrypted_content
    assert message.content[0].text == "Warm, 28 °C."
    expected = [("call_1", "weather", '{"city":"Taipei"}'), ("call_2", "clock", "{}")] if calls else []
    assert [(item.call_id, item.name, item.arguments) for item in others] == expected
    assert response.model == "gpt-5.4"
    usage = response.usage
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (100, 9, 109)
    assert usage.input_tokens_details.cached_tokens == 40
    assert usage.output_tokens_details.reasoning_tokens == 4


@pytest.mark.parametrize("calls", [False, True])
async def test_a_whole_answer(calls):
    seen = Seen()
    async with client_of(door(seen, calls=calls)) as client:
        response = await client.responses.create(model="auto", input=QUESTION, instructions="Be kind.", tools=TOOLS)
    assert_whole(response, calls=calls)
    request = seen.requests[0]
    assert [(m.role, m.text()) for m in request.messages] == [("system", "Be kind."), ("user", QUESTION)]
    assert request.tools[0].function.name == "weather"


@pytest.mark.parametrize("calls", [False, True])
async def test_a_streamed_answer(calls):
    async with (
        client_of(door(Seen(), calls=calls)) as client,
        client.responses.stream(model="auto", input=QUESTION) as stream,
    ):
        told = [event async for event in stream]
        response = await stream.get_final_response()
    assert "".join(event.delta for event in told if event.type == "response.output_text.delta") == "Warm, 28 °C."
    assert_whole(response, calls=calls)


async def test_a_stream_read_event_by_event():
    async with client_of(door(Seen(), calls=True)) as client:
        told = [event async for event in await client.responses.create(model="auto", input=QUESTION, stream=True)]
    assert [event.sequence_number for event in told] == list(range(len(told)))
    assert_whole(told[-1].response, calls=True)


async def test_an_answer_that_its_provider_did_not_stream():
    chunk = whole_as_chunk(completion(calls=True))
    async with (
        client_of(door(Seen(), streamed=[chunk])) as client,
        client.responses.stream(model="auto", input=QUESTION) as stream,
    ):
        response = await stream.get_final_response()
    assert_whole(response, calls=True)


async def test_an_answer_sent_back_with_the_results_of_its_calls():
    seen = Seen()
    async with client_of(door(seen, calls=True)) as client:
        response = await client.responses.create(model="auto", input=QUESTION)
        results = [
            {"type": "function_call_output", "call_id": item.call_id, "output": "28 °C"}
            for item in response.output
            if item.type == "function_call"
        ]
        items = [{"role": "user", "content": QUESTION}, *response.output, *results]
        await client.responses.create(model="auto", input=items)
    _, said, *results = seen.requests[1].messages
    assert [(block.thinking, block.signature) for block in said.thinking_blocks] == [("Taipei in July.", "c2lnbmVk")]
    assert said.text() == "Warm, 28 °C."
    assert [call.id for call in said.tool_calls] == ["call_1", "call_2"]
    assert [m.tool_call_id for m in results] == ["call_1", "call_2"]


async def test_a_failure_in_mid_stream():
    async with client_of(door(Seen(), fails=True)) as client:
        with pytest.raises(openai.APIError) as caught:
            async for _ in await client.responses.create(model="auto", input=QUESTION, stream=True):
                pass
    assert caught.value.code == "pii_leak"
    assert caught.value.body["govern"] == REFUSED["govern"]


async def test_a_refusal():
    async with client_of(refusing(403, REFUSED)) as client:
        with pytest.raises(openai.PermissionDeniedError) as caught:
            await client.responses.create(model="auto", input=QUESTION)
    assert caught.value.code == "pii_leak"
