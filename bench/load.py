"""A load generator: N connections that ask again as soon as they are answered.

    python -m bench.load URL --key KEY --model MODEL [--connections 16] [--seconds 5 | --calls N] [--stream]

Prints one JSON object (`Load`). URL is that of the endpoint, on this machine. Prompts are 1.5 KB and all different.
"""

import argparse
import asyncio
import gc
import sys
import time
from array import array
from collections import Counter
from typing import cast
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.http1 import LAST_CHUNK, Head, ProtocolError, dechunked, head_of
from bench.prompts import Prompts

MARK_OF_A_WHOLE_STREAM = b"data: [DONE]"


class Load(msgspec.Struct):
    """What a load met. Latencies in milliseconds, from the first byte sent to the last (of a stream also the first) received."""

    connections: int
    seconds: float
    sent: int
    answered: int
    """Answered with 200, whole."""
    errors: dict[str, int]
    """Everything else, by status or kind of failure."""
    rps: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float
    first_byte_p50_ms: float | None
    first_byte_p99_ms: float | None


class Run:
    """One load under way: when it ends, and what it has met so far."""

    def __init__(self, prompts: Prompts, *, streamed: bool, calls: int | None) -> None:
        self.prompts = prompts
        self.streamed = streamed
        self.left = calls
        self.over = False
        self.sent = 0
        self.latencies_ms = array("d")
        self.first_bytes_ms = array("d")
        self.errors: Counter[str] = Counter()

    def take(self) -> bytes | None:
        """The next request to send; None when the load is over."""
        if self.over or self.left == 0:
            return None
        if self.left is not None:
            self.left -= 1
        self.sent += 1
        return self.prompts.next()


class Caller(asyncio.Protocol):
    """One connection."""

    def __init__(self, run: Run, done: "asyncio.Future[None]") -> None:
        self._run = run
        self._done = done
        self._data = bytearray()
        self._searched = 0
        self._head: Head | None = None
        self._sent_at = 0.0
        self._first_byte_ms = 0.0
        self._waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting:
            self._run.errors["connection lost"] += 1
        if not self._done.done():
            self._done.set_result(None)

    def _ask(self) -> None:
        request = self._run.take()
        if request is None:
            self._transport.close()
            return
        self._data.clear()
        self._head, self._searched, self._waiting = None, 0, True
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._data += data
        head = self._head
        if head is None:
            head = self._head = head_of(self._data, self._searched)
            self._searched = len(self._data)
            if head is None:
                return
        if self._run.streamed and not self._first_byte_ms and len(self._data) > head.body_at:
            self._first_byte_ms = (time.perf_counter() - self._sent_at) * 1_000
        if self._complete(head):
            self._note(head)
            if head.closes:
                self._transport.close()
            else:
                self._ask()

    def _complete(self, head: Head) -> bool:
        if head.chunked:
            return self._data.endswith(LAST_CHUNK)
        return len(self._data) >= head.body_at + head.length

    def _note(self, head: Head) -> None:
        self._waiting = False
        first_byte_ms, self._first_byte_ms = self._first_byte_ms, 0.0
        if head.status != 200:
            self._run.errors[str(head.status)] += 1
        elif self._run.streamed and MARK_OF_A_WHOLE_STREAM not in self._body(head):
            self._run.errors["cut stream"] += 1
        else:
            self._run.latencies_ms.append((time.perf_counter() - self._sent_at) * 1_000)
            if self._run.streamed:
                self._run.first_bytes_ms.append(first_byte_ms)

    def _body(self, head: Head) -> bytes:
        try:
            return dechunked(self._data, head.body_at)
        except (ProtocolError, ValueError):
            return b""


def percentile(values_sorted: "array[float] | list[float]", share: float) -> float:
    """The nearest-rank percentile; 0 of nothing."""
    if not values_sorted:
        return 0.0
    return values_sorted[min(len(values_sorted) - 1, int(len(values_sorted) * share))]


async def generate(
    url: str,
    *,
    key: str,
    model: str,
    connections: int,
    seconds: float,
    calls: int | None = None,
    streamed: bool = False,
) -> Load:
    """Runs a load. Raises `OSError` if nothing listens."""
    target = urlsplit(url)
    assert target.hostname
    assert target.port
    prompts = Prompts(host=target.netloc, path=target.path, key=key, model=model, streamed=streamed)
    run = Run(prompts, streamed=streamed, calls=calls)
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(connections)]
    started = time.perf_counter()
    for end in ends:
        await loop.create_connection(lambda end=end: Caller(run, end), target.hostname, target.port)  # type: ignore[misc]
    if calls is None:
        loop.call_later(seconds, lambda: setattr(run, "over", True))
    await asyncio.wait(ends)
    return _summary(run, connections, time.perf_counter() - started)


def _summary(run: Run, connections: int, seconds: float) -> Load:
    latencies, first = sorted(run.latencies_ms), sorted(run.first_bytes_ms)
    return Load(
        connections=connections,
        seconds=round(seconds, 3),
        sent=run.sent,
        answered=len(latencies),
        errors=dict(run.errors),
        rps=round(len(latencies) / seconds, 1),
        p50_ms=round(percentile(latencies, 0.5), 3),
        p90_ms=round(percentile(latencies, 0.9), 3),
        p99_ms=round(percentile(latencies, 0.99), 3),
        max_ms=round(percentile(latencies, 1), 3),
        first_byte_p50_ms=round(percentile(first, 0.5), 3) if first else None,
        first_byte_p99_ms=round(percentile(first, 0.99), 3) if first else None,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Load on one endpoint.")
    parser.add_argument("url")
    parser.add_argument("--key", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--calls", type=int, default=None, help="stop after so many calls instead")
    parser.add_argument("--stream", action="store_true")
    options = parser.parse_args()
    gc.disable()
    load = uvloop.run(
        generate(
            options.url,
            key=options.key,
            model=options.model,
            connections=options.connections,
            seconds=options.seconds,
            calls=options.calls,
            streamed=options.stream,
        )
    )
    sys.stdout.buffer.write(msgspec.json.encode(load) + b"\n")


if __name__ == "__main__":
    main()
