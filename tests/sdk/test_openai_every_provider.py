"""OpenAI's Python SDK at both of its front doors, before every kind of provider."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from tests.faults.platform import Platform
from tests.govern.gateway.installation import HELPDESK
from tests.sdk.scripted_answers import ARGUMENTS, FORM, INPUT_TOKENS, OUTPUT_TOKENS, TEXT

pytestmark = pytest.mark.long
QUESTION = "Weather in Taipei?"
ASKED: list[Any] = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": QUESTION}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
CHAT_TOOL: Any = {"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}
RESPONSES_TOOL: Any = {"type": "function", "name": "weather", "parameters": PARAMETERS, "strict": False}


class Report(BaseModel):
    city: str
    degrees: int


@pytest.fixture
def client(platform: Platform) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{platform.url}/v1", api_key=HELPDESK, timeout=30, max_retries=0) as opened:
        yield opened


def test_a_whole_chat_answer(client: openai.OpenAI, kind: str) -> None:
    raw = client.chat.completions.with_raw_response.create(model=f"words-{kind}", messages=ASKED)
    answer = raw.parse()
    assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == (TEXT, "stop")
    assert answer.model == f"words-{kind}"
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (INPUT_TOKENS, OUTPUT_TOKENS)
    assert raw.headers["x-govern-cost-usd"] == "0.000034"  # 20 × 0.001 and 7 × 0.002 USD a thousand


def test_a_streamed_chat_answer(client: openai.OpenAI, kind: str) -> None:
    options: Any = {"include_usage": True}
    chunks = list(
        client.chat.completions.create(model=f"words-{kind}", messages=ASKED, stream=True, stream_options=options)
    )
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == TEXT
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == INPUT_TOKENS + OUTPUT_TOKENS


@pytest.mark.parametrize("stream", [False, True])
def test_a_chat_with_a_tool(client: openai.OpenAI, kind: str, stream: bool) -> None:
    def said(messages: list[Any]) -> Any:
        asked: Any = {"model": f"calling-{kind}", "messages": messages, "tools": [CHAT_TOOL]}
        if not stream:
            return client.chat.completions.create(**asked).choices[0]
        with client.chat.completions.stream(**asked) as opened:
            return opened.get_final_completion().choices[0]

    first = said(ASKED)
    (call,) = first.message.tool_calls
    assert first.finish_reason == "tool_calls"
    assert (call.function.name, json.loads(call.function.arguments)) == ("weather", ARGUMENTS)
    turn = {"role": "assistant", "tool_calls": [call.model_dump(include={"id", "type", "function"})]}
    second = said([*ASKED, turn, {"role": "tool", "tool_call_id": call.id, "content": "28"}])
    assert (second.message.content, second.finish_reason) == (TEXT, "stop")


def test_a_chat_answer_of_a_given_form(client: openai.OpenAI, kind: str) -> None:
    answer = client.chat.completions.parse(model=f"form-{kind}", messages=ASKED, response_format=Report)
    assert answer.choices[0].message.parsed == Report.model_validate_json(FORM)


def test_a_whole_response(client: openai.OpenAI, kind: str) -> None:
    answer = client.responses.create(model=f"words-{kind}", instructions="Be kind.", input=QUESTION)
    assert (answer.output_text, answer.status, answer.model) == (TEXT, "completed", f"words-{kind}")
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (INPUT_TOKENS, OUTPUT_TOKENS)


def test_a_streamed_response(client: openai.OpenAI, kind: str) -> None:
    with client.responses.stream(model=f"words-{kind}", input=QUESTION) as opened:
        told = "".join(event.delta for event in opened if event.type == "response.output_text.delta")
        answer = opened.get_final_response()
    assert (told, answer.output_text, answer.status, answer.model) == (TEXT, TEXT, "completed", f"words-{kind}")
    assert answer.usage is not None
    assert answer.usage.total_tokens == INPUT_TOKENS + OUTPUT_TOKENS


@pytest.mark.parametrize("stream", [False, True])
def test_a_response_with_a_tool(client: openai.OpenAI, kind: str, stream: bool) -> None:
    def said(**asked: Any) -> Any:
        if not stream:
            return client.responses.create(model=f"calling-{kind}", tools=[RESPONSES_TOOL], **asked)
        with client.responses.stream(model=f"calling-{kind}", tools=[RESPONSES_TOOL], **asked) as opened:
            return opened.get_final_response()

    first = said(input=QUESTION)
    (call,) = first.output
    assert (call.name, json.loads(call.arguments)) == ("weather", ARGUMENTS)
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "28"}
    assert said(input=[result], previous_response_id=first.id).output_text == TEXT


def test_a_response_of_a_given_form(client: openai.OpenAI, kind: str) -> None:
    answer = client.responses.parse(model=f"form-{kind}", input=QUESTION, text_format=Report)
    assert answer.output_parsed == Report.model_validate_json(FORM)
