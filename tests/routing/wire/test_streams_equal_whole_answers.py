"""What a client puts together from a stream is what it would have got at once, however the answer was cut into chunks."""

import json

import pytest
from hypothesis import given, settings

from routing.calls import Chunk, Delta, FunctionCall, ThinkingPart, ToolCall, ToolCallDelta, Usage
from routing.calls.answers import AnswerMessage, Choice, Completion
from tests.routing.wire.answers import streamed, without_ids
from tests.routing.wire.doors import (
    DOORS,
    GOOGLE,
    IDENTITY,
    MESSAGES,
    RESPONSES,
    STREAM_GENERATE,
    any_request,
    encode,
    events,
    google,
    reassembled,
    stream,
)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_short_answer(door):
    chunks = [
        Chunk(deltas=[Delta(role="assistant")]),
        Chunk(deltas=[Delta(content="Hello ")]),
        Chunk(deltas=[Delta(content="Amy")]),
        Chunk(deltas=[Delta(finish_reason="stop")]),
        Chunk(usage=Usage(input_tokens=3, output_tokens=2)),
    ]
    whole = Completion(
        choices=[Choice(message=AnswerMessage(content="Hello Amy"))], usage=Usage(input_tokens=3, output_tokens=2)
    )
    assert reassembled(door, stream(door, chunks)) == encode(door, whole)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_an_answer_without_anything(door):
    whole = Completion(choices=[Choice(message=AnswerMessage())], usage=Usage())
    chunks = [Chunk(deltas=[Delta(role="assistant", finish_reason="stop")])]
    assert reassembled(door, stream(door, chunks)) == encode(door, whole)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@given(answer=streamed())
@settings(max_examples=150, deadline=None)
def test_any_answer(door, answer):
    completion, chunks = answer
    assert without_ids(reassembled(door, stream(door, chunks))) == without_ids(encode(door, completion))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@given(answer=streamed())
@settings(max_examples=50, deadline=None)
def test_all_of_it_in_one_chunk(door, answer):
    completion, chunks = answer
    together = Chunk(deltas=[delta for chunk in chunks for delta in chunk.deltas], usage=completion.usage)
    assert without_ids(reassembled(door, stream(door, [together]))) == without_ids(encode(door, completion))


LATE_SIGNATURE = [
    Chunk(deltas=[Delta(role="assistant", reasoning="Ben ")]),
    Chunk(deltas=[Delta(reasoning="asks.")]),
    Chunk(deltas=[Delta(content="Yes")]),
    Chunk(deltas=[Delta(content=", Ben.")]),
    Chunk(deltas=[Delta(thinking_blocks=[ThinkingPart(thinking="Ben asks.", signature="c2ln")])]),
    Chunk(deltas=[Delta(finish_reason="stop")]),
    Chunk(usage=Usage(input_tokens=1, output_tokens=1)),
]
"""As guards hand it on: a signature can be inspected only once its text is complete."""


@pytest.mark.parametrize("door", [MESSAGES, RESPONSES], ids=lambda door: door.name)
def test_a_signature_that_guards_held_back_still_belongs_to_its_reasoning(door):
    message = AnswerMessage(
        content="Yes, Ben.",
        reasoning="Ben asks.",
        thinking_blocks=[ThinkingPart(thinking="Ben asks.", signature="c2ln")],
    )
    whole = Completion(choices=[Choice(message=message)], usage=Usage(input_tokens=1, output_tokens=1))
    assert without_ids(reassembled(door, stream(door, LATE_SIGNATURE))) == without_ids(encode(door, whole))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_calls_whose_pieces_interleave_come_one_after_the_other(door):
    def piece(index, arguments="", **first):
        return Chunk(deltas=[Delta(tool_calls=[ToolCallDelta(index=index, arguments=arguments, **first)])])

    chunks = [
        piece(0, '{"city":', id="call_a", type="function", name="weather"),
        piece(1, '{"zone"', id="call_b", type="function", name="clock"),
        piece(0, '"Taipei"}'),
        piece(1, ':"CET"}'),
        Chunk(deltas=[Delta(finish_reason="tool_calls")], usage=Usage()),
    ]
    calls = [
        ToolCall(id="call_a", function=FunctionCall("weather", '{"city":"Taipei"}')),
        ToolCall(id="call_b", function=FunctionCall("clock", '{"zone":"CET"}')),
    ]
    whole = Completion(
        choices=[Choice(message=AnswerMessage(tool_calls=calls), finish_reason="tool_calls")], usage=Usage()
    )
    assert reassembled(door, stream(door, chunks)) == encode(door, whole)


def test_google_streams_every_candidate():
    chunks = [
        Chunk(deltas=[Delta(index=0, content="A"), Delta(index=1, content="B")]),
        Chunk(deltas=[Delta(index=1, content="b", finish_reason="length"), Delta(index=0, finish_reason="stop")]),
        Chunk(usage=Usage(input_tokens=1, output_tokens=3)),
    ]
    choices = [
        Choice(message=AnswerMessage(content="A")),
        Choice(message=AnswerMessage(content="Bb"), index=1, finish_reason="length"),
    ]
    whole = Completion(choices=choices, usage=Usage(input_tokens=1, output_tokens=3))
    assert reassembled(GOOGLE, stream(GOOGLE, chunks)) == encode(GOOGLE, whole)


@given(answer=streamed())
@settings(max_examples=50, deadline=None)
def test_googles_array_holds_what_its_events_hold(answer):
    _, chunks = answer
    encoder = google(STREAM_GENERATE).stream(any_request(), IDENTITY)
    written = b"".join(encoder.chunk(chunk) for chunk in chunks) + encoder.end(chunks[-1].usage)
    assert json.loads(written) == events(stream(GOOGLE, chunks))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_failure_in_mid_stream_is_the_last_thing_said(door):
    encoder = door.streamed.stream(any_request(), IDENTITY)
    encoder.chunk(Chunk(deltas=[Delta(content="My card is ")]))
    error = {"message": "The text holds personal data.", "param": None, "code": "pii_leak", "govern": {"rule": "r1"}}
    told = events(encoder.error(error, 403))
    found = next(event["error"] for event in told if event.get("error"))
    assert found["message"] == "The text holds personal data."
    assert found["govern"] == {"rule": "r1"}
    assert "pii_leak" in (found.get("code"), found.get("reason"))
    assert told[-1].get("type") in ("error", "response.failed", None)


def test_a_failure_closes_googles_array():
    encoder = google(STREAM_GENERATE).stream(any_request(), IDENTITY)
    begun = encoder.chunk(Chunk(deltas=[Delta(content="Hello")]))
    answers = json.loads(begun + encoder.error({"message": "No.", "code": "provider_error"}, 502))
    assert answers[-1]["error"]["status"] == "INTERNAL"


def test_responses_can_be_stored_after_they_were_streamed():
    encoder = RESPONSES.streamed.stream(any_request(), IDENTITY)
    encoder.chunk(Chunk(deltas=[Delta(content="Hello")]))
    encoder.end(Usage())
    assert [item["content"][0]["text"] for item in encoder.output_items()] == ["Hello"]
