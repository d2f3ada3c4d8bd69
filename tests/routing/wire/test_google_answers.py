"""Answers in Google's format, line by line of what has to be exactly right."""

import json

import pytest

from routing.calls import FunctionCall, NativePart, ThinkingPart, ToolCall, ToolCallDelta, Usage
from routing.calls.answers import AnswerMessage, Choice, Chunk, Completion, Delta
from tests.routing.wire.doors import (
    CALL_ID,
    GOOGLE,
    IDENTITY,
    REQUEST_ID,
    decode,
    encode,
    events,
    stream,
)


def body(*contents, **fields):
    return {"contents": list(contents), **fields}


def user(*parts):
    return {"role": "user", "parts": list(parts)}


def model(*parts):
    return {"role": "model", "parts": list(parts)}


HI = user({"text": "Hello"})


def one(message, reason="stop", usage=None, **fields):
    return Completion(choices=[Choice(message=message, finish_reason=reason, **fields)], usage=usage or Usage())


def test_a_whole_answer():
    message = AnswerMessage(
        content="It is warm.",
        reasoning="Taipei in July.",
        tool_calls=[
            ToolCall(
                id="call_1",
                function=FunctionCall("weather", '{"city":"Taipei"}'),
                extra_content={"google": {"thought_signature": "c2ln"}},
            )
        ],
    )
    usage = Usage(input_tokens=100, output_tokens=9, cached_input_tokens=40, reasoning_tokens=4)
    assert encode(GOOGLE, one(message, "tool_calls", usage)) == {
        "candidates": [
            {
                "content": {
                    "parts": [
                        {"text": "Taipei in July.", "thought": True},
                        {"text": "It is warm."},
                        {
                            "functionCall": {"id": "call_1", "name": "weather", "args": {"city": "Taipei"}},
                            "thoughtSignature": "c2ln",
                        },
                    ],
                    "role": "model",
                },
                "finishReason": "STOP",
                "index": 0,
            }
        ],
        "usageMetadata": {
            "promptTokenCount": 100,
            "candidatesTokenCount": 5,
            "totalTokenCount": 109,
            "cachedContentTokenCount": 40,
            "thoughtsTokenCount": 4,
        },
        "modelVersion": "gpt-5.4",
        "responseId": CALL_ID,
    }


@pytest.mark.parametrize(
    ("reason", "detail", "written"),
    [
        ("stop", None, "STOP"),
        ("tool_calls", None, "STOP"),
        ("length", None, "MAX_TOKENS"),
        ("content_filter", None, "SAFETY"),
        ("content_filter", {"finishReason": "RECITATION"}, "RECITATION"),
        ("stop", {"stop_reason": "stop_sequence"}, "STOP"),
    ],
)
def test_reasons_for_the_end(reason, detail, written):
    answer = encode(GOOGLE, one(AnswerMessage(content="x"), reason, stop_detail=detail))
    assert answer["candidates"][0]["finishReason"] == written


def test_a_blocked_prompt_has_no_candidates():
    detail = {"blockReason": "SAFETY", "blockReasonMessage": "No."}
    answer = encode(GOOGLE, one(AnswerMessage(), "content_filter", stop_detail=detail))
    assert answer["promptFeedback"] == detail
    assert "candidates" not in answer
    chunk = Chunk(deltas=[Delta(role="assistant", finish_reason="content_filter", stop_detail=detail)])
    assert events(stream(GOOGLE, [chunk]))[-1]["promptFeedback"] == detail


