"""The `google-genai` SDK at `/v1beta/models/{model}:generateContent` and `:streamGenerateContent`."""

import contextlib

import pytest
from google import genai
from google.genai import errors, types

from routing.providers.exchange import whole_as_chunk
from tests.conformance.doors.serving import REFUSED, Seen, completion, door, refusing
from tests.routing.loopback import Loopback

QUESTION = "Weather in Taipei?"
WEATHER = types.FunctionDeclaration(
    name="weather",
    description="Says it.",
    parameters=types.Schema(type=types.Type.OBJECT, properties={"city": types.Schema(type=types.Type.STRING)}),
)


@contextlib.asynccontextmanager
async def models_of(handler):
    async with Loopback(handler).serve() as server:
        client = genai.Client(api_key="gk-amy", http_options=types.HttpOptions(base_url=server.url))
        yield client.aio.models
        await client.aio.aclose()
        client.close()


def assert_whole(response, *, calls):
    parts = response.candidates[0].content.parts
    assert [part.text for part in parts if part.thought and part.text] == ["Taipei in July."]
    assert "".join(part.text for part in parts if part.text and not part.thought) == "Warm, 28 °C."
    assert_calls_and_end(response, calls=calls)


def assert_calls_and_end(response, *, calls):
    found = [(call.id, call.name, call.args) for call in response.function_calls or []]
    assert found == ([("call_1", "weather", {"city": "Taipei"}), ("call_2", "clock", {})] if calls else [])
    assert response.candidates[0].finish_reason == types.FinishReason.STOP
    assert response.model_version == "gpt-5.4"
    usage = response.usage_metadata
    assert (usage.prompt_token_count, usage.candidates_token_count, usage.thoughts_token_count) == (100, 5, 4)
    assert (usage.cached_content_token_count, usage.total_token_count) == (40, 109)


@pytest.mark.parametrize("calls", [False, True])
async def test_a_whole_answer(calls):
    seen = Seen()
    config = types.GenerateContentConfig(
        system_instruction="Be kind.", tools=[types.Tool(function_declarations=[WEATHER])], max_output_tokens=50
    )
    async with models_of(door(seen, calls=calls)) as models:
        response = await models.generate_content(model="auto", contents=QUESTION, config=config)
    assert_whole(response, calls=calls)
    request = seen.requests[0]
    assert (request.model, request.max_output_tokens) == ("auto", 50)
    assert [(m.role, m.text()) for m in request.messages] == [("system", "Be kind."), ("user", QUESTION)]
    assert request.tools[0].function.parameters == {"type": "object", "properties": {"city": {"type": "string"}}}


@pytest.mark.parametrize("calls", [False, True])
async def test_a_streamed_answer(calls):
    async with models_of(door(Seen(), calls=calls)) as models:
        told = [chunk async for chunk in await models.generate_content_stream(model="auto", contents=QUESTION)]
    parts = [part for chunk in told for part in chunk.candidates[0].content.parts or []]
    assert "".join(part.text for part in parts if part.text and part.thought) == "Taipei in July."
    assert "".join(part.text for part in parts if part.text and not part.thought) == "Warm, 28 °C."
    assert_calls_and_end(told[-1], calls=calls)


async def test_an_answer_that_its_provider_did_not_stream():
    chunk = whole_as_chunk(completion(calls=True))
    async with models_of(door(Seen(), streamed=[chunk])) as models:
        told = [piece async for piece in await models.generate_content_stream(model="auto", contents=QUESTION)]
    assert_calls_and_end(told[-1], calls=True)


async def test_an_answer_sent_back_with_the_results_of_its_calls():
    seen = Seen()
    async with models_of(door(seen, calls=True)) as models:
        response = await models.generate_content(model="auto", contents=QUESTION)
        results = [
            types.Part(function_response=types.FunctionResponse(id=call.id, name=call.name, response={"result": "28"}))
            for call in response.function_calls
        ]
        contents = [
            types.Content(role="user", parts=[types.Part(text=QUESTION)]),
            response.candidates[0].content,
            types.Content(role="user", parts=results),
        ]
        await models.generate_content(model="auto", contents=contents)
    _, said, *answers = seen.requests[1].messages
    assert [(block.thinking, block.signature) for block in said.thinking_blocks] == [("Taipei in July.", "c2lnbmVk")]
    assert said.text() == "Warm, 28 °C."
    assert [call.id for call in said.tool_calls] == ["call_1", "call_2"]
    assert [m.tool_call_id for m in answers] == ["call_1", "call_2"]


async def test_a_failure_in_mid_stream():
    async with models_of(door(Seen(), fails=True)) as models:
        with pytest.raises(errors.APIError) as caught:
            async for _ in await models.generate_content_stream(model="auto", contents=QUESTION):
                pass
    assert (caught.value.code, caught.value.status) == (403, "PERMISSION_DENIED")
    assert caught.value.message == REFUSED["message"]


async def test_a_refusal():
    async with models_of(refusing(403, REFUSED)) as models:
        with pytest.raises(errors.ClientError) as caught:
            await models.generate_content(model="auto", contents=QUESTION)
    assert caught.value.code == 403
    assert caught.value.details["error"]["reason"] == "pii_leak"
    assert caught.value.details["error"]["govern"] == REFUSED["govern"]
