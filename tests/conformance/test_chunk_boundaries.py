"""Where a provider's stream is cut into pieces changes nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from routing.calls import Chunk
from routing.calls.joining import joined
from routing.providers import PROVIDERS
from routing.wire.events import EventReader
from tests.conformance.answers import of_chunks
from tests.conformance.expectations import expected
from tests.conformance.recordings import Exchange, exchanges

STREAMS = [exchange for exchange in exchanges() if exchange.stream and exchange.good]


def read(exchange: Exchange, pieces: list[bytes]):
    events, answer = EventReader(), PROVIDERS[exchange.kind].reader()
    chunks: list[Chunk] = []
    for found in [*map(events.feed, pieces), events.end()]:
        arrived: list[Chunk] = []
        answer.read_all(found, arrived)
        chunks += joined(arrived)
    assert answer.complete
    return chunks


@given(exchange=st.sampled_from(STREAMS), sizes=st.lists(st.integers(1, 4_000), min_size=1, max_size=20))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_pieces(exchange, sizes):
    raw = exchange.response.encode()
    pieces, start, turn = [], 0, 0
    while start < len(raw):
        pieces.append(raw[start : start + sizes[turn % len(sizes)]])
        start, turn = start + len(pieces[-1]), turn + 1
    assert of_chunks(read(exchange, pieces)) == expected(exchange)


@pytest.mark.parametrize("kind", sorted({exchange.kind for exchange in STREAMS}))
def test_events_are_read_together_as_one_by_one(kind):
    for exchange in STREAMS:
        if exchange.kind == kind:
            events = EventReader()
            found = events.feed(exchange.response.encode()) + events.end()
            together: list[Chunk] = []
            PROVIDERS[kind].reader().read_all(found, together)
            careful = PROVIDERS[kind].reader()
            apart = [chunk for event in found if (chunk := careful.read(event)) is not None]
            assert without_parts(joined(together)) == without_parts(joined(apart)), exchange.id


def without_parts(chunks):
    """Chunks without the events that they came in, which those that were read together need not have, and without ids that were made up."""
    for chunk in chunks:
        for call in [call for delta in chunk.deltas for call in delta.tool_calls if chunk.raw_kind == "google"]:
            call.id = None
    return [structs.replace(chunk, raw=None, raw_kind="", parts=[], provider_id="") for chunk in chunks]


@pytest.mark.parametrize("api", sorted({exchange.api for exchange in STREAMS}))
def test_byte_by_byte(api):
    exchange = min((e for e in STREAMS if e.api == api), key=lambda e: len(e.response))
    raw = exchange.response.encode()
    assert of_chunks(read(exchange, [raw[i : i + 1] for i in range(len(raw))])) == expected(exchange)
