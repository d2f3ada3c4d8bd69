"""Google's Python SDK at `/v1beta`, before every kind of provider."""

from collections.abc import Iterator

import pytest
from google import genai
from google.genai import errors, types

from tests.faults.platform import INJECTION, Platform
from tests.govern.gateway.installation import HELPDESK
from tests.sdk.scripted_answers import ARGUMENTS, INPUT_TOKENS, OUTPUT_TOKENS, TEXT

pytestmark = pytest.mark.long
QUESTION = "Weather in Taipei?"
WEATHER = types.FunctionDeclaration(
    name="weather", parameters_json_schema={"type": "object", "properties": {"city": {"type": "string"}}}
)
CALLING = types.GenerateContentConfig(
    tools=[types.Tool(function_declarations=[WEATHER])],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
)


@pytest.fixture
def client(platform: Platform) -> Iterator[genai.Client]:
    options = types.HttpOptions(base_url=platform.url, timeout=30_000)
    opened = genai.Client(api_key=HELPDESK, http_options=options)
    yield opened
    opened.close()


def assert_usage(answer: types.GenerateContentResponse) -> None:
    used = answer.usage_metadata
    assert used is not None
    assert (used.prompt_token_count, used.candidates_token_count) == (INPUT_TOKENS, OUTPUT_TOKENS)


def test_a_whole_answer(client: genai.Client, kind: str) -> None:
    config = types.GenerateContentConfig(system_instruction="Be kind.", temperature=0.5)
    answer = client.models.generate_content(model=f"words-{kind}", contents=QUESTION, config=config)
    assert answer.text == TEXT
    assert answer.candidates is not None
    assert answer.candidates[0].finish_reason == types.FinishReason.STOP
    assert_usage(answer)


def test_a_streamed_answer(client: genai.Client, kind: str) -> None:
    told = list(client.models.generate_content_stream(model=f"words-{kind}", contents=QUESTION))
    assert "".join(piece.text or "" for piece in told) == TEXT
    assert told[-1].candidates is not None
    assert told[-1].candidates[0].finish_reason == types.FinishReason.STOP
    assert_usage(told[-1])


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool(client: genai.Client, kind: str, stream: bool) -> None:
    def said(contents: list[types.Content]) -> list[types.Part]:
        ask = client.models.generate_content_stream if stream else client.models.generate_content
        answered = ask(model=f"calling-{kind}", contents=contents, config=CALLING)  # type: ignore[operator]
        pieces = list(answered) if stream else [answered]
        return [part for piece in pieces for part in piece.candidates[0].content.parts or []]

    asked = types.Content(role="user", parts=[types.Part(text=QUESTION)])
    parts = said([asked])
    (call,) = [part.function_call for part in parts if part.function_call]
    assert (call.name, call.args) == ("weather", ARGUMENTS)
    response = types.FunctionResponse(id=call.id, name=call.name, response={"result": "28"})
    answered = types.Content(role="user", parts=[types.Part(function_response=response)])
    second = said([asked, types.Content(role="model", parts=parts), answered])
    assert "".join(part.text or "" for part in second) == TEXT


@pytest.mark.parametrize("stream", [False, True])
def test_a_blocked_call(client: genai.Client, stream: bool) -> None:
    ask = client.models.generate_content_stream if stream else client.models.generate_content
    with pytest.raises(errors.ClientError) as raised:
        list(ask(model="words-google", contents=INJECTION))  # type: ignore[operator]
    assert (raised.value.code, raised.value.status) == (403, "PERMISSION_DENIED")
