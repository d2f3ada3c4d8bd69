"""A provider on a loopback port that speaks OpenAI's wire format and costs next to nothing.

    python -m bench.provider [--port PORT]

Prints its port. The path says how it behaves: below `/after/60/` it answers after 60 ms, below `/pace/2/` the 50 chunks of a stream come
2 ms apart (else all at once). Any other answer is 1.2 KB. `GET /count` says how many calls it got.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator
from typing import cast

import uvloop

from bench.http1 import LAST_CHUNK, Head, chunk, head_of

ANSWER_BYTES = 1_200
STREAM_CHUNKS = 50
_WORDS = (
    "The settlement arrives on the second business day after the card was charged, unless the acquirer holds it back for a review. "
    "A review looks at the amount, the country and the history of the merchant, and ends within a week in nearly all cases. "
)
_USAGE = {"prompt_tokens": 380, "completion_tokens": 160, "total_tokens": 540}


def whole_answer() -> bytes:
    """The answer to a call that is not streamed, `ANSWER_BYTES` of JSON, with its head."""
    frame = {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1_767_225_600,
        "model": "bench",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "stop"}],
        "usage": _USAGE,
    }
    room = ANSWER_BYTES - len(json.dumps(frame))
    frame["choices"] = [
        {
            "index": 0,
            "message": {"role": "assistant", "content": (_WORDS * (room // len(_WORDS) + 1))[:room]},
            "finish_reason": "stop",
        }
    ]
    body = json.dumps(frame).encode()
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    return head + body


def stream_events() -> Iterator[bytes]:
    """The events of a streamed answer: 50 with text, one that ends it, one with its usage, and the mark."""
    words = _WORDS.split(" ")
    for number in range(STREAM_CHUNKS):
        yield _event({"role": "assistant"} if number == 0 else {}, f"{words[number % len(words)]} ", None)
    yield _event({}, None, "stop")
    yield b"data: " + json.dumps({**_FRAME, "choices": [], "usage": _USAGE}).encode() + b"\n\n"
    yield b"data: [DONE]\n\n"


_FRAME = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1_767_225_600, "model": "bench"}


def _event(delta: dict[str, str], content: str | None, finish_reason: str | None) -> bytes:
    text = {} if content is None else {"content": content}
    choice = {"index": 0, "delta": delta | text, "finish_reason": finish_reason}
    return b"data: " + json.dumps({**_FRAME, "choices": [choice]}).encode() + b"\n\n"


WHOLE = whole_answer()
STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
EVENTS = [chunk(event) for event in stream_events()]


class Conversation(asyncio.Protocol):
    """One connection. Requests on it are answered in turn."""

    def __init__(self, counts: "Counts") -> None:
        self._counts = counts
        self._data = bytearray()
        self._head: Head | None = None
        self._searched = 0
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._busy:
            self._read()

    def _read(self) -> None:
        if self._head is None:
            self._head = head_of(self._data, self._searched)
            self._searched = len(self._data)
            if self._head is None:
                return
        head = self._head
        end = head.body_at + head.length
        if len(self._data) < end:
            return
        body = bytes(self._data[head.body_at : end])
        del self._data[:end]
        self._head, self._searched, self._busy = None, 0, True
        self._answer(head, body)

    def _answer(self, head: Head, body: bytes) -> None:
        path = head.first_line.split(b" ")[1]
        if path == b"/count":
            self._send(_counted(self._counts.calls))
            return
        self._counts.calls += 1
        streamed = b'"stream":true' in body.replace(b" ", b"")
        delay_ms = _number_after(path, b"/after/")
        step = (lambda: self._stream(_number_after(path, b"/pace/"))) if streamed else (lambda: self._send(WHOLE))
        if delay_ms:
            self._loop.call_later(delay_ms / 1_000, step)
        else:
            step()

    def _stream(self, pace_ms: int) -> None:
        if not pace_ms:
            self._send(b"".join((STREAM_HEAD, *EVENTS, LAST_CHUNK)))
            return
        self._transport.write(STREAM_HEAD)
        self._send_paced(0, pace_ms / 1_000)

    def _send_paced(self, number: int, pace_s: float) -> None:
        if self._transport.is_closing():
            return
        if number == len(EVENTS):
            self._send(LAST_CHUNK)
            return
        self._transport.write(EVENTS[number])
        self._loop.call_later(pace_s, self._send_paced, number + 1, pace_s)

    def _send(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)
        self._busy = False
        if self._data:
            self._read()


class Counts:
    """What was asked of this provider since it started."""

    def __init__(self) -> None:
        self.calls = 0


def _counted(calls: int) -> bytes:
    body = b"%d" % calls
    return b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


def _number_after(path: bytes, mark: bytes) -> int:
    _, found, rest = path.partition(mark)
    return int(rest.partition(b"/")[0]) if found else 0


async def serve(port: int) -> None:
    """Serve until the process is ended. Port 0 takes any free one; it is printed."""
    counts = Counts()
    server = await asyncio.get_running_loop().create_server(
        lambda: Conversation(counts), "127.0.0.1", port, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description="A provider to measure against.")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    uvloop.run(serve(options.port))


if __name__ == "__main__":
    main()
