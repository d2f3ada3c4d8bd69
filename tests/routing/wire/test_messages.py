"""Anthropic's Messages format, line by line of what has to be exactly right."""

import json

import pytest

from govern.gateway.refusal_codes import CODES
from routing.calls import FunctionCall, NativePart, ToolCall, ToolCallDelta, Usage
from routing.calls.answers import AnswerMessage, Choice, Chunk, Completion, Delta
from routing.providers import PROVIDERS
from routing.wire.messages.write_answers import citation
from tests.routing.wire.doors import (
    CALL_ID,
    IDENTITY,
    MESSAGES,
    REQUEST_ID,
    any_request,
    decode,
    encode,
    events,
    stream,
)


def body(*turns, **fields):
    return {"model": "claude-opus-4.6", "max_tokens": 100, "messages": list(turns), **fields}


def user(content):
    return {"role": "user", "content": content}


def assistant(*blocks):
    return {"role": "assistant", "content": list(blocks)}


def one(message, reason="stop", usage=None, **fields):
    return Completion(choices=[Choice(message=message, finish_reason=reason, **fields)], usage=usage or Usage())


def test_a_plain_request():
    request = decode(MESSAGES, body(user("Hello")))
    assert request.tree == {
        "model": "claude-opus-4.6",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "Hello"}],
    }


def test_the_system_prompt_comes_first_and_keeps_its_cache_marks():
    blocks = [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    request = decode(MESSAGES, body(user("Hello"), system=blocks))
    assert request.tree["messages"][0] == {"role": "system", "content": blocks}


def test_each_tool_result_is_a_message_and_the_rest_of_the_turn_follows():
    call = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Taipei"}}
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
    results = [
        {"type": "text", "text": "And?"},
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "28 °C"}, image]},
        {"type": "tool_result", "tool_use_id": "toolu_2", "is_error": True},
    ]
    said, first, second, rest = decode(MESSAGES, body(user("Hi"), assistant(call), user(results))).tree["messages"][1:]
    assert said["content"] is None
    assert said["tool_calls"] == [
        {"id": "toolu_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Taipei"}'}}
    ]
    assert first == {
        "role": "tool",
        "tool_call_id": "toolu_1",
        "content": [
            {"type": "text", "text": "28 °C"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
        ],
    }
    assert second == {"role": "tool", "tool_call_id": "toolu_2", "content": "", "is_error": True}
    assert rest == {"role": "user", "content": "And?"}


def test_signed_reasoning_returns_unchanged():
    thinking = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    redacted = {"type": "redacted_thinking", "data": "b3BhcXVl"}
    text = {"type": "text", "text": "Yes."}
    message = decode(MESSAGES, body(user("Hi"), assistant(thinking, redacted, text), user("So?"))).tree["messages"][1]
    assert message == {"role": "assistant", "content": "Yes.", "thinking_blocks": [thinking, redacted]}


def test_unsigned_reasoning_is_another_providers_and_does_not_go_to_anthropic():
    thinking = {"type": "thinking", "thinking": "Hm.", "signature": ""}
    text = {"type": "text", "text": "Yes."}
    request = decode(MESSAGES, body(user("Hi"), assistant(thinking, text), user("So?")))
    assert request.tree["messages"][1] == {"role": "assistant", "content": "Yes.", "reasoning_content": "Hm."}
    assert request.native is not None
    assert request.native.tree["messages"][1]["content"] == [text]


def test_blocks_of_anthropics_own_tools_stay_what_they_are():
    search = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "news"}}
    message = decode(MESSAGES, body(user("Hi"), assistant(search), user("So?"))).tree["messages"][1]
    assert message["native_blocks"] == [{"type": "native", "kind": "anthropic", "block": search}]


def test_documents():
    pdf = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQ="}}
    text = {"type": "document", "title": "Notes", "source": {"type": "text", "media_type": "text/plain", "data": "abc"}}
    stored = {"type": "document", "source": {"type": "file", "file_id": "file_1"}}
    parts = decode(MESSAGES, body(user([pdf, text, stored]))).tree["messages"][0]["content"]
    assert [part["file"] for part in parts] == [
        {"file_data": "data:application/pdf;base64,JVBERi0xLjQ="},
        {"file_data": "data:text/plain;base64,YWJj"},
        {"file_id": "file_1"},
    ]
    assert parts[1]["title"] == "Notes"


def test_tools_and_the_choice_among_them():
    tools = [
        {"name": "weather", "description": "Says it.", "input_schema": {"type": "object"}, "defer_loading": True},
        {"type": "web_search_20250305", "name": "web_search", "max_uses": 2},
    ]
    choice = {"type": "tool", "name": "weather", "disable_parallel_tool_use": True}
    request = decode(MESSAGES, body(user("Hi"), tools=tools, tool_choice=choice))
    assert request.tree["tools"] == [
        {
            "type": "function",
            "function": {"name": "weather", "description": "Says it.", "parameters": {"type": "object"}},
            "extra_content": {"anthropic": {"defer_loading": True}},
        },
        {"type": "native", "kind": "anthropic", "tool": tools[1]},
    ]
    assert request.tool_choice == {"type": "function", "function": {"name": "weather"}}
    assert request.parallel_tool_calls is False


