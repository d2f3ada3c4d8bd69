"""Where no guard looks at an answer, the arguments of its calls reach every door in the pieces in which they came."""

import json

import pytest
from hypothesis import given, settings

from routing.calls import Chunk, Delta, ToolCallDelta, Usage
from routing.calls.balance import Balance
from tests.routing.wire.answers import streamed, without_ids
from tests.routing.wire.doors import (
    DOORS,
    IDENTITY,
    MESSAGES,
    RESPONSES,
    Door,
    any_request,
    encode,
    events,
    reassembled,
    stream,
)

END = [Chunk(deltas=[Delta(finish_reason="tool_calls")]), Chunk(usage=Usage(input_tokens=3, output_tokens=2))]


def begun(index: int, name: str, **more: object) -> Chunk:
    return Chunk(deltas=[Delta(tool_calls=[ToolCallDelta(index=index, id=f"call_{index}", name=name, **more)])])  # type: ignore[arg-type]


def piece(index: int, *arguments: str) -> list[Chunk]:
    return [Chunk(deltas=[Delta(tool_calls=[ToolCallDelta(index=index, arguments=part)])]) for part in arguments]


def told(door: Door, *chunks: Chunk) -> list[dict[str, object]]:
    """Each block of the whole answer, or each item: calls, and the texts between them."""
    whole = reassembled(door, stream(door, [*chunks, *END], flowing=True))
    if door is MESSAGES:
        return [{"text": b["text"]} if b["type"] == "text" else {b["name"]: b["input"]} for b in whole["content"]]
    return [
        {"text": item["content"][0]["text"]}
        if item["type"] == "message"
        else {item["name"]: item["input"] if "input" in item else json.loads(item["arguments"])}
        for item in whole["output"]
    ]


def deltas(door: Door, *chunks: Chunk) -> list[str]:
    written = events(stream(door, [*chunks, *END], flowing=True))
    if door is MESSAGES:
        return [event["delta"]["partial_json"] for event in written if event.get("delta", {}).get("partial_json")]
    return [event["delta"] for event in written if event["type"].endswith("arguments.delta")]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@given(answer=streamed())
@settings(max_examples=100, deadline=None)
def test_any_answer_is_the_whole_one(door, answer):
    completion, chunks = answer
    assert without_ids(reassembled(door, stream(door, chunks, flowing=True))) == without_ids(encode(door, completion))


@pytest.mark.parametrize("door", [MESSAGES, RESPONSES], ids=lambda door: door.name)
class TestDoorsThatWriteOneCallAfterTheOther:
    def test_arguments_come_in_their_pieces(self, door):
        chunks = [begun(0, "look"), *piece(0, '{"at"', ':"s', 'ky"}')]
        assert deltas(door, *chunks) == ['{"at"', ':"s', 'ky"}']
        assert told(door, *chunks) == [{"look": {"at": "sky"}}]

    def test_an_empty_piece_behind_a_whole_call_begins_no_other(self, door):
        """Alibaba closes a call with a piece that says nothing."""
        assert told(door, begun(0, "look"), *piece(0, '{"at":"sky"}', "")) == [{"look": {"at": "sky"}}]

    def test_a_call_is_told_before_the_answer_ends(self, door):
        encoder = door.streamed.stream(any_request(), IDENTITY)
        encoder.let_calls_flow()
        encoder.chunk(begun(0, "look"))
        (first,) = piece(0, '{"at":')
        assert b"look" in (written := encoder.chunk(first))
        assert rb"{\"at\":" in written

    def test_text_between_calls_keeps_its_place(self, door):
        said = Chunk(deltas=[Delta(content="Now the sea.")])
        chunks = [begun(0, "look"), *piece(0, '{"at":', '"}"}'), said, begun(1, "look"), *piece(1, "{}")]
        assert told(door, *chunks) == [{"look": {"at": "}"}}, {"text": "Now the sea."}, {"look": {}}]

    def test_text_in_the_middle_of_a_call_waits_for_its_end(self, door):
        said = Chunk(deltas=[Delta(content="Hm.")])
        chunks = [begun(0, "look"), said, *piece(0, '{"at":'), said, *piece(0, "1}")]
        assert told(door, *chunks) == [{"look": {"at": 1}}, {"text": "Hm.Hm."}]

    def test_calls_that_interleave_follow_on_each_other(self, door):
        chunks = [begun(0, "a"), begun(1, "b"), *piece(1, "{"), *piece(0, '{"x":'), *piece(1, "}"), *piece(0, "1}")]
        assert told(door, *chunks) in ([{"a": {"x": 1}}, {"b": {}}], [{"b": {}}, {"a": {"x": 1}}])

    def test_a_call_without_arguments_has_empty_ones(self, door):
        assert told(door, begun(0, "now"), begun(1, "then")) == [{"now": {}}, {"then": {}}]

    def test_a_custom_call_is_text_whatever_it_looks_like(self, door):
        chunks = [begun(0, "run", type="custom"), *piece(0, "{}", ' or "', "{}"), begun(1, "look"), *piece(1, "{}")]
        text = '{} or "{}'
        assert told(door, *chunks) == [{"run": {"input": text} if door is MESSAGES else text}, {"look": {}}]

    def test_blanks_after_a_whole_call_change_nothing(self, door):
        chunks = [begun(0, "a"), *piece(0, '{"x":1}', "\n"), begun(1, "b"), *piece(1, "{}"), *piece(0, " ")]
        assert told(door, *chunks) == [{"a": {"x": 1}}, {"b": {}}]


def test_arguments_that_are_no_object_are_made_one():
    for written in ("null", '"x"', ""):
        (call,) = told(MESSAGES, begun(0, "look"), *piece(0, written))
        assert type(call["look"]) is dict


@pytest.mark.parametrize("text", ['{"a":"}{"}', '{"a":"\\\\"}', '{"a":"\\"}"}', '{"a":{"b":[1,{"c":"]"}]}}'])
def test_brackets_are_counted_wherever_the_text_is_cut(text):
    for cut in range(len(text) + 1):
        for other in range(cut, len(text) + 1):
            balance = Balance()
            for part in (text[:cut], text[cut:other], text[other:]):
                balance.read(part)
            assert balance.even
        balance = Balance()
        balance.read(text[:cut])
        assert balance.even is (cut == len(text))
