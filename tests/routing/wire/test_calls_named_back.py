"""Calls of functions that were sent under other names come back as their caller knows them."""

import json

from routing.calls import Chunk, Delta, ToolCallDelta, Usage
from routing.providers.function_names import Named
from routing.providers.named_back import NamingBack, named_back
from routing.wire.chat.read_answers import read_completion
from routing.wire.interface import AnswerIdentity
from routing.wire.responses import ResponsesFormat, response_object

NAMES = {
    "mcp__docs__look": Named("look", "mcp__docs__"),
    "patch": Named("patch", custom=True),
    "docs__run": Named("run", "docs", custom=True),
}
IDENTITY = AnswerIdentity("0" * 32, "model", 1)


def call(name, arguments, identity="c1"):
    return {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}


def completion(*calls):
    message = {"role": "assistant", "content": None, "tool_calls": list(calls)}
    body = {"id": "x", "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}
    return read_completion(json.dumps(body).encode())


def items(*calls):
    found = response_object(named_back(completion(*calls), NAMES), IDENTITY)["output"]
    return [{key: item[key] for key in item.keys() - {"id", "status", "call_id"}} for item in found]


def test_a_call_returns_to_its_namespace():
    [item] = items(call("mcp__docs__look", '{"at":"sky"}'))
    assert item == {"type": "function_call", "namespace": "mcp__docs__", "name": "look", "arguments": '{"at":"sky"}'}


def test_other_calls_stay_as_they_are():
    assert items(call("look", "{}")) == [{"type": "function_call", "name": "look", "arguments": "{}"}]


def test_text_is_taken_out_of_the_arguments():
    assert items(call("patch", json.dumps({"input": '*** "x"\n'}))) == [
        {"type": "custom_tool_call", "name": "patch", "input": '*** "x"\n'}
    ]
    assert items(call("docs__run", '{"input":"ls"}'))[0]["namespace"] == "docs"


def test_what_the_model_wrote_instead_is_not_lost():
    for written in ("not json", "[1]", '{"input":7}', '{"other":"x"}'):
        assert items(call("patch", written))[0]["input"] == written


def streamed(*pieces, finish="tool_calls"):
    naming = NamingBack(NAMES)
    stream = ResponsesFormat().stream(None, IDENTITY)
    told = b""
    for piece in pieces:
        told += stream.chunk(naming.chunk(Chunk(deltas=[Delta(tool_calls=[piece])])))
    told += stream.chunk(naming.chunk(Chunk(deltas=[Delta(finish_reason=finish)])))
    told += stream.end(Usage())
    return [json.loads(line[6:]) for line in told.decode().splitlines() if line.startswith("data: ")]


def test_a_stream_names_back_what_comes_in_pieces():
    events = streamed(
        ToolCallDelta(index=0, id="c0", type="function", name="patch"),
        ToolCallDelta(index=1, id="c1", type="function", name="mcp__docs__look", arguments='{"at"'),
        ToolCallDelta(index=0, arguments='{"input": "a\\'),
        ToolCallDelta(index=0, arguments='nb"}'),
        ToolCallDelta(index=1, arguments=':"sky"}'),
    )
    done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    assert [(item["type"], item["name"]) for item in done] == [("custom_tool_call", "patch"), ("function_call", "look")]
    assert done[0]["input"] == "a\nb"
    assert (done[1]["namespace"], done[1]["arguments"]) == ("mcp__docs__", '{"at":"sky"}')
    added = [event["item"] for event in events if event["type"] == "response.output_item.added"]
    assert added[1]["namespace"] == "mcp__docs__"
