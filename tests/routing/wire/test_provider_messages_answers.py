"""What Anthropic answers."""

import json

import pytest

from routing.calls import ALIVE, RedactedThinkingPart, ThinkingPart, Usage
from routing.errors import ProviderError
from routing.wire.events import Event
from routing.wire.messages.read_answers import read_completion
from routing.wire.messages.read_stream import MessageStreamReader
from tests.conformance.answers import of_chunks

COUNTS = {
    "input_tokens": 10,
    "cache_read_input_tokens": 200,
    "cache_creation_input_tokens": 30,
    "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 10},
    "output_tokens": 50,
    "output_tokens_details": {"thinking_tokens": 20},
    "server_tool_use": {"web_search_requests": 2},
}
USAGE = Usage(
    input_tokens=240,
    cached_input_tokens=200,
    cache_write_tokens=30,
    cache_write_1h_tokens=10,
    output_tokens=50,
    reasoning_tokens=20,
    web_searches=2,
)


def answer(*blocks, **fields):
    body = {"type": "message", "id": "msg_1", "model": "claude", "content": list(blocks), "stop_reason": "end_turn"}
    return read_completion(json.dumps({**body, "usage": COUNTS, **fields}).encode())


def text(said, **more):
    return {"type": "text", "text": said, **more}


def read(*events):
    reader = MessageStreamReader()
    return reader, [reader.read(Event(event["type"], json.dumps(event).encode())) for event in events]


START = {
    "type": "message_start",
    "message": {"id": "msg_1", "model": "claude", "usage": {**COUNTS, "output_tokens": 1}},
}
STOP = {"type": "message_stop"}


def begin(index, **block):
    return {"type": "content_block_start", "index": index, "content_block": block}


def piece(index, kind, **delta):
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **delta}}


def close(index):
    return {"type": "content_block_stop", "index": index}


def ending(reason="end_turn", **usage):
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 50, **usage}}


def test_usage_of_every_class():
    assert answer(text("Hi")).usage == USAGE


def test_texts_are_joined_and_reasoning_is_kept():
    found = answer(
        {"type": "thinking", "thinking": "Hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "opaque"},
        text("Hel"),
        text("lo"),
    )
    message = found.choices[0].message
    assert (message.content, message.reasoning) == ("Hello", "Hm")
    assert message.thinking_blocks == [
        ThinkingPart(thinking="Hm", signature="s"),
        RedactedThinkingPart(data="opaque"),
    ]


@pytest.mark.parametrize(
    ("stop_reason", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("pause_turn", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "content_filter"),
        ("something new", "stop"),
        (None, "stop"),
    ],
)
def test_stop_reasons(stop_reason, finish):
    choice = answer(text("Hi"), stop_reason=stop_reason, stop_sequence="END").choices[0]
    assert choice.finish_reason == finish
    assert choice.stop_detail["stop_sequence"] == "END"
    _, chunks = read(START, ending(stop_reason), STOP)
    assert of_chunks(chunks).finish_reason == (finish if stop_reason else "")


def test_a_tool_call():
    use = {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": "sky"}}
    choice = answer(use, {**use, "id": "t2", "input": {}}, stop_reason="tool_use").choices[0]
    assert choice.message.content is None
    assert [(call.id, call.function.arguments) for call in choice.message.tool_calls] == [
        ("t1", '{"at":"sky"}'),
        ("t2", "{}"),
    ]
    assert choice.finish_reason == "tool_calls"


def test_citations():
    cited = {"type": "web_search_result_location", "url": "https://a", "title": "A", "cited_text": "x"}
    page = {"type": "page_location", "document_index": 0, "cited_text": "x"}
    message = answer(text("One "), text("two", citations=[cited, page])).choices[0].message
    assert message.annotations[0] == {
        "type": "url_citation",
        "url_citation": {"url": "https://a", "title": "A", "start_index": 4, "end_index": 7},
    }
    assert message.annotations[1]["document_citation"]["document_index"] == 0
    _, chunks = read(
        START,
        begin(0, **text("")),
        piece(0, "text_delta", text="One"),
        piece(0, "citations_delta", citation=cited),
        close(0),
    )
    assert chunks[3].deltas[0].annotations[0]["url_citation"]["end_index"] == 3


def test_blocks_that_are_not_known_are_kept():
    block = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [{"url": "https://a"}]}
    (kept,) = answer(block, text("Hi")).choices[0].message.native_blocks
    assert (kept.kind, kept.block) == ("anthropic", block)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}},
        {"type": "message"},
        {"type": "message", "content": "Hi"},
        {},
    ],
)
def test_what_is_no_answer(body):
    with pytest.raises(ProviderError):
        read_completion(json.dumps(body).encode())


def test_a_stream():
    reader, chunks = read(
        START,
        {"type": "ping"},
        begin(0, type="thinking", thinking="", signature=""),
        piece(0, "thinking_delta", thinking="Hm"),
        piece(0, "signature_delta", signature="s"),
        close(0),
        begin(1, **text("")),
        piece(1, "text_delta", text="Hel"),
        piece(1, "text_delta", text="lo"),
        close(1),
        ending(),
        STOP,
    )
    assert reader.complete
    assert chunks[0].deltas[0].role == "assistant"
    found = of_chunks(chunks)
    assert (found.content, found.finish_reason, found.usage) == ("Hello", "stop", (240, 50, 200, 20))
    assert chunks[3].deltas[0].reasoning == "Hm"
    assert chunks[5].deltas[0].thinking_blocks == [ThinkingPart(thinking="Hm", signature="s")]
    assert {chunk.raw_kind for chunk in chunks if chunk is not ALIVE} == {"anthropic"}
    assert chunks[1] is ALIVE


