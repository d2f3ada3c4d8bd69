"""How much later the first byte of a stream leaves Govern than the provider's: with guards on the answer, budgets and a durable trail.

    python -m bench.first_byte [--calls 400] [--clients 4]

Provider and callers are one process with one clock, so each call's own delay is measured: from the moment at which the provider writes
its first bytes to the moment at which the caller reads its first ones. The same without Govern in between is measured in turn, and
printed beside it. The first words come later than the first byte: guards keep a piece back until they see that it is no part of
something.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable

from bench.bootstrap import KEY
from bench.installation import Installation, NotMeasurable
from bench.processors import Layout, pin

PAUSE_BEFORE_S = 0.02
"""Between the request and the answer's first byte, so that Govern's work before the provider is asked is over."""
PAUSE_S = 0.002
PIECES = 20
LIMIT_MS = 5.0
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
USAGE = {"prompt_tokens": 10, "completion_tokens": PIECES, "total_tokens": 10 + PIECES}


class Provider:
    """Streams answers, and keeps the moment at which each began. A call is known by its last message."""

    def __init__(self) -> None:
        self.began_ns: dict[str, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = json.loads(await reader.readexactly(_length_of(head)))
                await asyncio.sleep(PAUSE_BEFORE_S)
                self.began_ns[body["messages"][-1]["content"]] = time.perf_counter_ns()
                writer.write(HEAD + _event({"role": "assistant", "content": ""}))
                for _ in range(PIECES):
                    writer.write(_event({"content": "well "}))
                    await asyncio.sleep(PAUSE_S)
                writer.write(_event({}, "stop") + _chunk(json.dumps({"choices": [], "usage": USAGE}).encode()))
                writer.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def _length_of(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def _event(delta: dict[str, str], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return _chunk(
        json.dumps({"id": "x", "object": "chat.completion.chunk", "model": "bench", "choices": [choice]}).encode()
    )


def _chunk(data: bytes) -> bytes:
    event = b"data: " + data + b"\n\n"
    return b"%x\r\n%b\r\n" % (len(event), event)


async def ask(port: int, path: str, text: str) -> tuple[int, int]:
    """When the first byte of the body and the first words of a call came. Raises `NotMeasurable` if it is not answered to its end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps(
        {"model": "instant", "messages": [{"role": "user", "content": text}], "max_tokens": 50, "stream": True}
    ).encode()
    writer.write(
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {KEY}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n".encode()
        + body
    )
    seen, first_ns, words_ns = b"", 0, 0
    while b"\r\n0\r\n\r\n" not in seen:
        data = await reader.read(1 << 16)
        if not data:
            raise NotMeasurable(f"A call was not answered: {seen[:500]!r}")
        seen += data
        now_ns = time.perf_counter_ns()
        first_ns = first_ns or (now_ns if b"data:" in seen else 0)
        words_ns = words_ns or (now_ns if b"well" in seen else 0)
    writer.close()
    if b"[DONE]" not in seen:
        raise NotMeasurable(f"A call was not answered: {seen[:500]!r}")
    return first_ns, words_ns


async def measure(
    calls: int, clients: int, one: Callable[[str], Awaitable[tuple[int, int]]], provider: Provider
) -> list[tuple[float, float]]:
    """The delay of first byte and first words of each call, in milliseconds after the provider's first byte."""
    turn = asyncio.Semaphore(clients)
    provider.began_ns.clear()

    async def timed(number: int) -> tuple[float, float]:
        async with turn:
            text = f"How is number {number}?"
            first_ns, words_ns = await one(text)
            began_ns = provider.began_ns[text]
            return (first_ns - began_ns) / 1e6, (words_ns - began_ns) / 1e6

    return list(await asyncio.gather(*map(timed, range(calls))))


def percentile(values: list[float], percent: int) -> float:
    """By nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def row(name: str, delays: list[tuple[float, float]]) -> str:
    """A line of the table."""
    columns = [[first for first, _ in delays], [words for _, words in delays]]
    cells = [f"{percentile(column, percent):9.2f}" for column in columns for percent in (50, 99)]
    return f"{name:10}{''.join(cells)}"


async def run(calls: int, clients: int) -> int:
    """Measures and prints. Returns the exit code: 1 if the first byte comes later than it may."""
    provider = Provider()
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0)
    provider_port = server.sockets[0].getsockname()[1]
    layout = Layout.of_this_machine()
    pin(layout.others)
    installation = Installation(f"http://127.0.0.1:{provider_port}", budgets=True, processors=layout.gateway)
    await asyncio.to_thread(installation.__enter__)
    try:
        web = await asyncio.to_thread(installation.serve, audit="write_ahead")
        path = "/v1/chat/completions"
        await measure(calls // 4, clients, lambda text: ask(web.port, path, text), provider)  # warm up
        direct = await measure(calls, clients, lambda text: ask(provider_port, path, text), provider)
        govern = await measure(calls, clients, lambda text: ask(web.port, path, text), provider)
    finally:
        await asyncio.to_thread(installation.__exit__, None, None, None)
        server.close()
    print(f"{calls} streams, {clients} at once; milliseconds after the provider's first byte")
    print(f"{'':10}{'byte p50':>9}{'p99':>9}{'words p50':>10}{'p99':>8}")
    print(row("direct", direct))
    print(row("Govern", govern))
    added = [
        percentile([first for first, _ in govern], p) - percentile([first for first, _ in direct], p) for p in (50, 99)
    ]
    print(f"First byte, added: p50 {added[0]:.2f} ms, p99 {added[1]:.2f} ms (may be {LIMIT_MS:.0f} ms)")
    return 0 if added[1] <= LIMIT_MS else 1


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.first_byte", description="Measure the first byte of streams."
    )
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    return asyncio.run(run(options.calls, options.clients))


if __name__ == "__main__":
    sys.exit(main())
