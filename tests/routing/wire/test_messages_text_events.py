"""Anthropic's events that differ in their text alone are known by what stands around it, and nothing else passes for one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.wire.events import Event
from routing.wire.messages.native_events import as_written, beside
from routing.wire.messages.read_stream import MessageStreamReader
from routing.wire.same_form import SameForm
from tests.routing.wire.doors import IDENTITY, MESSAGES, any_request


@given(
    st.lists(
        st.sampled_from(['"', "\\", "text_delta", '","text":"', "\n", "é🙂", "}}", ""]) | st.text(max_size=6),
        min_size=1,
    ),
    st.booleans(),
)
def test_an_event_that_differs_in_its_text_alone_passes_as_it_came(texts: list[str], ascii_only: bool) -> None:
    known, careful = MESSAGES.whole.stream(any_request(), IDENTITY), MessageStreamReader()
    reader = MessageStreamReader()
    for text in texts:
        event = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
        data = json.dumps(event, ensure_ascii=ascii_only).encode()
        careful._form = SameForm()  # never met one
        assert reader.read(Event("", data)) == careful.read(Event("", data))
        assert known.beside(data) == beside(data) == {}
        assert known.native(data) == as_written(data)


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "b", "more": "c"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "b"}, "more": "c"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": {"text": "b"}}},
    ],
)
def test_an_event_that_says_more_does_not_pass_for_one_that_differs_in_its_text(odd: dict[str, Any]) -> None:
    encoder = MESSAGES.whole.stream(any_request(), IDENTITY)
    for text in "ab":
        encoder.native(
            json.dumps(
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
            ).encode()
        )
    assert encoder.beside(json.dumps(odd).encode()) is None
