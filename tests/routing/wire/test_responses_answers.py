"""Answers in OpenAI's Responses format, line by line of what has to be exactly right."""

import json

import pytest

from routing.calls import CustomCall, FunctionCall, NativePart, ThinkingPart, ToolCall, ToolCallDelta, Usage
from routing.calls.answers import AnswerMessage, Choice, Chunk, Completion, Delta
from tests.routing.wire.doors import (
    CALL_ID,
    IDENTITY,
    REQUEST_ID,
    RESPONSES,
    decode,
    encode,
    events,
    reassembled,
    stream,
)


def body(items="Hello", **fields):
    return {"model": "gpt-5.4", "input": items, **fields}


def user(content):
    return {"role": "user", "content": content}


def one(message, reason="stop", usage=None, **fields):
    return Completion(choices=[Choice(message=message, finish_reason=reason, **fields)], usage=usage or Usage())


def test_a_whole_answer():
    message = AnswerMessage(
        content="It is warm.",
        reasoning="Taipei in July.",
        tool_calls=[
            ToolCall(id="call_1", function=FunctionCall("weather", '{"city":"Taipei"}')),
            ToolCall(id="call_2", type="custom", custom=CustomCall("run", "ls")),
        ],
    )
    usage = Usage(input_tokens=100, output_tokens=9, cached_input_tokens=40, reasoning_tokens=4)
    answer = encode(RESPONSES, one(message, "tool_calls", usage))
    assert answer["id"] == f"resp_{CALL_ID}"
    assert answer["object"] == "response"
    assert answer["created_at"] == 1_700_000_000
    assert answer["model"] == "gpt-5.4"
    assert answer["status"] == "completed"
    assert answer["output"] == [
        {
            "id": f"rs_{CALL_ID}_0",
            "type": "reasoning",
            "summary": [{"type": "summary_text", "text": "Taipei in July."}],
        },
        {
            "id": f"msg_{CALL_ID}_1",
            "type": "message",
            "status": "completed",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "It is warm.", "annotations": [], "logprobs": []}],
        },
        {
            "id": f"fc_{CALL_ID}_2",
            "type": "function_call",
            "status": "completed",
            "call_id": "call_1",
            "name": "weather",
            "arguments": '{"city":"Taipei"}',
        },
        {
            "id": f"ctc_{CALL_ID}_3",
            "type": "custom_tool_call",
            "status": "completed",
            "call_id": "call_2",
            "name": "run",
            "input": "ls",
        },
    ]
    assert answer["usage"] == {
        "input_tokens": 100,
        "input_tokens_details": {"cached_tokens": 40},
        "output_tokens": 9,
        "output_tokens_details": {"reasoning_tokens": 4},
        "total_tokens": 109,
    }


@pytest.mark.parametrize(
    ("reason", "status", "details"),
    [
        ("stop", "completed", None),
        ("tool_calls", "completed", None),
        ("length", "incomplete", {"reason": "max_output_tokens"}),
        ("content_filter", "incomplete", {"reason": "content_filter"}),
    ],
)
def test_reasons_for_the_end(reason, status, details):
    answer = encode(RESPONSES, one(AnswerMessage(content="x"), reason))
    assert (answer["status"], answer["incomplete_details"]) == (status, details)
    told = events(stream(RESPONSES, [Chunk(deltas=[Delta(content="x", finish_reason=reason)])]))
    assert told[-1]["type"] == f"response.{status}"


def test_refusals_citations_log_probabilities_and_images():
    cited = {"url": "https://a.org", "title": "A", "start_index": 4, "end_index": 7}
    token = {"token": "See", "logprob": -0.1, "bytes": [83, 101, 101], "top_logprobs": []}
    message = AnswerMessage(
        content="See [1].",
        refusal="No more.",
        annotations=[{"type": "url_citation", "url_citation": cited}],
        images=[{"type": "image_url", "image_url": {"url": "data:image/webp;base64,iVBORw0KGgo="}}],
    )
    image, said = encode(RESPONSES, one(message, logprobs={"content": [token], "refusal": None}))["output"]
    assert (image["type"], image["output_format"], image["result"]) == (
        "image_generation_call",
        "webp",
        "iVBORw0KGgo=",
    )
    assert said["content"] == [
        {
            "type": "output_text",
            "text": "See [1].",
            "annotations": [{"type": "url_citation", **cited}],
            "logprobs": [token],
        },
        {"type": "refusal", "refusal": "No more."},
    ]


