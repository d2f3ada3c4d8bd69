"""LangChain's `ChatOpenAI`, before every kind of provider."""

from typing import Any

import openai
import pytest
from langchain_core.messages import AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr

from tests.faults.platform import INJECTION, Platform
from tests.govern.gateway.installation import HELPDESK
from tests.sdk.scripted_answers import ARGUMENTS, FORM, INPUT_TOKENS, OUTPUT_TOKENS, TEXT

pytestmark = pytest.mark.long
QUESTION = "Weather in Taipei?"


class Report(BaseModel):
    """The weather of a city."""

    city: str
    degrees: int


@tool
def weather(city: str, days: int) -> str:
    """The weather of a city."""
    return f"{city}: 28 for {days} days"


def chat(platform: Platform, model: str, **options: Any) -> ChatOpenAI:
    return ChatOpenAI(
        model=model, base_url=f"{platform.url}/v1", api_key=SecretStr(HELPDESK), timeout=30, max_retries=0, **options
    )


@pytest.mark.parametrize("responses", [False, True])
def test_invoking(platform: Platform, kind: str, responses: bool) -> None:
    model = chat(platform, f"words-{kind}", use_responses_api=responses)
    answer = model.invoke([SystemMessage("Be kind."), HumanMessage(QUESTION)])
    assert answer.text == TEXT
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["input_tokens"] == INPUT_TOKENS
    assert answer.usage_metadata["output_tokens"] == OUTPUT_TOKENS


@pytest.mark.parametrize("responses", [False, True])
def test_streaming(platform: Platform, kind: str, responses: bool) -> None:
    model = chat(platform, f"words-{kind}", use_responses_api=responses, stream_usage=True)
    told = list(model.stream(QUESTION))
    assert "".join(chunk.text for chunk in told) == TEXT
    assert len([chunk for chunk in told if chunk.text]) >= 1
    whole = sum(told[1:], told[0])
    assert isinstance(whole, AIMessageChunk)
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["total_tokens"] == INPUT_TOKENS + OUTPUT_TOKENS


@pytest.mark.parametrize("stream", [False, True])
def test_tools(platform: Platform, kind: str, stream: bool) -> None:
    model = chat(platform, f"calling-{kind}", streaming=stream).bind_tools([weather])
    first = model.invoke(QUESTION)
    (call,) = first.tool_calls
    assert (call["name"], call["args"]) == ("weather", ARGUMENTS)
    result = weather.invoke(call)
    assert isinstance(result, ToolMessage)
    assert model.invoke([HumanMessage(QUESTION), first, result]).text == TEXT


def test_structured_output(platform: Platform, kind: str) -> None:
    assert chat(platform, f"form-{kind}").with_structured_output(Report).invoke(QUESTION) == Report.model_validate_json(
        FORM
    )


@pytest.mark.parametrize("stream", [False, True])
def test_a_blocked_call(platform: Platform, stream: bool) -> None:
    with pytest.raises(openai.PermissionDeniedError) as raised:
        chat(platform, "words-openai", streaming=stream).invoke(INJECTION)
    assert raised.value.code == "prompt_injection"
