"""Server-sent events, cut at any place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.errors import ProviderError
from routing.wire import events
from routing.wire.events import Event, EventReader

STREAM = b': hello\n\nevent: start\ndata: {"a":1}\n\n\n\ndata:no blank\r\nid: 7\r\n\r\ndata: one\ndata: two\n\nretry: 5\n\ndata: last'
EXPECTED = [Event("start", b'{"a":1}'), Event("", b"no blank"), Event("", b"one\ntwo"), Event("", b"last")]


def read(pieces):
    reader = EventReader()
    found = [event for piece in pieces for event in reader.feed(piece)]
    return found + reader.end()


def test_a_stream():
    assert read([STREAM]) == EXPECTED


def test_byte_by_byte():
    assert read([STREAM[i : i + 1] for i in range(len(STREAM))]) == EXPECTED


@given(st.lists(st.integers(1, 40), min_size=1))
def test_any_pieces(sizes):
    pieces, start, turn = [], 0, 0
    while start < len(STREAM):
        pieces.append(STREAM[start : start + sizes[turn % len(sizes)]])
        start, turn = start + len(pieces[-1]), turn + 1
    assert read(pieces) == EXPECTED


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@given(sizes=st.lists(st.integers(1, 40), min_size=1))
def test_any_line_ends(end, sizes):
    stream = STREAM.replace(b"\r\n", b"\n").replace(b"\n", end)
    pieces, start, turn = [], 0, 0
    while start < len(stream):
        pieces.append(stream[start : start + sizes[turn % len(sizes)]])
        start, turn = start + len(pieces[-1]), turn + 1
    assert read(pieces) == EXPECTED


def test_an_event_that_ends_with_returns_is_given_at_once():
    reader = EventReader()
    assert reader.feed(b"data: a\r\r") == [Event("", b"a")]
    assert reader.feed(b"\ndata: b\r\n\r") == [Event("", b"b")]


def test_several_events_and_half_of_one():
    reader = EventReader()
    assert reader.feed(b"data: a\n\nevent: x\ndata: b\n\n: c\n\nda") == [Event("", b"a"), Event("x", b"b")]
    assert reader.heard_comment()
    assert reader.feed(b"ta: d\n\n") == [Event("", b"d")]


def test_an_event_is_given_as_soon_as_it_ends():
    reader = EventReader()
    assert reader.feed(b"data: a\n") == []
    assert reader.feed(b"\n") == [Event("", b"a")]


def test_an_event_without_end(monkeypatch):
    monkeypatch.setattr(events, "MAX_EVENT_BYTES", 1_000)
    with pytest.raises(ProviderError):
        read([b"data: "] + [b"x" * 100] * 20)
    with pytest.raises(ProviderError):
        read([b"data: x\n" * 200])