def test_the_same_streamed():
    cited = {"type": "url_citation", "url_citation": {"url": "https://a.org", "title": "A"}}
    chunks = [
        Chunk(deltas=[Delta(content="See ")]),
        Chunk(deltas=[Delta(content="[1].", logprobs={"content": [{"token": "x", "logprob": 0}]})]),
        Chunk(deltas=[Delta(refusal="No ")]),
        Chunk(deltas=[Delta(refusal="more.")]),
        Chunk(deltas=[Delta(annotations=[cited])]),
        Chunk(deltas=[Delta(finish_reason="stop")]),
    ]
    told = events(stream(RESPONSES, chunks))
    assert {
        "response.refusal.delta",
        "response.refusal.done",
        "response.output_text.annotation.added",
        "response.content_part.done",
    } <= {event["type"] for event in told}
    text, refusal = told[-1]["response"]["output"][0]["content"]
    assert text["annotations"] == [{"type": "url_citation", "url": "https://a.org", "title": "A"}]
    assert text["logprobs"] == [{"token": "x", "logprob": 0}]
    assert refusal["refusal"] == "No more."


def test_the_events_of_a_streamed_call():
    pieces = [
        Delta(role="assistant"),
        Delta(tool_calls=[ToolCallDelta(index=0, id="call_1", type="function", name="weather")]),
        Delta(tool_calls=[ToolCallDelta(index=0, arguments='{"city":"Taipei"}')]),
        Delta(finish_reason="tool_calls"),
    ]
    told = events(stream(RESPONSES, [Chunk(deltas=[piece]) for piece in pieces]))
    assert [event["type"] for event in told] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert told[2]["item"]["arguments"] == ""
    assert told[2]["item"]["call_id"] == "call_1"
    assert told[4]["arguments"] == '{"city":"Taipei"}'


def test_the_events_of_reasoning_and_text():
    pieces = [Delta(reasoning="Hm."), Delta(content="Yes."), Delta(finish_reason="stop")]
    told = events(stream(RESPONSES, [Chunk(deltas=[piece]) for piece in pieces]))
    assert [event["type"] for event in told][2:-1] == [
        "response.output_item.added",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_item.done",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
    ]


def test_reasoning_of_openais_own_keeps_what_it_needs_to_go_on():
    item = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "b3BhcXVl"}
    chunks = [
        Chunk(deltas=[Delta(reasoning="Hm.")]),
        Chunk(deltas=[Delta(native_blocks=[NativePart(kind="openai_responses", block=item)])]),
        Chunk(deltas=[Delta(content="Yes.", finish_reason="stop")]),
    ]
    reasoning, message = reassembled(RESPONSES, stream(RESPONSES, chunks))["output"]
    assert reasoning["summary"] == [{"type": "summary_text", "text": "Hm."}]
    assert reasoning["encrypted_content"] == "b3BhcXVl"
    assert message["content"][0]["text"] == "Yes."


def test_anthropics_signed_reasoning_travels_encrypted_and_returns():
    blocks = [ThinkingPart(thinking="Hm.", signature="c2ln")]
    message = AnswerMessage(content="Yes.", reasoning="Hm.", thinking_blocks=blocks)
    output = encode(RESPONSES, one(message))["output"]
    request = decode(RESPONSES, body([*output, user("So?")]))
    assert request.messages[0].thinking_blocks == blocks
    assert request.messages[0].content == "Yes."
    assert request.native is None, "OpenAI cannot decrypt it"


def test_an_answer_of_the_same_format_keeps_all_but_its_ids():
    raw = {
        "id": "resp_theirs",
        "object": "response",
        "new_field": 1,
        "output": [
            {"id": "rs_theirs", "type": "reasoning", "summary": []},
            {"id": "msg_theirs", "type": "message", "role": "assistant", "content": [], "phase": "final"},
        ],
    }
    completion = Completion(choices=[], usage=Usage(), raw=json.dumps(raw).encode(), raw_kind="openai_responses")
    assert encode(RESPONSES, completion) == {
        **raw,
        "id": f"resp_{CALL_ID}",
        "model": "gpt-5.4",
        "output": [raw["output"][0], {**raw["output"][1], "id": f"msg_{CALL_ID}_1"}],
    }


def test_refusals_have_openais_envelope():
    error = {"message": "No.", "type": "policy_violation", "param": None, "code": "pii_leak", "govern": {"rule": "r"}}
    assert json.loads(RESPONSES.whole.error(error, 403, REQUEST_ID)) == {"error": error}


def test_a_failure_in_mid_stream_is_an_error_event_and_a_failed_response():
    encoder = RESPONSES.streamed.stream(decode(RESPONSES, body()), IDENTITY)
    begun = encoder.chunk(Chunk(deltas=[Delta(content="Hello")]))
    error, failed = events(begun + encoder.error({"message": "No.", "code": "provider_error", "param": None}, 502))[-2:]
    assert (error["type"], error["code"], error["error"]["message"]) == ("error", "provider_error", "No.")
    assert failed["type"] == "response.failed"
    assert failed["response"]["status"] == "failed"
    assert failed["response"]["error"] == {"code": "provider_error", "message": "No."}