def test_the_opening_input_does_not_stand_before_the_partial_json():
    _, chunks = read(
        START,
        begin(0, **text("")),
        close(0),
        begin(1, type="tool_use", id="t1", name="look", input={}),
        piece(1, "input_json_delta", partial_json=""),
        piece(1, "input_json_delta", partial_json='{"at":'),
        piece(1, "input_json_delta", partial_json='"sky"}'),
        close(1),
        begin(2, type="tool_use", id="t2", name="now", input={}),
        close(2),
        ending("tool_use"),
        STOP,
    )
    found = of_chunks(chunks)
    assert found.calls == [("look", {"at": "sky"}), ("now", {})]
    assert found.finish_reason == "tool_calls"


def test_the_usage_at_the_end_is_set_not_added():
    _, chunks = read(START, ending(input_tokens=11, output_tokens=60), ending(output_tokens=61), STOP)
    usages = [chunk.usage for chunk in chunks if chunk.usage]
    assert [usage.estimated for usage in usages] == [True, False, False]
    assert (usages[-1].input_tokens, usages[-1].output_tokens) == (241, 61)


def test_the_arguments_of_a_call_flow():
    tool = begin(0, type="tool_use", id="t1", name="look", input={})
    told = ['{"at"', ':"s', 'ky"}']
    pieces = [piece(0, "input_json_delta", partial_json=part) for part in ("", *told)]
    _, chunks = read(START, tool, *pieces, close(0), ending("tool_use"), STOP)
    calls = [call for chunk in chunks for delta in chunk.deltas for call in delta.tool_calls]
    assert (calls[0].id, calls[0].name, calls[0].arguments) == ("t1", "look", "")
    assert [call.arguments for call in calls[1:]] == told


OTHER = {**START, "message": {**START["message"], "id": "msg_other"}}


def test_another_message_in_the_middle_of_one_is_an_error():
    tool = begin(0, type="tool_use", id="t1", name="look", input={})
    half = piece(0, "input_json_delta", partial_json='{"at":"s')
    said = [begin(0, **text("")), piece(0, "text_delta", text="Hi")]
    for begun in ([tool, half], said, [*said, close(0)]):
        with pytest.raises(ProviderError, match="another answer"):
            read(START, *begun, OTHER)
    _, chunks = read(START, begin(0, **text("")), OTHER, *said, close(0), ending(), STOP)
    assert of_chunks(chunks).content == "Hi"


def test_a_block_of_anthropics_own_is_collected():
    _, chunks = read(
        START,
        begin(0, type="server_tool_use", id="s1", name="web_search", input={}),
        piece(0, "input_json_delta", partial_json='{"query":"x"}'),
        close(0),
        begin(1, type="compaction", content=""),
        piece(1, "compaction_delta", content="short"),
        close(1),
        ending(),
        STOP,
    )
    first, second = (
        chunk.deltas[0].native_blocks[0].block for chunk in chunks if chunk.deltas and chunk.deltas[0].native_blocks
    )
    assert first == {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "x"}}
    assert second == {"type": "compaction", "content": "short"}


def test_a_stream_without_its_end_is_not_complete():
    reader, _ = read(START, begin(0, **text("")), piece(0, "text_delta", text="Hi"))
    assert not reader.complete


def test_unknown_events_and_stray_pieces_are_tolerated():
    _, chunks = read(
        {"type": "news"}, piece(7, "text_delta", text="Hi"), close(9), piece(None, "odd", x=1), ending(), STOP
    )
    assert of_chunks(chunks).content == "Hi"


@pytest.mark.parametrize(
    ("kind", "status", "overloaded", "code"),
    [
        ("overloaded_error", 529, True, "provider_error"),
        ("rate_limit_error", 429, True, "provider_error"),
        ("api_error", 500, False, "provider_error"),
        ("invalid_request_error", 400, False, "invalid_request"),
        ("timeout_error", 504, False, "provider_timeout"),
    ],
)
def test_errors_in_mid_stream(kind, status, overloaded, code):
    with pytest.raises(ProviderError) as caught:
        read(START, {"type": "error", "error": {"type": kind, "message": "no"}})
    error = caught.value
    assert (error.status, error.overloaded, error.code) == (status, overloaded, code)


@pytest.mark.parametrize("place", [{}, [], None, 1.5, "0"])
def test_blocks_are_told_apart_whatever_stands_for_their_place(place):
    begun = {"type": "text", "text": "Hel", "citations": True}
    _, chunks = read(
        {"type": "content_block_start", "index": place, "content_block": begun},
        {"type": "content_block_delta", "index": place, "delta": {"type": "text_delta", "text": "lo"}},
        {"type": "content_block_stop", "index": place},
    )
    assert "".join(delta.content or "" for chunk in chunks for delta in chunk.deltas) == "Hello"