@pytest.mark.parametrize(("written", "read"), [("auto", "auto"), ("any", "required"), ("none", "none")])
def test_choices_by_mode(written, read):
    assert decode(MESSAGES, body(user("Hi"), tool_choice={"type": written})).tool_choice == read


def test_parameters():
    request = decode(
        MESSAGES,
        body(
            user("Hi"),
            stop_sequences=["END"],
            top_k=5,
            thinking={"type": "enabled", "budget_tokens": 2048},
            service_tier="standard_only",
            metadata={"user_id": "amy", "task": "coding"},
            output_config={"effort": "low", "format": {"type": "json_schema", "schema": {"type": "object"}}},
            container="c1",
        ),
    )
    assert request.stop == ["END"]
    assert request.top_k == 5
    assert request.thinking == {"type": "enabled", "budget_tokens": 2048}
    assert request.service_tier == "default"
    assert request.user == "amy"
    assert request.metadata == {"task": "coding"}
    assert request.reasoning_effort == "low"
    assert request.response_format.json_schema.schema == {"type": "object"}
    assert request.native_fields == {"anthropic": {"container": "c1"}}
    assert request.native is not None
    assert request.native.tree["metadata"] == {"user_id": "amy"}, "Anthropic refuses any other"


def test_a_body_without_the_limit_that_anthropic_requires_is_read():
    request = MESSAGES.whole.decode(json.dumps({"model": "m", "messages": [user("Hi")]}).encode(), "")
    assert request.max_output_tokens is None


def test_a_whole_answer():
    message = AnswerMessage(
        content="It is warm.",
        tool_calls=[ToolCall(id="call_1", function=FunctionCall("weather", '{"city":"Taipei"}'))],
    )
    usage = Usage(
        input_tokens=100, output_tokens=9, cached_input_tokens=40, cache_write_tokens=30, cache_write_1h_tokens=10
    )
    assert encode(MESSAGES, one(message, "tool_calls", usage)) == {
        "id": f"msg_{CALL_ID}",
        "type": "message",
        "role": "assistant",
        "model": "gpt-5.4",
        "content": [
            {"type": "text", "text": "It is warm."},
            {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "Taipei"}},
        ],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {
            "input_tokens": 30,
            "cache_creation_input_tokens": 30,
            "cache_read_input_tokens": 40,
            "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 10},
            "output_tokens": 9,
        },
    }


@pytest.mark.parametrize(
    ("reason", "detail", "written"),
    [
        ("stop", None, ("end_turn", None)),
        ("stop", {"stop_reason": "stop_sequence", "stop_sequence": "END"}, ("stop_sequence", "END")),
        ("stop", {"stop_reason": "pause_turn"}, ("pause_turn", None)),
        ("length", None, ("max_tokens", None)),
        ("length", {"finishReason": "MAX_TOKENS"}, ("max_tokens", None)),
        ("tool_calls", None, ("tool_use", None)),
        ("content_filter", None, ("refusal", None)),
    ],
)
def test_reasons_for_the_end(reason, detail, written):
    answer = encode(MESSAGES, one(AnswerMessage(content="x"), reason, stop_detail=detail))
    assert (answer["stop_reason"], answer["stop_sequence"]) == written


def test_arguments_that_are_no_object_are_not_lost():
    calls = [ToolCall(id="a", function=FunctionCall("f", "")), ToolCall(id="b", function=FunctionCall("f", "not JSON"))]
    blocks = encode(MESSAGES, one(AnswerMessage(tool_calls=calls), "tool_calls"))["content"]
    assert [block["input"] for block in blocks] == [{}, {"arguments": "not JSON"}]


def test_googles_signature_travels_beside_its_call_and_returns():
    signed = {"google": {"thought_signature": "c2ln"}}
    call = ToolCall(id="call_1", function=FunctionCall("f", "{}"), extra_content=signed)
    block = encode(MESSAGES, one(AnswerMessage(tool_calls=[call]), "tool_calls"))["content"][0]
    request = decode(MESSAGES, body(user("Hi"), assistant(block), user("So?")))
    assert request.messages[1].tool_calls[0].extra_content == signed
    assert request.native is not None
    own = request.native.tree["messages"][1]["content"][0]
    assert own == {name: value for name, value in block.items() if name != "extra_content"}, (
        "Anthropic does not know it"
    )


def test_an_answer_of_the_same_format_passes_unchanged():
    raw = b'{"id":"msg_1","type":"message","content":[],"new":true}'
    completion = Completion(choices=[], usage=Usage(), raw=raw, raw_kind="anthropic")
    assert MESSAGES.whole.encode(completion, IDENTITY) == raw


def test_an_answer_of_another_format_does_not():
    completion = one(AnswerMessage(content="Hi"))
    completion.raw, completion.raw_kind = b"{}", "openai"
    assert encode(MESSAGES, completion)["content"] == [{"type": "text", "text": "Hi"}]