def test_parts_of_its_own_grounding_images_and_log_probabilities():
    message = AnswerMessage(
        content="2",
        native_blocks=[
            NativePart(kind="google", block={"executableCode": {"code": "1+1"}}),
            NativePart(kind="google_metadata", block={"groundingMetadata": {"webSearchQueries": ["1+1"]}}),
            NativePart(kind="anthropic", block={"type": "server_tool_use"}),
        ],
        images=[{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}],
    )
    rival = {"token": "3", "logprob": -3.0}
    logprobs = {"content": [{"token": "2", "logprob": -0.1, "top_logprobs": [rival]}]}
    candidate = encode(GOOGLE, one(message, logprobs=logprobs))["candidates"][0]
    carried, *parts = candidate["content"]["parts"]
    assert carried["thought"] is True  # what only Anthropic knows comes back with the conversation
    assert parts == [
        {"executableCode": {"code": "1+1"}},
        {"text": "2"},
        {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
    ]
    assert candidate["groundingMetadata"] == {"webSearchQueries": ["1+1"]}
    assert candidate["logprobsResult"] == {
        "chosenCandidates": [{"token": "2", "logProbability": -0.1}],
        "topCandidates": [{"candidates": [{"token": "3", "logProbability": -3.0}]}],
    }


def test_anthropics_signed_reasoning_travels_as_a_signature_and_returns():
    blocks = [ThinkingPart(thinking="Hm.", signature="c2ln")]
    answer = encode(GOOGLE, one(AnswerMessage(content="Yes.", reasoning="Hm.", thinking_blocks=blocks)))
    parts = answer["candidates"][0]["content"]["parts"]
    parts[0]["thoughtSignature"] = parts[0]["thoughtSignature"].replace("+", "-").replace("/", "_")  # as the SDK does
    request = decode(GOOGLE, body(HI, model(*parts), HI))
    assert request.messages[1].thinking_blocks == blocks
    assert request.native is None, "Google does not know the signature"


def test_an_answer_of_the_same_format_passes_unchanged():
    raw = b'{"candidates":[],"new":true}'
    assert GOOGLE.whole.encode(Completion(choices=[], usage=Usage(), raw=raw, raw_kind="google"), IDENTITY) == raw


def test_a_call_is_written_whole_at_the_end():
    pieces = [
        Delta(role="assistant", content="Let me see."),
        Delta(tool_calls=[ToolCallDelta(index=0, id="call_1", type="function", name="weather", arguments='{"city"')]),
        Delta(tool_calls=[ToolCallDelta(index=0, arguments=':"Taipei"}')]),
        Delta(finish_reason="tool_calls"),
    ]
    told = events(stream(GOOGLE, [Chunk(deltas=[piece]) for piece in pieces], Usage(input_tokens=3, output_tokens=2)))
    assert len(told) == 2
    candidate = told[1]["candidates"][0]
    assert candidate["content"]["parts"] == [
        {"functionCall": {"id": "call_1", "name": "weather", "args": {"city": "Taipei"}}}
    ]
    assert candidate["finishReason"] == "STOP"
    assert told[1]["usageMetadata"]["totalTokenCount"] == 5


@pytest.mark.parametrize(
    ("code", "status", "word"),
    [
        ("invalid_request", 400, "INVALID_ARGUMENT"),
        ("invalid_api_key", 401, "UNAUTHENTICATED"),
        ("prompt_injection", 403, "PERMISSION_DENIED"),
        ("insufficient_quota", 429, "RESOURCE_EXHAUSTED"),
        ("no_route", 503, "UNAVAILABLE"),
        ("provider_timeout", 504, "DEADLINE_EXCEEDED"),
    ],
)
def test_refusals_have_googles_words_and_our_fields(code, status, word):
    error = {"message": "No.", "type": "ours", "param": None, "code": code, "govern": {"rule": "r"}}
    written = json.loads(GOOGLE.whole.error(error, status, REQUEST_ID))["error"]
    assert (written["code"], written["status"], written["message"]) == (status, word, "No.")
    assert (written["reason"], written["type"], written["govern"]) == (code, "ours", {"rule": "r"})
    waits = [detail["retryDelay"] for detail in written["details"] if detail["@type"].endswith("RetryInfo")]
    assert waits == (["3600s"] if code == "insufficient_quota" else [])
