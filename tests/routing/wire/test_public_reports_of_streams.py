"""Reported kinds of faults: streams that end oddly, and answers that are none."""

import json
from typing import Any

import pytest

from routing.errors import ProviderError
from routing.providers import PROVIDERS
from routing.wire.events import EventReader
from tests.routing.wire.doors import CHAT, MESSAGES, events, stream
from tests.routing.wire.reports import ABSENT, Tree, at

COUNTED = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
MALFORMED = {"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL", "index": 0}]}


@pytest.mark.parametrize(
    ("what", "kind", "answer"),
    [
        ("a call that nobody can read", "google", MALFORMED),
        ("no candidate", "google", {"usageMetadata": {"promptTokenCount": 5}}),
        ("an error under status 200", "openai_compatible", {"error": {"message": "overloaded", "code": 503}}),
        ("no output", "openai_responses", {"status": "completed"}),
    ],
)
def test_what_is_no_answer_is_a_failure(what: str, kind: str, answer: Tree) -> None:
    with pytest.raises(ProviderError):
        PROVIDERS[kind].read_completion(json.dumps(answer).encode())


def piece(delta: Tree, reason: str | None = None, **beside: Any) -> Tree:
    return {"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}], **beside}


@pytest.mark.parametrize(
    ("what", "events", "text", "reason"),
    [
        (
            "the end is told twice",
            [piece({"content": "a"}), piece({}, "stop"), piece({}, "stop", usage=COUNTED)],
            "a",
            "stop",
        ),
        (
            "text after the end",
            [piece({"content": "a"}, "stop"), piece({"content": "b"}), {"choices": [], "usage": COUNTED}],
            "ab",
            "stop",
        ),
        (
            "calls, then a plain end",
            [piece({"tool_calls": [{"index": 0, **CALL}]}, "tool_calls"), piece({}, "stop", usage=COUNTED)],
            "",
            "tool_calls",
        ),
        (
            "counts beside an empty delta",
            [piece({"content": "a"}, "stop"), {"choices": [{"delta": {}}], "usage": COUNTED}],
            "a",
            "stop",
        ),
        ("counts without choices", [piece({"content": "a"}, "stop"), {"usage": COUNTED}], "a", "stop"),
    ],
)
def test_a_stream(what: str, events: list[Tree], text: str, reason: str) -> None:
    reader = PROVIDERS["openai_compatible"].reader()
    raw = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    chunks = [chunk for event in EventReader().feed(raw) if (chunk := reader.read(event)) is not None]
    written = [line[6:] for line in stream(CHAT, chunks).decode().splitlines() if line.startswith("data: {")]
    told = [json.loads(line) for line in written]
    reasons = [at(event, "choices[0].finish_reason") for event in told]
    assert [found for found in reasons if found not in (None, ABSENT)] == [reason], what
    assert reasons[-1] == reason
    contents = [at(event, "choices[0].delta.content") for event in told]
    assert "".join(found for found in contents if found is not ABSENT and found) == text


def test_reasoning_that_nobody_signs_ends_with_an_empty_signature() -> None:
    reader = PROVIDERS["openai_compatible"].reader()
    raw = b"".join(
        b"data: " + json.dumps(event).encode() + b"\n\n"
        for event in (piece({"reasoning_content": "Hm."}), piece({"content": "a"}, "stop", usage=COUNTED))
    )
    chunks = [chunk for event in EventReader().feed(raw) if (chunk := reader.read(event)) is not None]
    told = [event for event in events(stream(MESSAGES, chunks)) if event.get("index") == 0]
    assert [at(event, "delta.type") for event in told] == [ABSENT, "thinking_delta", "signature_delta", ABSENT]


ENDS = {
    "google": {"candidates": [{"content": {"parts": [{"text": "a"}]}, "finishReason": "STOP", "index": 0}]},
    "anthropic": {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
    "openai_responses": {"type": "response.completed", "response": {"id": "r", "output": []}},
    "openai": piece({"content": "a"}, "stop"),
}


@pytest.mark.parametrize("kind", ENDS)
def test_a_stream_of_any_format_may_end_with_openais_word(kind: str) -> None:
    reader = PROVIDERS[kind].reader()
    for event in EventReader().feed(b"data: " + json.dumps(ENDS[kind]).encode() + b"\n\ndata: [DONE]\n\n"):
        reader.read(event)
    assert reader.complete


@pytest.mark.parametrize(
    ("said", "told"),
    [("STOP", "stop"), ("MAX_TOKENS", "length"), ("SAFETY", "content_filter"), ("refusal", "content_filter")],
)
def test_reasons_in_capitals(said: str, told: str) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "a"}, "finish_reason": said}
    body = json.dumps({"choices": [choice]}).encode()
    assert PROVIDERS["openai_compatible"].read_completion(body).choices[0].finish_reason == told
