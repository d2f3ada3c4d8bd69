"""What OpenAI and its imitators answer."""

import json

import pytest

from routing.calls import Usage, output_surfaces
from routing.errors import ProviderError
from routing.wire.chat.read_answers import ChatStreamReader, read_completion
from routing.wire.events import Event
from routing.wire.interface import AnswerIdentity
from routing.wire.messages.write_stream import MessageStream
from tests.conformance.answers import of_chunks


def answer(message=None, **fields):
    choice = {"index": 0, "message": {"role": "assistant", "content": "Hi"} | (message or {}), "finish_reason": "stop"}
    return read_completion(json.dumps({"id": "x", "model": "m", "choices": [choice], **fields}).encode())


def chunk(delta=None, reason=None, **fields):
    return {"choices": [{"index": 0, "delta": delta or {}, "finish_reason": reason}], **fields}


def read(*chunks):
    reader = ChatStreamReader()
    found = [reader.read(Event("", json.dumps(data).encode())) for data in chunks]
    return reader, [piece for piece in found if piece]


USAGE = {
    "prompt_tokens": 100,
    "completion_tokens": 50,
    "total_tokens": 150,
    "prompt_tokens_details": {"cached_tokens": 40, "audio_tokens": 5},
    "completion_tokens_details": {"reasoning_tokens": 30, "audio_tokens": 2, "accepted_prediction_tokens": 3},
}


def test_usage_of_every_class():
    assert answer(usage=USAGE).usage == Usage(
        input_tokens=100,
        output_tokens=50,
        cached_input_tokens=40,
        input_audio_tokens=5,
        reasoning_tokens=30,
        output_audio_tokens=2,
        accepted_prediction_tokens=3,
    )


def test_reasoning_outside_of_the_completion_is_added():
    details = {"reasoning_tokens": 189}
    usage = {"prompt_tokens": 291, "completion_tokens": 26, "total_tokens": 506, "completion_tokens_details": details}
    read = answer(usage=usage).usage
    assert (read.output_tokens, read.reasoning_tokens, read.total_tokens) == (215, 189, 506)


def test_a_silent_provider_is_estimated():
    assert answer().usage.estimated


def test_cached_tokens_under_other_names():
    for cached in ({"prompt_cache_hit_tokens": 7}, {"cached_tokens": 7}):
        assert answer(usage={"prompt_tokens": 9, "completion_tokens": 1, **cached}).usage.cached_input_tokens == 7


def test_arguments_in_every_shape():
    shapes = ['{"a":1}', {"a": 1}, None, ""]
    calls = [{"id": f"c{i}", "function": {"name": "f", "arguments": shape}} for i, shape in enumerate(shapes)]
    found = answer({"content": "", "tool_calls": calls}).choices[0].message
    assert [call.function.arguments for call in found.tool_calls] == ['{"a":1}', '{"a":1}', "{}", "{}"]
    assert found.content is None


def test_a_call_without_id_gets_one():
    calls = [{"function": {"name": "f", "arguments": "{}"}}] * 2
    first, second = answer({"tool_calls": calls}).choices[0].message.tool_calls
    assert first.id
    assert first.id != second.id


def test_content_and_reasoning_in_parts():
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}, {"type": "text", "text": "Hi"}]
    message = answer({"content": parts}).choices[0].message
    assert (message.content, message.reasoning) == ("Hi", "Hm")


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
def test_reasoning_under_either_name(name):
    assert answer({name: "Hm"}).choices[0].message.reasoning == "Hm"


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("model_length", "length"),
        ("anything else", "stop"),
        (None, "stop"),
        (7, "stop"),
    ],
)
def test_finish_reasons(reason, finish):
    body = {"choices": [{"message": {"content": "Hi"}, "finish_reason": reason}]}
    assert read_completion(json.dumps(body).encode()).choices[0].finish_reason == finish


def test_unknown_fields_are_passed_on():
    read = answer({"mood": "good"}, citations=["https://a"])
    assert read.choices[0].message.extra == {"mood": "good"}
    assert read.extra == {"citations": ["https://a"]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b"null",
        b"{}",
        b'{"choices":[]}',
        b'{"choices":null}',
        b'{"choices":"x"}',
        b'{"error":{"message":"no","type":"server_error"}}',
        b'{"error":"no"}',
        b'{"choices":[{"finish_reason":"error","message":{}}]}',
    ],
)
def test_what_is_no_answer(body):
    with pytest.raises(ProviderError) as caught:
        read_completion(body)
    assert caught.value.code == "provider_error"


def test_wrong_types_read_as_absent():
    message = {"content": 5, "tool_calls": "x", "annotations": {}, "reasoning": [], "refusal": {}}
    read = answer(message, usage={"prompt_tokens": "9", "completion_tokens": None, "total_tokens": -1}, model=3, id=4)
    assert read.choices[0].message.content is None
    assert read.usage.total_tokens == 0


