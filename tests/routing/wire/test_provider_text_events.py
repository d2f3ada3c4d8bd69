"""The quick way of reading a stream's usual event says what the careful way says, and leaves every other event to it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.calls import Chunk
from routing.errors import ProviderError
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
    reader, told = ChatStreamReader(), []
    if quickly:
        reader.read_all([Event("", data)], told)
    elif (chunk := reader.read(Event("", data))) is not None:
        told.append(chunk)
    return told, reader._open, reader.complete


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
    texts, usual = TextEvents(), Event("", json.dumps(USUAL).encode())
    assert texts.read([usual], 0) is not None
    other = Event("", json.dumps({**USUAL, "model": "another"}).encode().replace(b'"index": 0, ', b""))
    for _ in range(4):
        assert texts.read([Event("", b'{"choices": []}')], 0) is None
    assert texts.read([other], 0) is None


def chunks_of(texts: list[str], **change: Any) -> list[Event]:
    return [
        Event(
            "",
            json.dumps({**USUAL, **change, "choices": [{**USUAL["choices"][0], "delta": {"content": text}}]}).encode(),
        )
        for text in texts
    ]


def test_texts_that_came_together_are_one_piece() -> None:
    told: list[Chunk] = []
    ended = Event("", json.dumps({**USUAL, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}).encode())
    ChatStreamReader().read_all([*chunks_of(["Good", " mor", "ning"]), ended, *chunks_of(["!"])], told)
    assert [[delta.content for delta in chunk.deltas] for chunk in told] == [["Good morning"], [None], ["!"]]


def test_texts_of_other_models_tiers_and_choices_stay_apart() -> None:
    told: list[Chunk] = []
    other = chunks_of(["c"], service_tier="flex")
    second = Event("", chunks_of(["d"])[0].data.replace(b'"index": 0', b'"index": 1'))
    ChatStreamReader().read_all([*chunks_of(["a"]), *chunks_of(["b"], model="another"), *other, second], told)
    assert [chunk.deltas[0].content for chunk in told] == ["a", "b", "c", "d"]


TRICKY = [
    *(
        "",
        "x",
        '"',
        "\\",
        '\\"',
        '","content":"',
        '"}}]}',
        "\u241f another text",
        "\n\n",
        "data: ",
        "é",
        "🙂",
        "\x00",
        "index",
        "gpt-4o-mini",
    ),
    *("content", "chatcmpl-1", "}", "null", "fp_1"),
]


@given(st.lists(st.sampled_from(TRICKY) | st.text(max_size=8), min_size=1, max_size=12), st.booleans(), st.booleans())
def test_whatever_the_texts_say_they_are_read_as_one_by_one(texts: list[str], ascii_only: bool, varying: bool) -> None:
    events = []
    for place, text in enumerate(texts):
        more = {"obfuscation": "x" * place} if varying else {}
        choice = {**USUAL["choices"][0], "delta": {"content": text}}
        events.append(Event("", json.dumps({**USUAL, **more, "choices": [choice]}, ensure_ascii=ascii_only).encode()))
    told: list[Chunk] = []
    ChatStreamReader().read_all(events, told)
    assert "".join(chunk.deltas[0].content or "" for chunk in told) == "".join(texts)
    assert {chunk.deltas[0].index for chunk in told} == {0}


@pytest.mark.parametrize(
    "middle",
    [b"", b'"', b'"a', b'a"', b'"a"b"', b'"a","b"', b'"\\"', b"1", b"null", b'["a"]', b'"\xff"', b'"\n"', b'"\\ud83d"'],
)
def test_what_stands_where_a_text_was_is_read_quickly_only_if_it_is_one_text(middle: bytes) -> None:
    reader, careful = ChatStreamReader(), ChatStreamReader()
    first = chunks_of(["before"])[0]
    told: list[Chunk] = []
    reader.read_all([first], told)
    careful.read(first)
    odd = Event("", first.data.replace(b'"before"', middle))
    try:
        expected = careful.read(odd)
    except ProviderError:
        with pytest.raises(ProviderError):
            reader.read_all([odd], told)
    else:
        reader.read_all([odd], told)
        assert told[-1] == expected
