"""The quick way of reading a stream's usual event says what the careful way says, and leaves every other event to it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.wire.chat.read_answers import ChatStreamReader
from routing.wire.chat.text_event import TextEvents
from routing.wire.events import Event

USUAL: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "gpt-4o-mini",
    "system_fingerprint": "fp_1",
    "choices": [{"index": 0, "delta": {"content": " the"}, "logprobs": None, "finish_reason": None}],
}
CHOICES: list[Any] = [
    [],
    [USUAL["choices"][0], USUAL["choices"][0]],
    *(
        [{**USUAL["choices"][0], **change}]
        for change in (
            {"index": -1},
            {"index": 10**9},
            {"index": "0"},
            {"index": 2},
            {"finish_reason": "stop"},
            {"logprobs": {"content": []}},
            {"delta": {}},
            {"delta": {"content": None}},
            {"delta": {"content": ""}},
            {"delta": {"content": "x", "role": "assistant"}},
            {"delta": {"content": "x", "reasoning_content": "y"}},
            {"delta": {"content": "x", "tool_calls": [{"index": 0, "id": "a", "function": {"name": "f"}}]}},
            {"delta": {"content": [{"type": "text", "text": "x"}]}},
            {"usage": {"prompt_tokens": 1, "completion_tokens": 1}},
        )
    ),
]
EVENTS = [
    USUAL,
    *({**USUAL, "choices": choices} for choices in CHOICES),
    *(
        {**USUAL, **change}
        for change in (
            {"service_tier": "flex"},
            {"usage": None},
            {"usage": {"prompt_tokens": 3, "completion_tokens": 4}},
            {"obfuscation": "abc"},
            {"system_fingerprint": None},
            {"system_fingerprint": {"a": 1}},
            {"model": None},
            {"created": "now"},
            {"object": "other"},
            {"citations": ["https://example.com"]},
        )
    ),
]


def read(data: bytes, *, quickly: bool) -> Any:
    reader = ChatStreamReader()
    if not quickly:
        reader._texts._left = 0
    chunk = reader.read(Event("", data))
    return chunk, reader._open, reader.complete


@pytest.mark.parametrize("event", EVENTS, ids=range(len(EVENTS)))
def test_both_ways_say_the_same(event: dict[str, Any]) -> None:
    data = json.dumps(event).encode()
    assert read(data, quickly=True) == read(data, quickly=False)


@given(st.text(max_size=20), st.integers(0, 5))
def test_any_text(content: str, index: int) -> None:
    choice = {**USUAL["choices"][0], "index": index, "delta": {"content": content}}
    data = json.dumps({**USUAL, "choices": [choice]}).encode()
    assert read(data, quickly=True) == read(data, quickly=False)


def test_the_usual_event_is_read_quickly_and_a_stream_of_another_form_is_not_tried_for_ever() -> None:
    events = TextEvents()
    assert events.read(json.dumps(USUAL).encode()) is not None
    for _ in range(4):
        assert events.read(b'{"choices": []}') is None
    assert events.read(json.dumps(USUAL).encode()) is None
