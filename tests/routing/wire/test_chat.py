"""What streams of chat completions need beyond the chunks themselves."""

import json
from typing import Any

import pytest

from routing.calls import Chunk, Delta, NativePart, ToolCallDelta, Usage
from routing.wire.chat import ChatStream
from tests.routing.wire.doors import IDENTITY


def told(chunk: Chunk, encoder: ChatStream) -> list[Any]:
    return [json.loads(line[6:]) for line in encoder.chunk(chunk).decode().split("\n") if line.startswith("data: ")]


def ended(encoder: ChatStream, usage: Usage | None = None) -> list[Any]:
    return [json.loads(line[6:]) for line in encoder.end(usage).decode().split("\n") if line.startswith("data: {")]


def test_an_event_holds_one_choice_since_most_clients_read_only_the_first() -> None:
    chunk = Chunk(deltas=[Delta(role="assistant"), Delta(content="Hel"), Delta(index=1, content="Hi")])
    events = told(chunk, ChatStream(IDENTITY, include_usage=False))
    assert [(c["index"], c["delta"]) for event in events for c in event["choices"]] == [
        (0, {"role": "assistant"}),
        (0, {"content": "Hel"}),
        (1, {"content": "Hi"}),
    ]
    assert [len(event["choices"]) for event in events] == [1, 1, 1]


def test_each_piece_of_a_custom_call_is_written_as_one() -> None:
    encoder = ChatStream(IDENTITY, include_usage=False)
    first = ToolCallDelta(index=0, id="call_1", type="custom", name="sql")
    pieces = [first, ToolCallDelta(index=0, arguments="SELECT "), ToolCallDelta(index=0, arguments="1")]
    events = [event for piece in pieces for event in told(Chunk(deltas=[Delta(tool_calls=[piece])]), encoder)]
    assert [event["choices"][0]["delta"]["tool_calls"][0] for event in events] == [
        {"index": 0, "id": "call_1", "type": "custom", "custom": {"name": "sql", "input": ""}},
        {"index": 0, "custom": {"input": "SELECT "}},
        {"index": 0, "custom": {"input": "1"}},
    ]


def call(index: int, *arguments: str, name: str = "look") -> list[ToolCallDelta]:
    """The pieces of a call: its name, then its arguments."""
    begun = ToolCallDelta(index=index, id=f"call_{index}", type="function", name=name)
    return [begun, *(ToolCallDelta(index=index, arguments=piece) for piece in arguments)]


def calls_told(*deltas: Delta) -> list[tuple[int, str | None, str]]:
    """Index, name and arguments of each piece of a call, in the order in which they are written, one an event."""
    encoder = ChatStream(IDENTITY, include_usage=False)
    events = [event for delta in deltas for event in told(Chunk(deltas=[delta]), encoder)]
    events += ended(encoder)
    pieces = [event["choices"][0]["delta"].get("tool_calls", []) for event in events]
    assert all(len(piece) < 2 for piece in pieces)
    return [
        (piece["index"], piece["function"].get("name"), piece["function"]["arguments"])
        for (piece,) in (each for each in pieces if each)
    ]


FIRST, SECOND = call(0, '{"a":', "1}"), call(1, '{"b":2', "}")
IN_ORDER = [(0, "look", ""), (0, None, '{"a":'), (0, None, "1}"), (1, "look", ""), (1, None, '{"b":2'), (1, None, "}")]


def test_one_call_after_the_other_is_told_as_it_comes() -> None:
    encoder = ChatStream(IDENTITY, include_usage=False)
    events = [told(Chunk(deltas=[Delta(tool_calls=[piece])]), encoder) for piece in [*FIRST, *SECOND]]
    assert [len(each) for each in events] == [0, 2, 1, 0, 2, 1]
    assert calls_told(*[Delta(tool_calls=[piece]) for piece in [*FIRST, *SECOND]]) == IN_ORDER


def test_calls_that_come_at_once_are_told_one_after_the_other() -> None:
    mixed = [piece for pair in zip(FIRST, SECOND, strict=True) for piece in pair]
    names_first = [FIRST[0], SECOND[0], *FIRST[1:], *SECOND[1:]]
    for pieces in (mixed, names_first, [SECOND[0], *FIRST, *SECOND[1:]]):
        assert calls_told(*[Delta(tool_calls=[piece]) for piece in pieces]) == IN_ORDER
    for deltas in ([Delta(tool_calls=mixed)], [Delta(tool_calls=[piece]) for piece in mixed]):
        assert calls_told(*deltas, Delta(finish_reason="tool_calls")) == IN_ORDER
        assert calls_told(*deltas) == IN_ORDER


