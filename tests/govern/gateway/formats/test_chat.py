"""What streams of chat completions need beyond the chunks themselves."""

import json
from typing import Any

from govern.gateway.formats.chat import ChatStream
from routing.calls import Chunk, Delta, ToolCallDelta
from tests.govern.gateway.formats.doors import IDENTITY


def told(chunk: Chunk, encoder: ChatStream) -> list[Any]:
    return [json.loads(line[6:]) for line in encoder.chunk(chunk).decode().split("\n") if line.startswith("data: ")]


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
    events = [told(Chunk(deltas=[Delta(tool_calls=[piece])]), encoder)[0] for piece in pieces]
    assert [event["choices"][0]["delta"]["tool_calls"][0] for event in events] == [
        {"index": 0, "id": "call_1", "type": "custom", "custom": {"name": "sql", "input": ""}},
        {"index": 0, "custom": {"input": "SELECT "}},
        {"index": 0, "custom": {"input": "1"}},
    ]
