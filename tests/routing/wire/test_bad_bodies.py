"""A body that cannot be read is refused with the place of the culprit, in the words of its own format, and without its values."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.calls import InvalidRequest
from tests.routing.wire.bodies import google_bodies, messages_bodies, responses_bodies
from tests.routing.wire.doors import GOOGLE, MESSAGES, RESPONSES, decode

HI = [{"role": "user", "content": "Hi"}]
GOOGLE_HI = [{"role": "user", "parts": [{"text": "Hi"}]}]


def messages(**fields: Any) -> dict[str, Any]:
    return {"model": "m", "max_tokens": 5, "messages": HI, **fields}


def google(**fields: Any) -> dict[str, Any]:
    return {"contents": GOOGLE_HI, **fields}


BAD = [
    (MESSAGES, {"max_tokens": 5, "messages": HI}, "model"),
    (MESSAGES, {"model": "m", "max_tokens": 5}, "messages"),
    (MESSAGES, messages(messages=[]), "messages"),
    (MESSAGES, messages(messages="Hi"), "messages"),
    (MESSAGES, messages(messages=["Hi"]), "messages[0]"),
    (MESSAGES, messages(messages=[{"role": "user"}]), "messages[0].content"),
    (MESSAGES, messages(messages=[{"role": "boss", "content": "Hi"}]), "messages[0].role"),
    (MESSAGES, messages(messages=[{"role": "user", "content": 5}]), "messages[0].content"),
    (MESSAGES, messages(messages=[{"role": "user", "content": [{"text": "Hi"}]}]), "messages[0].content[0].type"),
    (MESSAGES, messages(messages=[{"role": "user", "content": [{"type": "text"}]}]), "messages[0].content[0].text"),
    (
        MESSAGES,
        messages(messages=[{"role": "user", "content": [{"type": "tool_result", "content": "x"}]}]),
        "messages[0].content[0].tool_use_id",
    ),
    (
        MESSAGES,
        messages(messages=[{"role": "user", "content": [{"type": "image", "source": {"type": "base64"}}]}]),
        "messages[0].content[0].source.media_type",
    ),
    (MESSAGES, messages(max_tokens=0), "max_tokens"),
    (MESSAGES, messages(max_tokens="many"), "max_tokens"),
    (MESSAGES, messages(temperature=9), "temperature"),
    (MESSAGES, messages(stop_sequences=5), "stop_sequences"),
    (MESSAGES, messages(tools=[{"description": "x"}]), "tools[0].name"),
    (MESSAGES, messages(tool_choice={"type": "some"}), "tool_choice.type"),
    (MESSAGES, messages(tool_choice={"type": "tool"}), "tool_choice.name"),
    (MESSAGES, messages(stream="yes"), "stream"),
    (RESPONSES, {"model": "m"}, "input"),
    (RESPONSES, {"input": "Hi"}, "model"),
    (RESPONSES, {"model": "m", "input": []}, "input"),
    (RESPONSES, {"model": "m", "input": [5]}, "input[0]"),
    (RESPONSES, {"model": "m", "input": [{"role": "user"}]}, "input[0].content"),
    (RESPONSES, {"model": "m", "input": [{"role": "tool", "content": "x"}]}, "input[0].role"),
    (RESPONSES, {"model": "m", "input": [{"type": "function_call", "name": "f"}]}, "input[0].call_id"),
    (RESPONSES, {"model": "m", "input": [{"type": "function_call_output", "call_id": "c"}]}, "input[0].output"),
    (RESPONSES, {"model": "m", "input": [{"type": "item_reference", "id": "x"}]}, "input[0]"),
    (
        RESPONSES,
        {"model": "m", "input": [{"role": "user", "id": "a long text", "content": "Hi"}]},
        "input[0].id",
    ),
    (RESPONSES, {"model": "m", "input": "Hi", "max_output_tokens": -1}, "max_output_tokens"),
    (RESPONSES, {"model": "m", "input": "Hi", "reasoning": "hard"}, "reasoning"),
    (RESPONSES, {"model": "m", "input": "Hi", "text": {"format": {"type": "xml"}}}, "text.format.type"),
    (RESPONSES, {"model": "m", "input": "Hi", "background": True}, "background"),
    (RESPONSES, {"model": "m", "input": "Hi", "conversation": "conv_1"}, "conversation"),
    (RESPONSES, {"model": "m", "input": "Hi", "prompt": {"id": "pmpt_1"}}, "prompt"),
    (RESPONSES, {"model": "m", "input": "Hi", "previous_response_id": "resp_1"}, "previous_response_id"),
    (RESPONSES, {"model": "m", "input": "Hi", "tools": [{"type": "function"}]}, "tools[0].name"),
    (GOOGLE, {}, "contents"),
    (GOOGLE, {"contents": []}, "contents"),
    (GOOGLE, {"contents": [{"role": "user"}]}, "contents[0].parts"),
    (GOOGLE, {"contents": [{"role": "assistant", "parts": []}]}, "contents[0].role"),
    (GOOGLE, {"contents": [{"parts": [{"text": 5}]}]}, "contents[0].parts[0].text"),
    (GOOGLE, {"contents": [{"parts": [{"inlineData": {}}]}]}, "contents[0].parts[0].inlineData.data"),
    (GOOGLE, google(generationConfig={"maxOutputTokens": 0}), "generationConfig.maxOutputTokens"),
    (GOOGLE, google(generationConfig={"temperature": "hot"}), "generationConfig.temperature"),
    (GOOGLE, google(generationConfig={"candidateCount": 1000}), "generationConfig.candidateCount"),
    (GOOGLE, google(generationConfig={"responseMimeType": "text/xml"}), "generationConfig.responseMimeType"),
    (GOOGLE, google(tools=[{"functionDeclarations": [{}]}]), "tools[0].functionDeclarations[0].name"),
    (
        GOOGLE,
        google(toolConfig={"functionCallingConfig": {"mode": "SOME"}}),
        "toolConfig.functionCallingConfig.mode",
    ),
    (GOOGLE, google(cachedContent="cachedContents/1"), "cachedContent"),
]


@pytest.mark.parametrize(("door", "body", "param"), BAD, ids=lambda value: value if isinstance(value, str) else None)
def test_the_culprit_is_named(door, body, param):
    with pytest.raises(InvalidRequest) as caught:
        decode(door, body)
    assert caught.value.param == param
    assert f"`{param}`" in caught.value.message
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("door", [MESSAGES, RESPONSES, GOOGLE], ids=lambda door: door.name)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"a":' * 200 + b"1" + b"}" * 200])
def test_what_is_no_object(door, body):
    with pytest.raises(InvalidRequest):
        door.whole.decode(body, door.path)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["type", "text", "role"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """Paths of everything in a body."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [(*path, key) for key, _ in children]
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += places(child, (*path, key))
    return found


@pytest.mark.parametrize(
    ("door", "bodies"),
    [(MESSAGES, messages_bodies()), (RESPONSES, responses_bodies()), (GOOGLE, google_bodies())],
    ids=["messages", "responses", "google"],
)
def test_anything_anywhere_is_read_or_refused(door, bodies):
    @given(body=bodies, value=JSON, data=st.data())
    @settings(max_examples=150, deadline=None)
    def check(body, value, data):
        body = json.loads(json.dumps(body))
        *path, last = data.draw(st.sampled_from(places(body)))
        place = body
        for step in path:
            place = place[step]
        place[last] = value
        try:
            decode(door, body)
        except InvalidRequest as error:
            assert error.message  # noqa: PT017 - either outcome is right, any other exception is not

    check()