def test_text_between_a_name_and_its_arguments_does_not_part_them() -> None:
    encoder = ChatStream(IDENTITY, include_usage=False)
    deltas = [
        Delta(tool_calls=[FIRST[0]]),
        Delta(content="Hm"),
        Delta(tool_calls=FIRST[1:], finish_reason="tool_calls"),
    ]
    events = [event for delta in deltas for event in told(Chunk(deltas=[delta]), encoder)]
    said = [event["choices"][0] for event in (*events, *ended(encoder))]
    assert [list(choice["delta"]) for choice in said] == [["content"], *[["tool_calls"]] * 3, []]
    assert [choice["finish_reason"] for choice in said] == [None] * 4 + ["tool_calls"]


def test_a_call_without_arguments_has_empty_ones() -> None:
    told_pieces = calls_told(Delta(tool_calls=[*call(0), *call(1, "{}")]), Delta(finish_reason="tool_calls"))
    assert told_pieces == [(0, "look", ""), (0, None, "{}"), (1, "look", ""), (1, None, "{}")]


def test_arguments_that_are_no_object_wait_for_nobody_but_the_end() -> None:
    broken = call(0, '{"a":')
    deltas = [Delta(tool_calls=[piece]) for piece in [*broken, *SECOND]]
    assert calls_told(*deltas) == [*IN_ORDER[:2], *IN_ORDER[3:]]


def test_each_choice_has_calls_of_its_own() -> None:
    encoder = ChatStream(IDENTITY, include_usage=False)
    deltas = [Delta(index=index, tool_calls=[piece]) for piece in FIRST for index in (0, 1)]
    events = [event["choices"][0] for delta in deltas for event in told(Chunk(deltas=[delta]), encoder)]
    assert [choice["index"] for choice in events] == [0, 0, 1, 1, 0, 1]


def test_how_an_answer_is_served_stands_in_every_chunk_also_with_the_usage() -> None:
    encoder = ChatStream(IDENTITY, include_usage=True)
    served = {"service_tier": "default", "system_fingerprint": "fp_1"}
    first = told(Chunk(deltas=[Delta(content="Hi")], extra={**served, "obfuscation": "x"}), encoder)
    assert told(Chunk(deltas=[Delta(finish_reason="stop")]), encoder) == []
    last, usage = ended(encoder, Usage(input_tokens=1, output_tokens=1))
    for event in (*first, last, usage):
        assert {name: event[name] for name in served} == served
    assert (usage["choices"], usage["usage"]["total_tokens"], "obfuscation" in usage) == ([], 2, False)


@pytest.mark.parametrize(
    ("reasons", "reason"),
    [
        (["stop", "stop"], "stop"),
        (["tool_calls", "stop"], "tool_calls"),
        (["stop", "tool_calls"], "tool_calls"),
        (["length", "stop"], "length"),
    ],
)
def test_a_choice_ends_once_and_after_all_that_it_says(reasons: list[Any], reason: str) -> None:
    encoder = ChatStream(IDENTITY, include_usage=False)
    deltas = [Delta(content="a", finish_reason=reasons[0]), Delta(content="b"), Delta(finish_reason=reasons[1])]
    events = [event for delta in deltas for event in told(Chunk(deltas=[delta]), encoder)]
    events += ended(encoder)
    said = [(event["choices"][0]["delta"], event["choices"][0]["finish_reason"]) for event in events]
    assert said == [({"content": "a"}, None), ({"content": "b"}, None), ({}, reason)]


def test_entries_of_lists_have_their_place() -> None:
    encoder = ChatStream(IDENTITY, include_usage=False)
    blocks = [NativePart(kind="anthropic", block={"type": "x", "n": n}) for n in range(3)]
    chunks = [Chunk(deltas=[Delta(native_blocks=blocks[:2])]), Chunk(deltas=[Delta(native_blocks=blocks[2:])])]
    events = [event["choices"][0]["delta"] for chunk in chunks for event in told(chunk, encoder)]
    assert [[(e["index"], e["block"]["n"]) for e in event["native_blocks"]] for event in events] == [
        [(0, 0), (1, 1)],
        [(2, 2)],
    ]