def test_a_stream():
    reader, chunks = read(
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": "Hel"}),
        chunk({"content": "lo"}, "stop"),
        {"usage": USAGE},
    )
    assert reader.complete
    found = of_chunks(chunks)
    assert (found.content, found.finish_reason, found.usage) == ("Hello", "stop", (100, 50, 40, 30))


def test_chunks_without_choices_are_tolerated():
    reader, chunks = read({"choices": [], "usage": None}, {}, {"choices": None}, chunk({"content": "Hi"}, "stop"))
    assert reader.complete
    assert of_chunks(chunks).content == "Hi"


def test_a_stream_that_only_says_done_is_not_complete():
    reader, _ = read(chunk({"content": "Hi"}))
    assert reader.read(Event("", b"[DONE]")) is None
    assert not reader.complete


@pytest.mark.parametrize(
    ("reasons", "finish", "anthropics"),
    [
        (["length", "stop"], "length", "max_tokens"),
        (["content_filter", "stop"], "content_filter", "refusal"),
        (["stop", "length"], "length", "max_tokens"),
        (["stop", "stop"], "stop", "end_turn"),
    ],
)
def test_an_end_that_is_said_twice_is_the_same_to_everybody(reasons, finish, anthropics):
    _, chunks = read(chunk({"content": "Hello"}), *(chunk(reason=reason) for reason in reasons))
    assert chunks[-1].deltas[0].finish_reason == finish
    stream = MessageStream(AnswerIdentity("00" * 16, "m", 0))
    told = b"".join(map(stream.chunk, chunks)) + stream.end(None)
    assert f'"stop_reason":"{anthropics}"'.encode() in told


def test_every_choice_has_to_finish():
    reader, _ = read(
        {"choices": [{"index": 0, "delta": {"content": "a"}}, {"index": 1, "delta": {"content": "b"}}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    )
    assert not reader.complete
    reader.read(Event("", json.dumps({"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]}).encode()))
    assert reader.complete


def test_usage_before_the_end_is_an_estimate():
    _, chunks = read(chunk({"content": "Hi"}, usage=USAGE), chunk({}, "stop", usage=USAGE))
    assert [piece.usage.estimated for piece in chunks] == [True, False]


def test_parallel_calls_may_interleave():
    def piece(index, **function):
        call = {"index": index, "function": function}
        return chunk({"tool_calls": [call | ({"id": f"c{index}"} if "name" in function else {})]})

    _, chunks = read(
        piece(0, name="a", arguments=""),
        piece(1, name="b", arguments='{"y"'),
        piece(0, arguments='{"x":1}'),
        piece(1, arguments=":2}"),
        chunk({}, "tool_calls"),
    )
    assert of_chunks(chunks).calls == [("a", {"x": 1}), ("b", {"y": 2})]


def test_indices_are_dense_whatever_the_provider_counts_by():
    calls = [{"index": index, "id": f"c{index}", "function": {"name": "f", "arguments": "{}"}} for index in (3, 7)]
    _, chunks = read(chunk({"tool_calls": calls}), chunk({}, "tool_calls"))
    assert [call.index for call in chunks[0].deltas[0].tool_calls] == [0, 1]


def test_other_calls_under_one_index_are_other_calls():
    def call(id):
        return chunk({"tool_calls": [{"index": 0, "id": id, "function": {"name": "f", "arguments": "{}"}}]})

    _, chunks = read(call("a"), call("b"), chunk({}, "tool_calls"))
    assert len(of_chunks(chunks).calls) == 2


def test_a_call_whose_name_and_id_are_repeated_is_one_call():
    piece = {"index": 0, "id": "a", "function": {"name": "f", "arguments": "1"}}
    _, chunks = read(chunk({"tool_calls": [piece]}), chunk({"tool_calls": [piece]}), chunk({}, "tool_calls"))
    assert of_chunks(chunks).calls == [("f", 11)]


def test_calls_without_index():
    first = {"id": "a", "function": {"name": "f", "arguments": '{"x":'}}
    _, chunks = read(
        chunk({"tool_calls": [first]}),
        chunk({"tool_calls": [{"function": {"arguments": "1}"}}]}),
        chunk({}, "tool_calls"),
    )
    assert of_chunks(chunks).calls == [("f", {"x": 1})]


@pytest.mark.parametrize(
    ("error", "code", "overloaded"),
    [
        ({"message": "boom", "type": "server_error"}, "provider_error", False),
        ({"message": "slow down", "code": "rate_limit_exceeded"}, "provider_error", True),
        ({"message": "bad", "type": "invalid_request_error"}, "invalid_request", False),
        ("boom", "provider_error", False),
    ],
)
def test_an_error_in_mid_stream(error, code, overloaded):
    with pytest.raises(ProviderError) as caught:
        read(chunk({"content": "Hi"}), {"error": error})
    assert (caught.value.code, caught.value.overloaded) == (code, overloaded)


@pytest.mark.parametrize(("created", "seen"), [(1_764_000_000.0, False), (1_764_000_000.25, True)])
def test_a_time_with_a_fraction_is_read_at_once(created, seen):
    read = answer(created=created)
    assert any("1764000000" in each.text for each in output_surfaces(read)) is seen
