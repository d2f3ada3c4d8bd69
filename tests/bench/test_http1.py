import pytest

from bench.http1 import LAST_CHUNK, ProtocolError, chunk, dechunked, head_of


def test_a_head_says_where_its_body_begins_and_how_long_it_is() -> None:
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    head = head_of(data)
    assert head is not None
    assert head.status == 200
    assert data[head.body_at : head.body_at + head.length] == b"hello"


def test_half_a_head_is_no_head_and_is_found_once_the_rest_is_there() -> None:
    whole = b"HTTP/1.1 503 Busy\r\nconnection: close\r\n\r\n"
    for size in range(len(whole)):
        assert head_of(whole[:size]) is None
        found = head_of(whole, searched=size)
        assert found is not None
        assert (found.status, found.closes) == (503, True)


def test_chunks_come_out_as_they_went_in() -> None:
    parts = [b"data: 1\n\n", b"0\r\n\r\n", b"x" * 300]
    data = b"".join(map(chunk, parts)) + LAST_CHUNK
    assert dechunked(b"head" + data, 4) == b"".join(parts)


def test_a_chunk_without_a_size_is_refused() -> None:
    with pytest.raises(ProtocolError):
        dechunked(b"5", 0)