def test_refusals_citations_images_and_blocks_of_its_own():
    cited = {"type": "char_location", "cited_text": "abc", "document_index": 0}
    message = AnswerMessage(
        content="See [1].",
        refusal=" No more.",
        annotations=[
            {"type": "document_citation", "document_citation": {**cited, "start_index": 0, "end_index": 8}},
            {
                "type": "url_citation",
                "url_citation": {"url": "https://a.org", "title": "A", "start_index": 4, "end_index": 7},
            },
        ],
        images=[{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}],
        native_blocks=[
            NativePart(kind="anthropic", block={"type": "web_search_tool_result", "tool_use_id": "s"}),
            NativePart(kind="google", block={"executableCode": {}}),
        ],
    )
    search, text, image = encode(MESSAGES, one(message))["content"]
    assert search == {"type": "web_search_tool_result", "tool_use_id": "s"}
    assert text["text"] == "See [1]. No more."
    assert text["citations"][0] == cited
    assert text["citations"][1]["cited_text"] == "[1]"
    assert image["source"] == {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}


def test_the_events_of_a_streamed_call():
    pieces = [
        Delta(role="assistant", content="Let me see."),
        Delta(tool_calls=[ToolCallDelta(index=0, id="call_1", type="function", name="weather")]),
        Delta(tool_calls=[ToolCallDelta(index=0, arguments='{"city":')]),
        Delta(tool_calls=[ToolCallDelta(index=0, arguments='"Taipei"}')]),
        Delta(finish_reason="tool_calls"),
    ]
    told = events(stream(MESSAGES, [Chunk(deltas=[piece]) for piece in pieces], Usage(input_tokens=7, output_tokens=5)))
    assert [event["type"] for event in told] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    assert told[4]["content_block"] == {"type": "tool_use", "id": "call_1", "name": "weather", "input": {}}
    assert json.loads(told[5]["delta"]["partial_json"]) == {"city": "Taipei"}
    assert told[7]["delta"] == {"stop_reason": "tool_use", "stop_sequence": None}
    assert told[7]["usage"]["input_tokens"] == 7
    assert told[7]["usage"]["output_tokens"] == 5


def test_a_stream_begins_with_an_estimate_of_its_input_and_ends_with_what_was_counted():
    encoder = MESSAGES.whole.stream(any_request(), IDENTITY._replace(input_tokens=40))
    written = encoder.chunk(Chunk(deltas=[Delta(role="assistant", content="Hi.")]))
    told = events(written + encoder.end(Usage(input_tokens=37, output_tokens=5)))
    assert told[0]["message"]["usage"]["input_tokens"] == 40
    assert told[-2]["usage"]["input_tokens"] == 37


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalid_request", "invalid_request_error"),
        ("invalid_api_key", "authentication_error"),
        ("prompt_injection", "permission_error"),
        ("model_not_found", "not_found_error"),
        ("request_too_large", "request_too_large"),
        ("insufficient_quota", "billing_error"),
        ("provider_error", "api_error"),
        ("no_route", "overloaded_error"),
        ("provider_timeout", "timeout_error"),
    ],
)
def test_refusals_have_anthropics_types_and_our_fields(code, kind):
    error = {"message": "No.", "type": "ours", "param": "model", "code": code, "govern": {"rule": "r"}}
    written = json.loads(MESSAGES.whole.error(error, CODES[code].status, REQUEST_ID))
    assert written == {"type": "error", "error": {**error, "type": kind}, "request_id": REQUEST_ID}


def test_citations_keep_the_blocks_that_they_speak_of():
    place = {"type": "char_location", "cited_text": "28 °C", "document_index": 0}
    blocks = [
        {"type": "text", "text": "It is "},
        {"type": "text", "text": "28 °C", "citations": [place]},
        {"type": "text", "text": " and dry", "citations": [{**place, "cited_text": "dry"}]},
        {"type": "text", "text": "."},
    ]
    raw = {"type": "message", "content": blocks, "stop_reason": "end_turn", "usage": {"input_tokens": 9}}
    completion = PROVIDERS["anthropic"].read_completion(json.dumps(raw).encode())
    completion.raw = None
    assert encode(MESSAGES, completion)["content"] == blocks


def test_citations_of_places_that_are_not_there_stand_with_the_whole_text():
    cited = [
        {"type": "url_citation", "url_citation": {"url": "https://example.com", "start_index": start, "end_index": end}}
        for start, end in ((0, 4), (2, 90))
    ]
    (block,) = encode(MESSAGES, one(AnswerMessage(content="Fine.", annotations=cited)))["content"]
    assert (block["text"], len(block["citations"])) == ("Fine.", 2)


@pytest.mark.parametrize("place", ["x", -1, 0.5, None, True, [1]])
def test_a_citation_whose_place_is_none_cites_the_beginning(place):
    web = {"url": "https://a.example", "title": "A", "start_index": place, "end_index": place}
    found = citation({"type": "url_citation", "url_citation": web}, "Fine.")
    assert found is not None
    assert found["cited_text"] == ""
    assert citation({"type": "url_citation", "url_citation": "https://a.example"}, "Fine.") is None
