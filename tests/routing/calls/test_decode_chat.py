"""Reading a chat completions body."""

import json

import pytest

from routing.calls import InvalidRequest, TextPart, decode_chat
from routing.calls.written import Written


def body(**fields) -> bytes:
    return json.dumps({"model": "gpt-5.4", "messages": [{"role": "user", "content": "Hello"}], **fields}).encode()


def test_a_plain_request():
    request = decode_chat(body(temperature=0, max_tokens=5, stream=True))
    assert request.model == "gpt-5.4"
    assert request.messages[0].text() == "Hello"
    assert request.temperature == 0
    assert request.max_output_tokens == 5
    assert request.stream is True


def test_max_completion_tokens_wins_over_max_tokens():
    assert decode_chat(body(max_tokens=5, max_completion_tokens=7)).max_output_tokens == 7


def test_content_as_parts():
    content = [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}]
    message = decode_chat(body(messages=[{"role": "user", "content": content}])).messages[0]
    assert message.parts()[0] == TextPart(text="a")
    assert message.text() == "a"


def test_every_role_is_known():
    messages = [{"role": role, "content": "x"} for role in ("system", "developer", "user", "assistant", "function")]
    messages.append({"role": "tool", "content": "x", "tool_call_id": "c1"})
    assert len(decode_chat(body(messages=messages)).messages) == 6


def test_null_is_as_good_as_absent():
    assert decode_chat(body(temperature=None, stop=None, tools=None)).temperature is None


def test_unknown_fields_are_kept():
    request = decode_chat(body(top_a=0.5))
    assert request.extra == {"top_a": 0.5}
    assert json.loads(request.body)["top_a"] == 0.5


def test_compact_bytes_are_forwarded_unchanged():
    raw = json.dumps(json.loads(body(user="müller")), separators=(",", ":"), ensure_ascii=False).encode()
    assert decode_chat(raw).body is raw


def test_a_key_sent_twice_is_forwarded_once_with_the_value_that_was_read():
    raw = b'{"model":"m","messages":[{"role":"user","content":"hidden","content":"seen"}]}'
    request = decode_chat(raw)
    assert request.messages[0].content == "seen"
    assert b"hidden" not in request.body


def test_a_changed_field_leaves_the_rest_alone():
    request = decode_chat(body(top_a=1, max_tokens=9)).with_fields(max_tokens=None, max_completion_tokens=3)
    assert request.max_output_tokens == 3
    assert json.loads(request.body) == json.loads(body(top_a=1, max_completion_tokens=3))


def test_a_change_that_does_not_fit_is_refused():
    with pytest.raises(InvalidRequest):
        decode_chat(body()).with_fields(max_tokens="many")


def test_the_bytes_of_another_door_are_forgotten_once_a_field_changes():
    request = decode_chat(body()).with_native("anthropic", Written(b"{}", {}))
    assert request.native is not None
    assert request.with_fields(max_tokens=1).native is None


@pytest.mark.parametrize(
    ("raw", "param", "words"),
    [
        (b"", None, "not valid JSON"),
        (b"{", None, "not valid JSON"),
        (b"[]", None, "must be a JSON object"),
        (b'"text"', None, "must be a JSON object"),
        (b'{"model":"\xff"}', None, "not valid UTF-8"),
        (b'{"model":"\\ud800"}', None, "not valid JSON"),
        (b"{}", "model", "missing"),
        (body(model=1), "model", "must be a string"),
        (body(messages=[]), "messages", "must be a list"),
        (body(messages="Hello"), "messages", "must be a list"),
        (body(messages=[{"role": "wizard", "content": "x"}]), "messages[0].role", "must be one of"),
        (body(messages=[{"role": "user"}]), "messages[0].content", "missing"),
        (body(messages=[{"content": "x"}]), "messages[0].role", "missing"),
        (body(messages=[{"role": "user", "content": 5}]), "messages[0].content", "must be a string"),
        (body(messages=[{"role": "user", "content": [{"type": "spell"}]}]), "messages[0].content[0].type", "text"),
        (body(messages=[{"role": "tool", "content": "x"}]), "messages[0].tool_call_id", "tool call"),
        (body(n=0), "n", ">= 1"),
        (body(n=10_000), "n", "<= 128"),
        (body(max_tokens=-1), "max_tokens", ">= 1"),
        (body(max_tokens="5"), "max_tokens", "whole number"),
        (body(max_tokens=True), "max_tokens", "whole number"),
        (body(temperature=3), "temperature", "<= 2"),
        (body(stream="yes"), "stream", "true or false"),
        (body(tools=[{"type": "function", "function": {}}]), "tools[0].function.name", "missing"),
        (body(stop=[1]), "stop[0]", "string"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_send(raw, param, words):
    with pytest.raises(InvalidRequest) as caught:
        decode_chat(raw)
    assert caught.value.param == param
    assert words in caught.value.message


@pytest.mark.parametrize("levels", [101, 5_000, 200_000])
def test_deep_nesting_is_refused(levels):
    raw = b'{"model":"m","messages":[],"x":' + b"[" * levels + b"]" * levels + b"}"
    with pytest.raises(InvalidRequest, match="nested deeper"):
        decode_chat(raw)


def test_many_brackets_are_not_deep():
    assert decode_chat(body(metadata={str(i): {} for i in range(500)})).metadata


def test_no_value_of_the_body_stands_in_the_message():
    with pytest.raises(InvalidRequest) as caught:
        decode_chat(body(messages=[{"role": "my secret prompt", "content": "x"}]))
    assert "secret" not in caught.value.message
