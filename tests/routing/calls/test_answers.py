"""Answers: their texts, and their form as chat completions."""

import json

import pytest

from routing.calls import (
    AnswerMessage,
    Choice,
    Chunk,
    Completion,
    Delta,
    FunctionCall,
    NativePart,
    ThinkingPart,
    ToolCall,
    ToolCallDelta,
    Usage,
    encode_chunk,
    encode_completion,
    output_surfaces,
    replace_output_surfaces,
    sse_event,
)

IDENTITY = {"id": "chatcmpl-1", "model": "gpt-5.4", "created_s": 7}


def completion(**fields) -> Completion:
    return Completion(choices=[Choice(message=AnswerMessage(**fields))], usage=Usage(), raw=b"{}", raw_kind="openai")


CALL = ToolCall(id="c1", function=FunctionCall("look", '{"at":"sky"}'))


def test_a_whole_answer():
    answer = completion(content="Paris")
    answer.usage = Usage(input_tokens=12, output_tokens=30, cached_input_tokens=4, reasoning_tokens=20)
    written = json.loads(encode_completion(answer, **IDENTITY))
    assert written["object"] == "chat.completion"
    assert written["id"] == "chatcmpl-1"
    assert written["created"] == 7
    assert written["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Paris", "refusal": None, "annotations": []},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ]
    assert written["usage"]["total_tokens"] == 42
    assert written["usage"]["prompt_tokens_details"]["cached_tokens"] == 4
    assert written["usage"]["completion_tokens_details"]["reasoning_tokens"] == 20


def test_tool_calls_stand_beside_null_content():
    message = json.loads(encode_completion(completion(tool_calls=[CALL]), **IDENTITY))["choices"][0]["message"]
    assert message["content"] is None
    assert message["tool_calls"] == [
        {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at":"sky"}'}}
    ]


def test_a_chunk():
    chunk = Chunk(deltas=[Delta(role="assistant", content="Pa")], usage=Usage(input_tokens=1))
    written = json.loads(encode_chunk(chunk, **IDENTITY))
    assert written["object"] == "chat.completion.chunk"
    assert written["choices"] == [
        {"index": 0, "delta": {"role": "assistant", "content": "Pa"}, "logprobs": None, "finish_reason": None}
    ]
    assert "usage" not in written


def test_the_usage_chunk_has_no_choices():
    written = json.loads(encode_chunk(Chunk(usage=Usage(input_tokens=1)), usage=True, **IDENTITY))
    assert written["choices"] == []
    assert written["usage"]["prompt_tokens"] == 1


def test_id_type_and_name_of_a_tool_call_come_once():
    first = Chunk(deltas=[Delta(tool_calls=[ToolCallDelta(index=0, id="c1", type="function", name="look")])])
    second = Chunk(deltas=[Delta(tool_calls=[ToolCallDelta(index=0, arguments="{}")])])
    pieces = [
        json.loads(encode_chunk(chunk, **IDENTITY))["choices"][0]["delta"]["tool_calls"][0] for chunk in (first, second)
    ]
    assert pieces == [
        {"index": 0, "id": "c1", "type": "function", "function": {"name": "look", "arguments": ""}},
        {"index": 0, "function": {"arguments": "{}"}},
    ]


def test_an_event():
    assert sse_event(b"{}") == b"data: {}\n\n"


def test_texts_of_an_answer():
    answer = completion(
        content="Paris",
        reasoning="Hm",
        tool_calls=[CALL],
        thinking_blocks=[ThinkingPart(thinking="Hm", signature="s")],
        annotations=[{"type": "url_citation", "url_citation": {"url": "https://a", "title": "My title"}}],
        audio={"data": "AAAA", "transcript": "spoken words"},
        native_blocks=[NativePart(kind="anthropic", block={"type": "x", "text": "advice"})],
        extra={"unknown": "a text"},
    )
    found = {(surface.role, surface.text) for surface in output_surfaces(answer)}
    beside = ("Hm", "look", "c1", "s", "https://a", "My title", "x", "advice", "unknown", "a text")
    assert found == {
        *(("assistant", text) for text in ("Paris", "Hm", "spoken words")),
        *(("parameter", text) for text in beside),
        ("tool_arguments", '{"at":"sky"}'),
        ("parameter", "AAAA"),
    }


def test_a_plain_answer_and_a_rich_one_name_places_alike():
    plain = output_surfaces(completion(content="Paris"))
    rich = output_surfaces(completion(content="Paris", extra={"unknown": "a text"}))
    assert plain[0] == rich[0]


def test_a_replaced_text_forgets_the_providers_bytes_and_token_probabilities():
    answer = completion(content="Amy is here")
    answer.choices[0].logprobs = {"content": [{"token": "Amy"}]}
    changed = replace_output_surfaces(answer, {"choices[0].message.content": "… is here"})
    assert changed.choices[0].message.content == "… is here"
    assert changed.choices[0].logprobs is None
    assert changed.raw is None
    assert answer.choices[0].message.content == "Amy is here"


def test_signed_reasoning_that_changes_is_dropped():
    blocks = [ThinkingPart(thinking="Amy", signature="s"), ThinkingPart(thinking="fine", signature="t")]
    changed = replace_output_surfaces(
        completion(thinking_blocks=blocks), {"choices[0].message.thinking_blocks[0].thinking": "…"}
    )
    assert changed.choices[0].message.thinking_blocks == [ThinkingPart(thinking="fine", signature="t")]


def test_a_location_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="no text at"):
        replace_output_surfaces(completion(content="x"), {"choices[3].message.content": "y"})
