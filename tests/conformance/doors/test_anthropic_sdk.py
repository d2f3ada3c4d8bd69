"""The `anthropic` SDK at `/v1/messages`."""

import contextlib

import anthropic
import pytest

from routing.providers.exchange import whole_as_chunk
from tests.conformance.doors.serving import REFUSED, Seen, completion, door, refusing
from tests.routing.loopback import Loopback

QUESTION = [{"role": "user", "content": "Weather in Taipei?"}]
TOOLS = [{"name": "weather", "description": "Says it.", "input_schema": {"type": "object", "properties": {}}}]


@contextlib.asynccontextmanager
async def client_of(handler):
    async with (
        Loopback(handler).serve() as server,
        anthropic.AsyncAnthropic(base_url=server.url, api_key="gk-amy", max_retries=0) as client,
    ):
        yield client


def ask(client, **fields):
    return {"model": "auto", "max_tokens": 200, "messages": QUESTION, **fields}


def assert_whole(message, *, calls):
    thinking, text, *others = message.content
    assert (thinking.type, thinking.thinking, thinking.signature) == ("thinking", "Taipei in July.", "c2lnbmVk")
    assert (text.type, text.text) == ("text", "Warm, 28 °C.")
    expected = [("call_1", "weather", {"city": "Taipei"}), ("call_2", "clock", {})] if calls else []
    assert [(block.id, block.name, block.input) for block in others] == expected
    assert message.stop_reason == ("tool_use" if calls else "end_turn")
    assert message.model == "gpt-5.4"
    usage = message.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (30, 40, 30)
    assert usage.output_tokens == 9


@pytest.mark.parametrize("calls", [False, True])
async def test_a_whole_answer(calls):
    seen = Seen()
    async with client_of(door(seen, calls=calls)) as client:
        message = await client.messages.create(**ask(client, tools=TOOLS, system="Be kind."))
    assert_whole(message, calls=calls)
    request = seen.requests[0]
    assert [(m.role, m.text()) for m in request.messages] == [("system", "Be kind."), ("user", "Weather in Taipei?")]
    assert request.tools[0].function.name == "weather"


@pytest.mark.parametrize("calls", [False, True])
async def test_a_streamed_answer(calls):
    async with client_of(door(Seen(), calls=calls)) as client, client.messages.stream(**ask(client)) as stream:
        text = "".join([piece async for piece in stream.text_stream])
        message = await stream.get_final_message()
    assert text == "Warm, 28 °C."
    assert_whole(message, calls=calls)


async def test_an_answer_that_its_provider_did_not_stream():
    chunk = whole_as_chunk(completion(calls=True))
    async with client_of(door(Seen(), streamed=[chunk])) as client, client.messages.stream(**ask(client)) as stream:
        message = await stream.get_final_message()
    assert_whole(message, calls=True)


async def test_an_answer_sent_back_with_the_results_of_its_calls():
    seen = Seen()
    async with client_of(door(seen, calls=True)) as client:
        message = await client.messages.create(**ask(client))
        results = [
            {"type": "tool_result", "tool_use_id": block.id, "content": "28 °C"}
            for block in message.content
            if block.type == "tool_use"
        ]
        turns = [*QUESTION, {"role": "assistant", "content": message.content}, {"role": "user", "content": results}]
        await client.messages.create(**ask(client, messages=turns))
    said = seen.requests[1].messages[1]
    assert [(block.thinking, block.signature) for block in said.thinking_blocks] == [("Taipei in July.", "c2lnbmVk")]
    assert [call.id for call in said.tool_calls] == ["call_1", "call_2"]
    assert [m.tool_call_id for m in seen.requests[1].messages[2:]] == ["call_1", "call_2"]


async def test_a_failure_in_mid_stream():
    async with client_of(door(Seen(), fails=True)) as client:
        with pytest.raises(anthropic.APIStatusError) as caught:
            async with client.messages.stream(**ask(client)) as stream:
                await stream.get_final_message()
    assert caught.value.body["error"]["code"] == "pii_leak"
    assert caught.value.body["error"]["govern"] == REFUSED["govern"]


async def test_a_refusal():
    async with client_of(refusing(403, REFUSED)) as client:
        with pytest.raises(anthropic.PermissionDeniedError) as caught:
            await client.messages.create(**ask(client))
    assert caught.value.body["error"]["type"] == "permission_error"
    assert caught.value.body["error"]["code"] == "pii_leak"
