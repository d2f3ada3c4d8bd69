"""Every recorded answer of every provider, out of every door: text, calls, the reason for the end and usage are those of the recording."""

import json

import pytest

from routing.calls import Chunk, Completion
from routing.providers import PROVIDERS
from routing.providers.exchange import whole_as_chunk
from routing.wire.events import EventReader
from tests.conformance.expectations import Expected, expected
from tests.conformance.recordings import Exchange, exchanges
from tests.routing.wire.doors import DOORS, IDENTITY, Door, stream

APIS = {"messages": "anthropic.messages", "responses": "openai.responses", "google": "google.generate"}
GOOD = [
    exchange
    for exchange in exchanges()
    if exchange.good and '"function_call":' not in exchange.response.replace('"function_call": null', "")
]
"""Without the answers to `functions`, the predecessor of tools, which only chat completions can ask for."""
PIECE_BYTES = 11


def chunks_of(exchange: Exchange) -> list[Chunk]:
    """The chunks of a recorded stream that arrives a few bytes at a time."""
    events, reader = EventReader(), PROVIDERS[exchange.kind].reader()
    raw = exchange.response.encode()
    pieces = [raw[start : start + PIECE_BYTES] for start in range(0, len(raw), PIECE_BYTES)]
    found = [event for piece in pieces for event in events.feed(piece)] + events.end()
    return [chunk for event in found if (chunk := reader.read(event)) is not None]


def read(door: Door, written: bytes, *, streamed: bool) -> Expected:
    """What a client of the door's format understands, by the same plain means as the recordings."""
    content_type = "text/event-stream" if streamed else "application/json"
    text = written.decode()
    return expected(Exchange("written", APIS[door.name], "", streamed, 200, content_type, None, text))


def assert_same(door: Door, found: Expected, wanted: Expected, refusal: str) -> None:
    """Where a format has no place for refusals, they are text; where it knows only objects as arguments, texts stand inside one."""
    assert found.content in (wanted.content, wanted.content + refusal)
    assert [name for name, _ in found.calls] == [name for name, _ in wanted.calls]
    for (_, told), (_, meant) in zip(found.calls, wanted.calls, strict=True):
        assert told in ([meant] if door.name == "responses" else [meant, {"arguments": meant}, {"input": meant}])
    assert found.finish_reason == wanted.finish_reason
    if wanted.usage is not None:
        assert found.usage == wanted.usage


def refusal_of(completion: Completion) -> str:
    return completion.choices[0].message.refusal or ""


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@pytest.mark.parametrize("exchange", [e for e in GOOD if not e.stream], ids=lambda exchange: exchange.id)
def test_a_whole_answer(exchange, door):
    completion = PROVIDERS[exchange.kind].read_completion(exchange.response.encode())
    wanted, refusal = expected(exchange), refusal_of(completion)
    assert_same(door, read(door, door.whole.encode(completion, IDENTITY), streamed=False), wanted, refusal)
    completion.raw = None
    assert_same(door, read(door, door.whole.encode(completion, IDENTITY), streamed=False), wanted, refusal)
    assert_same(door, read(door, stream(door, [whole_as_chunk(completion)]), streamed=True), wanted, refusal)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@pytest.mark.parametrize("exchange", [e for e in GOOD if e.stream], ids=lambda exchange: exchange.id)
def test_a_streamed_answer(exchange, door):
    chunks = chunks_of(exchange)
    refusal = "".join(delta.refusal or "" for chunk in chunks for delta in chunk.deltas)
    assert_same(door, read(door, stream(door, chunks), streamed=True), expected(exchange), refusal)


def test_an_anthropic_answer_passes_the_messages_door_byte_by_byte():
    raw = json.dumps({"content": [{"type": "text", "text": "Hi"}], "stop_reason": "end_turn", "usage": {"a": 1}})
    completion = PROVIDERS["anthropic"].read_completion(raw.encode())
    assert DOORS[0].whole.encode(completion, IDENTITY) == raw.encode()
