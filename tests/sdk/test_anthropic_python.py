"""Anthropic's Python SDK at `/v1/messages`, before every kind of provider."""

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest

from tests.faults.platform import INJECTION, Platform
from tests.govern.gateway.installation import HELPDESK
from tests.sdk.scripted_answers import ARGUMENTS, INPUT_TOKENS, OUTPUT_TOKENS, TEXT

pytestmark = pytest.mark.long
ASKED: list[Any] = [{"role": "user", "content": "Weather in Taipei?"}]
WEATHER: Any = {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}


@pytest.fixture
def client(platform: Platform) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=platform.url, api_key=HELPDESK, timeout=30, max_retries=0) as opened:
        yield opened


def test_a_whole_answer(client: anthropic.Anthropic, kind: str) -> None:
    answer = client.messages.create(model=f"words-{kind}", max_tokens=100, system="Be kind.", messages=ASKED)
    assert [block.text for block in answer.content if block.type == "text"] == [TEXT]
    assert answer.stop_reason == "end_turn"
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (INPUT_TOKENS, OUTPUT_TOKENS)


def test_a_streamed_answer(client: anthropic.Anthropic, kind: str) -> None:
    with client.messages.stream(model=f"words-{kind}", max_tokens=100, messages=ASKED) as opened:
        told = "".join(opened.text_stream)
        answer = opened.get_final_message()
    assert told == TEXT
    assert [block.text for block in answer.content if block.type == "text"] == [TEXT]
    assert answer.stop_reason == "end_turn"
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (INPUT_TOKENS, OUTPUT_TOKENS)


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool(client: anthropic.Anthropic, kind: str, stream: bool) -> None:
    def said(messages: list[Any]) -> Any:
        asked: Any = {"model": f"calling-{kind}", "max_tokens": 100, "messages": messages, "tools": [WEATHER]}
        if not stream:
            return client.messages.create(**asked)
        with client.messages.stream(**asked) as opened:
            return opened.get_final_message()

    first = said(ASKED)
    (call,) = first.content
    assert (first.stop_reason, call.type, call.name, call.input) == ("tool_use", "tool_use", "weather", ARGUMENTS)
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "28"}
    second = said([*ASKED, {"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}])
    assert ([block.text for block in second.content], second.stop_reason) == ([TEXT], "end_turn")


@pytest.mark.parametrize("stream", [False, True])
def test_a_blocked_call(client: anthropic.Anthropic, stream: bool) -> None:
    attack: Any = [{"role": "user", "content": INJECTION}]
    with pytest.raises(anthropic.PermissionDeniedError) as raised:
        client.messages.create(model="words-anthropic", max_tokens=100, messages=attack, stream=stream)
    assert raised.value.type == "permission_error"


def test_models_and_the_id_of_a_call(client: anthropic.Anthropic, kind: str) -> None:
    names = [model.id for model in client.models.list()]
    assert f"words-{kind}" in names
    assert client.models.retrieve(f"words-{kind}").display_name == f"words-{kind}"
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("nothing")
    answer = client.messages.create(model=f"words-{kind}", max_tokens=100, messages=ASKED)
    assert answer._request_id
